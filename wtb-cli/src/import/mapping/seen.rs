//! Remembers what a whole source holds, on disk: which rows were first, what was left out, what is in the log.

use super::cells::Broken;
use crate::failure::{CliError, CliResult};
use rusqlite::{Connection, OptionalExtension, params};

/// What the remembered values are about. Each is of its own.
#[derive(Debug, Clone, Copy)]
pub(crate) enum About {
    /// The rows of a table that became entities, by a unique value: their keys.
    Rows(&'static str),
    /// The rows of a table that were left out, by id.
    LeftOut(&'static str),
    /// The parents that only the store has, by their table and id.
    StoredParent(&'static str),
    /// The attempts of a session at a node so far.
    Attempts,
    /// How often the store's log has an entry that the source did not show yet, by its digest.
    LogEntries,
    /// The revisions that earlier imports wrote, by kind of entity and id.
    Refreshed(&'static str),
}

impl About {
    fn name(self) -> (&'static str, &'static str) {
        match self {
            Self::Rows(table) => ("rows", table),
            Self::LeftOut(table) => ("left out", table),
            Self::StoredParent(table) => ("stored parent", table),
            Self::Attempts => ("attempts", ""),
            Self::LogEntries => ("log entries", ""),
            Self::Refreshed(kind) => ("refreshed", kind),
        }
    }
}

/// An index of values and a note on each, in a file that SQLite removes: a source may have more rows than fit into
/// memory.
///
/// The first failure is noted and every later call does nothing; [`check`](Self::check) tells of it.
#[derive(Debug)]
pub(crate) struct Seen {
    connection: Connection,
    failure: Option<rusqlite::Error>,
}

impl Seen {
    /// An empty index. Small ones never get a file.
    ///
    /// # Errors
    /// If SQLite cannot make one.
    pub(crate) fn new() -> CliResult<Self> {
        // A database without a name has a file without a name, in the folder for temporary files.
        let connection = Connection::open("").map_err(failed)?;
        let schema = "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -8192; BEGIN;
            CREATE TABLE seen (about TEXT, part TEXT, value BLOB, note, PRIMARY KEY (about, part, value))
                WITHOUT ROWID";
        connection.execute_batch(schema).map_err(failed)?;
        Ok(Self { connection, failure: None })
    }

    /// Fails if anything could not be remembered.
    ///
    /// # Errors
    /// The first failure.
    pub(crate) fn check(&mut self) -> CliResult<()> {
        self.failure.take().map_or(Ok(()), |error| Err(failed(error)))
    }

    /// Notes that the row called `key` has this value in `columns`.
    ///
    /// # Errors
    /// If another row was first.
    pub(super) fn first(
        &mut self,
        table: &'static str,
        value: &str,
        columns: &'static str,
        key: &str,
    ) -> Result<(), Broken> {
        match self.note(About::Rows(table), value.as_bytes()) {
            None => {
                self.set(About::Rows(table), value.as_bytes(), key);
                Ok(())
            }
            Some(first) => {
                Err(Broken::new(columns, format!("row {first} has the same, and it must be unique")))
            }
        }
    }

    /// Whether a value was noted.
    pub(crate) fn has(&mut self, about: About, value: &str) -> bool {
        self.note(about, value.as_bytes()).is_some()
    }

    /// What was noted about a value.
    pub(crate) fn note(&mut self, about: About, value: &[u8]) -> Option<String> {
        let (about, part) = about.name();
        self.with(|connection| {
            connection
                .prepare_cached(
                    "SELECT CAST(note AS TEXT) FROM seen WHERE about = ?1 AND part = ?2 AND value = ?3",
                )?
                .query_row(params![about, part, value], |row| row.get(0))
                .optional()
        })
        .flatten()
    }

    /// Notes this about a value, instead of what was noted before.
    pub(crate) fn set(&mut self, about: About, value: &[u8], note: &str) {
        let (about, part) = about.name();
        self.with(|connection| {
            connection
                .prepare_cached("INSERT OR REPLACE INTO seen VALUES (?1, ?2, ?3, ?4)")?
                .execute(params![about, part, value, note])
        });
    }

    /// Adds `change` to the number that is noted about a value, from 0, and answers the sum.
    pub(crate) fn add(&mut self, about: About, value: &[u8], change: i64) -> i64 {
        let (about, part) = about.name();
        self.with(|connection| {
            connection
                .prepare_cached(
                    "INSERT INTO seen VALUES (?1, ?2, ?3, ?4)
                        ON CONFLICT DO UPDATE SET note = note + excluded.note RETURNING note",
                )?
                .query_row(params![about, part, value, change], |row| row.get(0))
        })
        .unwrap_or_default()
    }

    fn with<T>(&mut self, work: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Option<T> {
        if self.failure.is_some() {
            return None;
        }
        work(&self.connection).map_err(|error| self.failure = Some(error)).ok()
    }
}

fn failed(error: rusqlite::Error) -> CliError {
    CliError::failed("cannot use a temporary file; SQLITE_TMPDIR names a folder for it with room")
        .because(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_added_and_notes_are_kept_apart() {
        let mut seen = Seen::new().unwrap();
        assert_eq!(seen.add(About::Attempts, b"a", 1), 1);
        assert_eq!(seen.add(About::Attempts, b"a", 1), 2);
        assert_eq!(seen.add(About::LogEntries, b"a", 5), 5);
        assert_eq!(seen.add(About::LogEntries, b"a", -1), 4);
        seen.set(About::LeftOut("t"), b"a", "1");
        assert!(seen.has(About::LeftOut("t"), "a"));
        assert!(!seen.has(About::LeftOut("u"), "a") && !seen.has(About::StoredParent("t"), "a"));
        seen.check().unwrap();
    }

    #[test]
    fn what_cannot_be_remembered_is_told() {
        let mut seen = Seen::new().unwrap();
        seen.connection.execute_batch("DROP TABLE seen").unwrap();
        seen.set(About::Attempts, b"a", "1");
        assert!(!seen.has(About::Attempts, "a"));
        assert!(seen.check().unwrap_err().to_string().contains("SQLITE_TMPDIR"));
    }
}
