-- Units that were kept, so that they can be asked about where nobody heard of their commit.
--
-- A unit that is identified leaves a row, which is there afterwards exactly if the unit was kept. Only the newest rows stay.
--   number  rises by one from unit to unit. Number 0 is no unit; its token tells this file from others.
--   token   tells the unit from those that had the same number and were not kept.

CREATE TABLE kept_units (
    number INTEGER PRIMARY KEY,
    token TEXT NOT NULL
) STRICT;

INSERT INTO kept_units VALUES (0, lower(hex(randomblob(8))));
