//! Files beside a SQLite database that an earlier file of its name left.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "this file is tests")]

use rusqlite::Connection;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use wtb_adapter_sql::OpenError;
use wtb_adapter_sql::sqlite::{self, SqliteOptions};

fn beside(file: &Path, suffix: &str) -> PathBuf {
    let mut path = file.as_os_str().to_owned();
    path.push(suffix);
    path.into()
}

/// A store, and the log that it has while it is open.
async fn store_and_log(folder: &Path) -> (PathBuf, Vec<u8>) {
    let file = folder.join("wtb.db");
    let store = sqlite::open(SqliteOptions::new(&file)).await.unwrap();
    let connection = Connection::open(&file).unwrap();
    connection.execute_batch("CREATE TABLE later (x)").unwrap();
    let log = fs::read(beside(&file, "-wal")).unwrap();
    drop((connection, store));
    (file, log)
}

/// What refuses to open it, in every way there is.
async fn refusals(file: &Path) -> Vec<String> {
    let options = SqliteOptions::new(file);
    let mut refusals = Vec::new();
    for options in [options.clone(), options.clone().read_only()] {
        refusals.push(sqlite::open(options).await.expect_err("a stale log"));
    }
    refusals.push(sqlite::migrate(&options).await.expect_err("a stale log"));
    refusals.push(sqlite::migrations(&options).await.expect_err("a stale log"));
    let log_of = |refusal| match refusal {
        OpenError::StaleLog { log, .. } => log,
        other => panic!("{other:?}"),
    };
    refusals.into_iter().map(log_of).collect()
}

#[tokio::test]
async fn a_backup_beside_a_forgotten_log_is_refused_and_stays_as_it_is() {
    let folder = TempDir::new().unwrap();
    let (file, log) = store_and_log(folder.path()).await;
    let backup = folder.path().join("backup.db");
    sqlite::open(SqliteOptions::new(&file)).await.unwrap().backup(&backup).await.unwrap();
    fs::rename(&backup, &file).unwrap();
    fs::write(beside(&file, "-wal"), &log).unwrap();
    let before = fs::read(&file).unwrap();
    assert_eq!(refusals(&file).await, vec![beside(&file, "-wal").display().to_string(); 4]);
    assert!(fs::read(&file).unwrap() == before && fs::read(beside(&file, "-wal")).unwrap() == log);
    // Without the log it is a store again.
    fs::remove_file(beside(&file, "-wal")).unwrap();
    sqlite::open(SqliteOptions::new(&file)).await.unwrap();
}

#[tokio::test]
async fn a_store_beside_a_forgotten_journal_is_refused_and_stays_as_it_is() {
    let folder = TempDir::new().unwrap();
    let (file, _) = store_and_log(folder.path()).await;
    let journal = [[0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7].to_vec(), vec![1; 100_000]].concat();
    fs::write(beside(&file, "-journal"), &journal).unwrap();
    let before = fs::read(&file).unwrap();
    assert_eq!(refusals(&file).await, vec![beside(&file, "-journal").display().to_string(); 4]);
    assert_eq!(fs::read(&file).unwrap(), before);
    // SQLite keeps a journal that it has used by zeroing its start.
    fs::write(beside(&file, "-journal"), vec![0; 100_000]).unwrap();
    sqlite::open(SqliteOptions::new(&file)).await.unwrap();
}

#[tokio::test]
async fn a_log_without_its_database_is_not_deleted() {
    let folder = TempDir::new().unwrap();
    let (file, log) = store_and_log(folder.path()).await;
    fs::remove_file(&file).unwrap();
    fs::write(beside(&file, "-wal"), &log).unwrap();
    let refusal = sqlite::open(SqliteOptions::new(&file)).await.unwrap_err();
    assert!(matches!(refusal, OpenError::StaleLog { .. }), "{refusal:?}");
    assert_eq!(fs::read(beside(&file, "-wal")).unwrap(), log);
    assert!(!file.exists());
}

#[tokio::test]
async fn the_log_of_a_killed_program_is_read() {
    let folder = TempDir::new().unwrap();
    let (file, _) = store_and_log(folder.path()).await;
    let store = sqlite::open(SqliteOptions::new(&file)).await.unwrap();
    let other = Connection::open(&file).unwrap();
    other.execute_batch("CREATE TABLE last (x)").unwrap();
    let copy = folder.path().join("copy.db");
    for suffix in ["", "-wal"] {
        fs::copy(beside(&file, suffix), beside(&copy, suffix)).unwrap();
    }
    drop((other, store));
    sqlite::open(SqliteOptions::new(&copy)).await.unwrap();
    let found = Connection::open(&copy)
        .unwrap()
        .query_row("SELECT count(*) FROM last", [], |row| row.get::<_, i64>(0));
    assert_eq!(found.unwrap(), 0);
}
