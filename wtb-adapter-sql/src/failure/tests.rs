//! The table of SQLite's result codes, with errors that SQLite really answered.

use super::*;
use rusqlite::{Connection, OpenFlags};
use std::path::Path;
use std::time::Duration;
use wtb_domain::{CheckpointFile, EntityKind, Execution, Workflow};

const TABLES: &str = "
    PRAGMA foreign_keys = ON;
    CREATE TABLE workflows (id TEXT PRIMARY KEY, name TEXT, version TEXT, UNIQUE (name, version)) STRICT;
    CREATE TABLE executions (parent TEXT REFERENCES workflows (id), amount INTEGER CHECK (amount > 0)) STRICT;
    INSERT INTO workflows VALUES ('p', 'n', 'v');
    INSERT INTO executions VALUES ('p', 1);";

fn failure(connection: &Connection, sql: &str) -> Failure {
    connection.execute_batch(sql).expect_err(sql).into()
}

fn in_memory() -> Connection {
    let connection = Connection::open_in_memory().expect("a database in memory");
    connection.execute_batch(TABLES).expect("two tables");
    connection
}

/// A connection to a file in WAL mode that does not wait for locks.
fn connect(path: &Path) -> Connection {
    let connection = Connection::open(path).expect("a database in a file");
    connection.busy_timeout(Duration::ZERO).expect("no waiting");
    connection.pragma_update(None, "journal_mode", "WAL").expect("a write-ahead log");
    connection
}

#[test]
fn taken_keys_name_their_fields() {
    let taken = failure(&in_memory(), "INSERT INTO workflows VALUES ('p', 'other', 'v')");
    let error = taken.about::<Workflow>(Deed::Wrote, "add");
    assert!(
        matches!(error, StoreError::AlreadyExists { entity: EntityKind::Workflow, field: "id" }),
        "{error:?}"
    );

    let taken = failure(&in_memory(), "INSERT INTO workflows VALUES ('other', 'n', 'v')");
    let error = taken.about::<Workflow>(Deed::Wrote, "add");
    assert!(matches!(error, StoreError::AlreadyExists { field: Workflow::UNIQUE, .. }), "{error:?}");
}

#[test]
fn a_taken_key_that_the_entity_does_not_know_is_no_answer_for_callers() {
    let taken = failure(&in_memory(), "INSERT INTO workflows VALUES ('other', 'n', 'v')");
    let error = taken.about::<CheckpointFile>(Deed::Wrote, "add to checkpoint_files");
    assert!(matches!(error, StoreError::Backend { operation: "add to checkpoint_files", .. }), "{error:?}");
}

#[test]
fn a_broken_reference_is_told_by_what_was_done() {
    let error = failure(&in_memory(), "INSERT INTO executions VALUES ('nobody', 1)");
    let error = error.about::<Execution>(Deed::Wrote, "add");
    let StoreError::MissingReference { entity: EntityKind::Execution, refers_to: EntityKind::Workflow } =
        error
    else {
        panic!("{error:?}");
    };
    let error = failure(&in_memory(), "DELETE FROM workflows").about::<Workflow>(Deed::Deleted, "delete");
    assert!(matches!(error, StoreError::StillReferenced { entity: EntityKind::Workflow }), "{error:?}");
}

#[test]
fn a_rule_that_the_domain_should_have_kept_is_a_fault_of_the_store() {
    for sql in
        ["INSERT INTO executions VALUES ('p', 0)", "INSERT INTO executions VALUES ('p', 'text')", "nonsense"]
    {
        let error = failure(&in_memory(), sql).about::<Execution>(Deed::Wrote, "add");
        assert!(matches!(error, StoreError::Backend { .. }), "{sql}: {error:?}");
    }
}

#[test]
fn a_full_disk_is_told_apart() {
    let connection = in_memory();
    connection.pragma_update(None, "max_page_count", 6).expect("a small disk");
    let error = failure(&connection, "INSERT INTO workflows VALUES ('q', hex(zeroblob(100000)), 'v')");
    let error = error.about::<Workflow>(Deed::Wrote, "add");
    assert!(matches!(error, StoreError::StorageFull { .. }), "{error:?}");
}

#[test]
fn a_locked_file_is_unavailable_and_an_old_snapshot_a_conflict() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.db");
    let (first, second) = (connect(&path), connect(&path));
    first.execute_batch(TABLES).expect("two tables");

    second.execute_batch("BEGIN; SELECT count(*) FROM workflows").expect("a snapshot");
    first.execute_batch("BEGIN IMMEDIATE; DELETE FROM executions").expect("the write lock");
    let error = failure(&second, "DELETE FROM executions").during("delete");
    assert!(matches!(error, StoreError::Unavailable { .. }), "{error:?}");

    first.execute_batch("COMMIT").expect("a newer snapshot");
    let error = failure(&second, "DELETE FROM executions").during("delete");
    assert!(matches!(error, StoreError::Conflict { operation: "delete", .. }), "{error:?}");
}

#[test]
fn a_table_that_its_own_connection_reads_is_a_conflict() {
    let connection = in_memory();
    let mut reading = connection.prepare("SELECT 1 FROM sqlite_schema").expect("a statement");
    let mut rows = reading.query(()).expect("rows");
    rows.next().expect("a row").expect("a table");
    let error = failure(&connection, "DROP TABLE executions").during("drop");
    assert!(matches!(error, StoreError::Conflict { operation: "drop", .. }), "{error:?}");
}

#[test]
fn files_that_cannot_be_written_or_understood_are_faults_with_their_cause() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.db");
    connect(&path).execute_batch(TABLES).expect("two tables");
    let read_only = Connection::open_with_flags(&path, OpenFlags::SQLITE_OPEN_READ_ONLY).expect("a reader");
    let error = failure(&read_only, "DELETE FROM executions").during("begin");
    assert_eq!(error.to_string(), "the store failed: begin");
    let cause = std::error::Error::source(&error).expect("a cause").to_string();
    assert_eq!(cause, "attempt to write a readonly database");

    let path = folder.path().join("b.db");
    std::fs::write(&path, [b'x'; 8192]).expect("a file of something else");
    let connection = Connection::open(&path).expect("opening reads nothing");
    let error = failure(&connection, "SELECT * FROM sqlite_schema").during("begin");
    assert!(matches!(error, StoreError::Backend { .. }), "{error:?}");
}
