//! Everything that can go wrong while a store is opened or its schema upgraded.

use crate::url::InvalidDatabaseUrl;
use std::error::Error;
use std::fmt;
use std::time::Duration;
use wtb_ports::BoxError;

/// Why a store could not be opened. `database` names the file or the database, without secrets.
#[derive(Debug)]
pub enum OpenError {
    /// The URL is not one of a database.
    Url(InvalidDatabaseUrl),
    /// The server cannot be reached, or lets nobody in.
    Unreachable {
        /// Which database.
        database: String,
        /// What the server or the system said.
        reason: String,
        /// The same as an error.
        source: BoxError,
    },
    /// The server does not let this role do what opening needs.
    Forbidden {
        /// Which database.
        database: String,
        /// What the server said.
        reason: String,
        /// The same as an error.
        source: BoxError,
    },
    /// What shall be read from is neither a replica of the database nor its own server.
    NotAReplica {
        /// What shall be read from.
        database: String,
        /// The database.
        original: String,
    },
    /// The server keeps text in an encoding that has not every character.
    Encoding {
        /// Which database.
        database: String,
        /// Its encoding.
        encoding: String,
    },
    /// There is a folder, or another thing that is no file, where the database should be.
    NotAFile {
        /// Which one.
        database: String,
    },
    /// The folder for the file could not be made.
    Folder {
        /// Which file.
        database: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// A file beside the database would be taken for a part of it, and was written by an earlier file of that name.
    StaleLog {
        /// Which database.
        database: String,
        /// The file beside it.
        log: String,
    },
    /// The system does not let this user read the file.
    NotReadable {
        /// Which one.
        database: String,
        /// Why, in words.
        reason: String,
    },
    /// The system does not let this user write the file, and opening has to.
    NotWritable {
        /// Which one.
        database: String,
        /// Why, in words.
        reason: String,
    },
    /// The file is not a SQLite database, or a damaged one.
    NotADatabase {
        /// Which one.
        database: String,
        /// What the library said.
        source: BoxError,
    },
    /// The database was written by the Python system.
    PythonDatabase {
        /// Which one.
        database: String,
    },
    /// The database has tables, but not those of a WTB store.
    OtherDatabase {
        /// Which one.
        database: String,
        /// What to do.
        advice: &'static str,
    },
    /// The schema has to be upgraded, and that was not asked for.
    Pending {
        /// Which one.
        database: String,
        /// The steps that are missing, in order.
        names: Vec<&'static str>,
    },
    /// The schema is newer than this program.
    NewerSchema {
        /// Which one.
        database: String,
        /// The step that this program does not know.
        name: String,
    },
    /// A step of the schema was applied from another text than this program has.
    ChangedMigration {
        /// Which one.
        database: String,
        /// The step.
        name: String,
    },
    /// What follows from a step of the schema is there, but the step is not recorded as applied.
    HalfApplied {
        /// Which one.
        database: String,
        /// The step.
        name: &'static str,
        /// What is there: a table or an index of the step, or a later step.
        evidence: String,
    },
    /// A step of the schema failed; the database is as it was.
    Migration {
        /// Which one.
        database: String,
        /// The step.
        name: &'static str,
        /// What the library said.
        source: BoxError,
    },
    /// Another process kept the database locked for too long.
    Busy {
        /// Which one.
        database: String,
        /// How long it was waited for.
        waited: Duration,
    },
    /// A file was locked for too long, or cannot be locked at all: systems answer both alike.
    FileLocked {
        /// Which one.
        database: String,
        /// How long it was waited for.
        waited: Duration,
    },
    /// Anything else the database's library said.
    Backend {
        /// Which one.
        database: String,
        /// What was being done.
        operation: &'static str,
        /// What the library said.
        source: BoxError,
    },
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Url(reason) => write!(f, "the database url cannot be used: {reason}"),
            Self::Unreachable { database, reason, .. } => write!(f, "cannot connect to {database}: {reason}"),
            Self::Forbidden { database, reason, .. } => write!(
                f,
                "this role lacks a right in {database}: {reason}; grant it, or run `wtb migrate` as a role that has it"
            ),
            Self::NotAReplica { database, original } => write!(
                f,
                "{database} is no replica of {original}; name one of its replicas for reading, or none"
            ),
            Self::Encoding { database, encoding } => write!(
                f,
                "{database} keeps text as {encoding}; make a database with UTF8: createdb --encoding=UTF8 --template=template0"
            ),
            Self::NotAFile { database } => {
                write!(f, "{database} is not a file; name a file for the database")
            }
            Self::Folder { database, .. } => write!(f, "cannot make the folder for {database}"),
            Self::StaleLog { database, log } => write!(
                f,
                "{log} was not written by {database} but by an earlier file of that name, and SQLite would copy it into \
                 {database}; remove it, or move it back beside the file that it belongs to"
            ),
            Self::NotReadable { database, reason } => write!(f, "cannot read {database}: {reason}"),
            Self::NotWritable { database, reason } => write!(f, "cannot write {database}: {reason}"),
            Self::NotADatabase { database, .. } => write!(
                f,
                "{database} is not a sqlite database, or a damaged one; name another file or restore a backup"
            ),
            Self::PythonDatabase { database } => write!(
                f,
                "{database} was written by the python version of wtb; copy it into a new store with `wtb import`"
            ),
            Self::OtherDatabase { database, advice } => {
                write!(f, "{database} is the database of another program; {advice}")
            }
            Self::Pending { database, names } => {
                write!(f, "the schema of {database} lacks {}; run `wtb migrate`", names.join(", "))
            }
            Self::NewerSchema { database, name } => {
                write!(
                    f,
                    "the schema of {database} has {name}, which this wtb does not know; use a newer wtb"
                )
            }
            Self::ChangedMigration { database, name } => {
                write!(f, "{database} was made with another text of {name}; use the wtb that made it")
            }
            Self::HalfApplied { database, name, evidence } => write!(
                f,
                "{database} has {evidence}, but {name} is not recorded as applied: a restore that ended early leaves \
                 this; restore the backup again, into an empty database"
            ),
            Self::Migration { database, name, .. } => {
                write!(f, "{name} failed and left {database} as it was")
            }
            Self::Busy { database, waited } => {
                write!(f, "another process kept {database} locked for {} seconds", waited.as_secs())
            }
            Self::FileLocked { database, waited } => write!(
                f,
                "{database} was locked for {} seconds: another process keeps it locked, or its file system has no locks, as \
                 NFS without a lock service; end that process, or move the file to a local disk",
                waited.as_secs()
            ),
            Self::Backend { database, operation, .. } => write!(f, "cannot {operation} {database}"),
        }
    }
}

impl Error for OpenError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Url(source) => Some(source),
            Self::Folder { source, .. } => Some(source),
            Self::NotADatabase { source, .. }
            | Self::Unreachable { source, .. }
            | Self::Forbidden { source, .. }
            | Self::Migration { source, .. }
            | Self::Backend { source, .. } => Some(&**source),
            Self::NotAReplica { .. }
            | Self::Encoding { .. }
            | Self::NotAFile { .. }
            | Self::StaleLog { .. }
            | Self::NotReadable { .. }
            | Self::NotWritable { .. }
            | Self::PythonDatabase { .. }
            | Self::OtherDatabase { .. }
            | Self::Pending { .. }
            | Self::NewerSchema { .. }
            | Self::ChangedMigration { .. }
            | Self::HalfApplied { .. }
            | Self::Busy { .. }
            | Self::FileLocked { .. } => None,
        }
    }
}

impl From<InvalidDatabaseUrl> for OpenError {
    fn from(source: InvalidDatabaseUrl) -> Self {
        Self::Url(source)
    }
}
