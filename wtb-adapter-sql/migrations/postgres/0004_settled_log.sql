-- Which transaction appended each entry of the log, so that a reader who follows the log misses none.
--
-- An entry gets its seq when it is appended and appears when its unit is committed, so entries do not appear in the order
-- of seq. They do appear in another order: all transactions with an xid below the oldest open one have ended.
--   xid  is the id of the transaction. Ids of another server, which came with a dump, may be greater than any of this one.
--        The greatest number marks the last entry of those: all entries up to its seq were there before.

ALTER TABLE audit_logs ADD COLUMN xid XID8 NOT NULL DEFAULT '0';
ALTER TABLE audit_logs ALTER COLUMN xid SET DEFAULT pg_current_xact_id();
UPDATE audit_logs SET xid = '9223372036854775807' WHERE seq = (SELECT max(seq) FROM audit_logs);

CREATE INDEX audit_logs_settled ON audit_logs (xid, seq);
CREATE INDEX audit_logs_settled_by_execution ON audit_logs (execution_id, xid, seq) WHERE execution_id IS NOT NULL;
