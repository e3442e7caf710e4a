//! A folder with a database of the Python system and a store, and the program to run in it.

#![expect(clippy::unwrap_used, reason = "a helper of tests stops at the first surprise")]

use rusqlite::types::Value as Stored;
use rusqlite::{Connection, OpenFlags};
use serde_json::Value;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../samples/python-wtb.db");

/// The tables of a store, and how many rows of the sample belong into each.
pub(crate) const ROWS: [(&str, u64); 7] = [
    ("workflows", 1),
    ("executions", 31),
    ("node_boundaries", 147),
    ("checkpoint_files", 12),
    ("node_variants", 4),
    ("evaluation_results", 22),
    ("audit_logs", 360),
];

/// A folder of its own for one test, with a copy of the sample as `python.db`.
pub(crate) struct Bench {
    folder: TempDir,
}

/// What the program answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl From<Output> for Answer {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Answer {
    /// The one JSON document on stdout.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap()
    }

    /// What became of the rows of one kind: how many were added, were there already, were left out.
    pub(crate) fn counts(&self, entity: &str) -> [u64; 3] {
        let report = self.json();
        let entities = report["entities"].as_array().unwrap();
        let counts = entities.iter().find(|counts| counts["entity"] == entity).unwrap();
        ["added", "already_there", "left_out"].map(|name| counts[name].as_u64().unwrap())
    }

    /// How many rows of one kind were updated.
    pub(crate) fn updated(&self, entity: &str) -> u64 {
        let report = self.json();
        let mut entities = report["entities"].as_array().unwrap().iter();
        entities.find(|counts| counts["entity"] == entity).unwrap()["updated"].as_u64().unwrap()
    }

    /// The same, with an error as its document would be shown to people.
    pub(crate) fn in_text(mut self) -> Self {
        if let Ok(document) = serde_json::from_str::<Value>(&self.stderr) {
            let error = &document["error"];
            let hint = error["hint"].as_str().unwrap_or_default().lines().map(|line| format!("  {line}\n"));
            self.stderr = format!("wtb: {}\n", error["message"].as_str().unwrap());
            self.stderr.extend(hint);
        }
        self
    }

    /// Succeeded with nothing on stderr.
    #[track_caller]
    pub(crate) fn assert_done(&self) {
        assert_eq!((self.code, self.stderr.as_str()), (Some(0), ""), "{}", self.stdout);
    }
}

impl Bench {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::copy(SAMPLE, folder.path().join("python.db")).unwrap();
        Self { folder }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The program, with these arguments and in an empty environment; its store is `store.db` unless they name one.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_wtb"));
        command.current_dir(self.folder.path()).env_clear().args(arguments);
        if !arguments.contains(&"--store") {
            command.args(["--store", "sqlite:///store.db"]);
        }
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    pub(crate) fn wtb(&self, arguments: &[&str]) -> Answer {
        self.command(arguments).output().unwrap().into()
    }

    /// Imports `python.db` and answers with JSON; an error as its document would be shown to people.
    pub(crate) fn import(&self, options: &[&str]) -> Answer {
        let mut arguments = vec!["import", "python.db", "--json"];
        arguments.extend(options);
        self.wtb(&arguments).in_text()
    }

    /// Mistreats `python.db`: nothing that the Python system would have refused is refused here.
    pub(crate) fn change_python(&self, sql: &str) {
        let connection = Connection::open(self.path("python.db")).unwrap();
        let lenient = "PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON;";
        connection.execute_batch(&format!("{lenient} {sql}")).unwrap();
    }

    /// The store, opened by hand, with the Python database attached as `python`.
    pub(crate) fn store(&self) -> Connection {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
        let connection = Connection::open_with_flags(self.path("store.db"), flags).unwrap();
        let python = self.path("python.db");
        connection.execute("ATTACH ?1 AS python", [python.to_str().unwrap()]).unwrap();
        connection
    }

    /// The number that a query about the store and the Python database answers.
    pub(crate) fn number(&self, sql: &str) -> u64 {
        self.store().query_row(sql, (), |row| row.get::<_, i64>(0)).unwrap().unsigned_abs()
    }

    /// Everything in a store, one line each.
    pub(crate) fn content(&self, store: &str) -> Vec<String> {
        let store = Connection::open_with_flags(self.path(store), OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
        let mut lines = Vec::new();
        for (table, _) in ROWS {
            let mut statement = store.prepare(&format!("SELECT * FROM {table} ORDER BY seq")).unwrap();
            let columns = statement.column_count();
            let mut rows = statement.query(()).unwrap();
            while let Some(row) = rows.next().unwrap() {
                let values: Vec<Stored> = (0..columns).map(|at| row.get(at).unwrap()).collect();
                lines.push(format!("{table} {values:?}"));
            }
        }
        lines
    }

    /// How many rows every table of the store has.
    pub(crate) fn rows(&self) -> Vec<(&'static str, u64)> {
        ROWS.iter()
            .map(|(table, _)| (*table, self.number(&format!("SELECT count(*) FROM {table}"))))
            .collect()
    }
}
