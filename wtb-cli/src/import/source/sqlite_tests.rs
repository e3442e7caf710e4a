//! Which files can be read, in which state, and what is said about the others.

use super::{Source, SqliteSource, Table, recognise};
use crate::failure::CliResult;
use futures_util::TryStreamExt;
use rusqlite::Connection;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

const PYTHON: &str = "CREATE TABLE wtb_workflows (id TEXT); CREATE TABLE wtb_executions (id TEXT);
    INSERT INTO wtb_workflows VALUES ('b'), ('a')";

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

fn database(folder: &TempDir, name: &str, sql: &str) -> PathBuf {
    let path = folder.path().join(name);
    Connection::open(&path).unwrap().execute_batch(sql).unwrap();
    path
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(future)
}

fn open(path: &Path) -> CliResult<SqliteSource> {
    let source = block_on(SqliteSource::open(path))?;
    recognise(&source)?;
    Ok(source)
}

/// The ids of all workflows, if the file can be read to the end.
fn workflows(path: &Path) -> CliResult<Vec<String>> {
    read_workflows(open(path)?)
}

fn read_workflows(mut source: SqliteSource) -> CliResult<Vec<String>> {
    let table = Table { name: "wtb_workflows".to_owned(), columns: vec!["id".to_owned()] };
    let mut ids = Vec::new();
    block_on(source.batches(&table).try_for_each(|rows| {
        ids.extend(rows.iter().map(|row| format!("{:?}", row[0])));
        std::future::ready(Ok(()))
    }))?;
    source.confirm()?;
    Ok(ids)
}

fn refusal(path: &Path) -> String {
    let sentence = workflows(path).unwrap_err().to_string();
    sentence.replace(&path.display().to_string(), "FILE")
}

