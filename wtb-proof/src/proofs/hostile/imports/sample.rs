//! The good files that hostile ones are made of.

use super::importer::{Importer, WTB};
use crate::part::program;
use crate::proof::Failure;
use rusqlite::Connection;
use std::fs;
use std::path::{Path, PathBuf};

/// A database of the Python system.
const PYTHON: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../samples/python-wtb.db");
/// Leaves a few rows in each table, so that an import takes no time.
const FEW: &str = "
    DELETE FROM wtb_executions WHERE rowid > 4;
    DELETE FROM wtb_node_boundaries WHERE execution_id NOT IN (SELECT id FROM wtb_executions);
    DELETE FROM wtb_evaluation_results WHERE execution_id NOT IN (SELECT id FROM wtb_executions);
    DELETE FROM wtb_audit_logs WHERE id > 8;
    PRAGMA journal_mode = DELETE;
    VACUUM;";

/// Good files.
pub(super) struct Sample {
    /// Where they are.
    pub(super) folder: PathBuf,
    /// The command.
    pub(super) wtb: PathBuf,
    /// A small database of the Python system.
    pub(super) python: Vec<u8>,
    /// The same without constraints, so that any value can be written to it.
    pub(super) lenient: PathBuf,
    /// A store that holds it.
    pub(super) store: PathBuf,
}

impl Sample {
    /// Makes them in `folder`.
    ///
    /// # Errors
    /// `Unable` if they cannot be made.
    pub(super) async fn prepare(folder: &Path) -> Result<Self, Failure> {
        let wtb = program()?.with_file_name(WTB);
        if !wtb.is_file() {
            return Err(Failure::unable(format!(
                "there is no {}: cargo xtask prove builds it",
                wtb.display()
            )));
        }
        let python = folder.join("python.db");
        fs::copy(PYTHON, &python).map_err(Failure::unable)?;
        change(&python, FEW)?;
        let lenient = folder.join("lenient.db");
        fs::copy(&python, &lenient).map_err(Failure::unable)?;
        change(&lenient, &without_constraints(&lenient)?)?;
        let bytes = fs::read(&python).map_err(Failure::unable)?;
        let sample =
            Self { folder: folder.to_owned(), wtb, python: bytes, lenient, store: folder.join("store.db") };
        let answer = Importer::Sound.import(&sample.wtb, folder, false).await?;
        if answer.code != Some(0) {
            return Err(Failure::unable(format!("the good file is not imported: {}", answer.stderr)));
        }
        Ok(sample)
    }
}

fn change(path: &Path, sql: &str) -> Result<(), Failure> {
    let change = |database: Connection| database.execute_batch(&format!("PRAGMA foreign_keys = OFF; {sql}"));
    Connection::open(path).and_then(change).map_err(Failure::unable)
}

/// What makes every table again with its columns only.
fn without_constraints(path: &Path) -> Result<String, Failure> {
    let again = "SELECT group_concat(format(
            'CREATE TABLE \"again\" AS SELECT * FROM \"%w\"; DROP TABLE \"%w\"; ALTER TABLE \"again\" RENAME TO \"%w\";',
            name, name, name), ' ')
        FROM sqlite_schema WHERE type = 'table' AND name LIKE 'wtb%'";
    Connection::open(path)
        .and_then(|database| database.query_row(again, (), |row| row.get(0)))
        .map_err(Failure::unable)
}
