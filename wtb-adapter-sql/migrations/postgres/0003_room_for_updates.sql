-- Room in each page of executions, so that a new version of a row fits beside the old one.
--
-- Then an update that leaves the indexed columns as they are touches no index: after a checkpoint it writes one page to the
-- log in place of five. Executions are updated as they run; the other tables hardly ever are.

ALTER TABLE executions SET (fillfactor = 90);