fn files(folder: &TempDir) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn rows_come_in_the_order_in_which_they_were_written() {
    let folder = folder();
    let path = database(&folder, "wtb.db", PYTHON);
    assert_eq!(workflows(&path).unwrap(), [r#"Text("b")"#, r#"Text("a")"#]);
}

#[test]
fn odd_characters_in_a_path_mean_nothing() {
    let folder = folder();
    for journal in ["DELETE", "WAL"] {
        let name = format!("a b?mode=memory#50%25-{journal}é.db");
        let path = database(&folder, &name, &format!("PRAGMA journal_mode = {journal}; {PYTHON}"));
        assert_eq!(workflows(&path).unwrap().len(), 2, "{name}");
    }
}

#[test]
fn a_write_ahead_database_is_read_without_making_files_beside_it() {
    let folder = folder();
    let path = database(&folder, "wtb.db", &format!("PRAGMA journal_mode = WAL; {PYTHON}"));
    assert_eq!(files(&folder), ["wtb.db"]);
    let source = open(&path).unwrap();
    assert_eq!(files(&folder), ["wtb.db"]);
    source.confirm().unwrap();
    assert_eq!(files(&folder), ["wtb.db"]);
}

#[test]
fn what_is_still_in_the_log_of_an_open_database_is_read_too() {
    let folder = folder();
    let path = database(&folder, "wtb.db", &format!("PRAGMA journal_mode = WAL; {PYTHON}"));
    let writer = Connection::open(&path).unwrap();
    writer.execute("INSERT INTO wtb_workflows VALUES ('c')", ()).unwrap();
    assert_eq!(workflows(&path).unwrap().len(), 3);
}

#[test]
fn what_is_written_after_the_reading_began_is_not_seen() {
    let folder = folder();
    let path = database(&folder, "wtb.db", &format!("PRAGMA journal_mode = WAL; {PYTHON}"));
    let writer = Connection::open(&path).unwrap();
    writer.execute("INSERT INTO wtb_workflows VALUES ('c')", ()).unwrap();
    let source = open(&path).unwrap();
    writer.execute_batch("INSERT INTO wtb_workflows VALUES ('d'); PRAGMA wal_checkpoint(PASSIVE)").unwrap();
    assert_eq!(read_workflows(source).unwrap().len(), 3);
    assert_eq!(workflows(&path).unwrap().len(), 4);
}

#[test]
fn a_file_that_changes_while_it_is_read_without_its_log_is_not_trusted() {
    let folder = folder();
    let path = database(&folder, "wtb.db", &format!("PRAGMA journal_mode = WAL; {PYTHON}"));
    let source = open(&path).unwrap();
    let mut insert = "INSERT INTO wtb_workflows VALUES ('c');".repeat(1_000);
    insert.push_str("PRAGMA wal_checkpoint(TRUNCATE)");
    Connection::open(&path).unwrap().execute_batch(&insert).unwrap();
    let sentence = source.confirm().unwrap_err().to_string();
    assert_eq!(sentence, format!("{} was written to while it was read: try again", path.display()));
}

#[test]
fn the_log_of_an_earlier_file_is_refused_and_the_database_stays_as_it_is() {
    let folder = folder();
    let before = database(&folder, "before.db", &format!("PRAGMA journal_mode = WAL; {PYTHON}"));
    let writer = Connection::open(&before).unwrap();
    writer.execute("INSERT INTO wtb_workflows VALUES ('c')", ()).unwrap();
    let restored = database(&folder, "restored.db", PYTHON);
    let log = folder.path().join("restored.db-wal");
    fs::copy(folder.path().join("before.db-wal"), &log).unwrap();
    let bytes = fs::read(&restored).unwrap();
    let sentence = refusal(&restored);
    assert!(sentence.starts_with("FILE-wal was not written by FILE but by an earlier file"), "{sentence}");
    assert!(fs::read(&restored).unwrap() == bytes && log.exists());
}

#[test]
fn the_log_that_a_killed_program_left_is_read_without_its_index() {
    let folder = folder();
    let path = database(&folder, "wtb.db", &format!("PRAGMA journal_mode = WAL; {PYTHON}"));
    let writer = Connection::open(&path).unwrap();
    writer.execute("INSERT INTO wtb_workflows VALUES ('c')", ()).unwrap();
    let killed = tempfile::tempdir().unwrap();
    for name in ["wtb.db", "wtb.db-wal"] {
        fs::copy(folder.path().join(name), killed.path().join(name)).unwrap();
    }
    assert_eq!(workflows(&killed.path().join("wtb.db")).unwrap().len(), 3);
    assert_eq!(files(&killed), ["wtb.db", "wtb.db-wal"]);
}

#[test]
fn unfinished_writes_that_cannot_be_read_are_explained() {
    let folder = folder();
    let path = database(&folder, "wtb.db", PYTHON);
    let writer = Connection::open(&path).unwrap();
    // A cache of one page makes the writer write to the file before it commits.
    let insert = "INSERT INTO wtb_workflows VALUES (hex(zeroblob(3000)));".repeat(50);
    writer.execute_batch(&format!("PRAGMA cache_size = 1; BEGIN IMMEDIATE; {insert}")).unwrap();
    let crashed = tempfile::tempdir().unwrap();
    for name in ["wtb.db", "wtb.db-journal"] {
        fs::copy(folder.path().join(name), crashed.path().join(name)).unwrap();
    }
    assert_eq!(
        refusal(&crashed.path().join("wtb.db")),
        "FILE has unfinished writes beside it that cannot be read here: copy it with its -wal or -journal file to \
         a folder that you may write to, and import the copy"
    );
}

#[test]
fn what_is_no_database_of_the_python_system_is_told_what_it_is() {
    let folder = folder();
    assert_eq!(refusal(&folder.path().join("absent.db")), "there is no file FILE");
    assert!(!folder.path().join("absent.db").exists(), "it was not made either");
    assert_eq!(refusal(folder.path()), "FILE is not a file");

    let text = folder.path().join("notes.txt");
    fs::write(&text, "not a database, but long enough to be looked at by SQLite ".repeat(20)).unwrap();
    assert_eq!(refusal(&text), "FILE is not an SQLite database");

    let empty = folder.path().join("empty.db");
    fs::write(&empty, "").unwrap();
    let nothing_known =
        "FILE is not a database of the Python system: it has no tables wtb_workflows and wtb_executions";
    assert_eq!(refusal(&empty), nothing_known);
    assert_eq!(
        refusal(&database(&folder, "other.db", "CREATE TABLE wtb_workflows (id TEXT)")),
        nothing_known
    );

    let ours = database(
        &folder,
        "ours.db",
        "CREATE TABLE workflows (id TEXT); CREATE TABLE node_boundaries (id TEXT)",
    );
    assert_eq!(refusal(&ours), "FILE is a store of this tool already, not a database of the Python system");
    let agentgit = database(
        &folder,
        "agentgit.db",
        "CREATE TABLE internal_sessions (id TEXT); CREATE TABLE checkpoints (id TEXT)",
    );
    assert_eq!(refusal(&agentgit), "FILE is an AgentGit database; import the wtb.db that belongs to it");
}

#[test]
fn a_damaged_database_is_not_half_read() {
    let folder = folder();
    let path = database(&folder, "wtb.db", PYTHON);
    let mut bytes = fs::read(&path).unwrap();
    // The second page is the table of workflows.
    let page = usize::from(u16::from_be_bytes([bytes[16], bytes[17]]));
    bytes[page..2 * page].fill(0xff);
    fs::write(&path, bytes).unwrap();
    assert_eq!(refusal(&path), "FILE is a damaged SQLite database");
}
