-- Units that were kept, so that they can be asked about where nobody heard of their commit.
--
-- A unit that is identified leaves a row as it commits, which is there afterwards exactly if the unit was kept. Only the
-- newest rows stay.
--   began   is when the transaction of the unit began. The row of the epoch is no unit; its xid tells this schema from others.
--   xid     is the id of the transaction. It alone is not enough: after a crash of the server, or where another one took
--           over, the same id may be given to a second transaction.

CREATE TABLE kept_units (
    began TIMESTAMPTZ NOT NULL,
    xid BIGINT NOT NULL,
    PRIMARY KEY (began, xid)
);

INSERT INTO kept_units VALUES ('epoch', hashtextextended(gen_random_uuid()::text, 0));
