//! Everything that can go wrong while a store is copied into a file.

use std::error::Error;
use std::fmt;
use std::io;
use wtb_ports::StoreError;

/// Why a store was not backed up; there is no file then. `file` names the one that was asked for.
#[derive(Debug)]
pub enum BackupError {
    /// The store is not one that copies itself into a file.
    Unsupported {
        /// A sentence that says what to do instead.
        advice: &'static str,
    },
    /// Something has the name already.
    Exists {
        /// Which name.
        file: String,
    },
    /// A log that an earlier file of this name left would be taken for the log of the new one.
    StaleLog {
        /// Which file.
        file: String,
        /// The log beside it.
        log: String,
    },
    /// The copy is not a healthy store, so it was removed.
    Damaged {
        /// Which file.
        file: String,
        /// What is wrong, in words; not empty.
        problems: Vec<String>,
    },
    /// The system said no.
    File {
        /// Which file.
        file: String,
        /// What was being done with it.
        operation: &'static str,
        /// What the system said.
        source: io::Error,
    },
    /// The store could not be read, or its copy not written.
    Store(StoreError),
}

impl fmt::Display for BackupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unsupported { advice } => f.write_str(advice),
            Self::Exists { file } => write!(f, "{file} exists already; name a new file"),
            Self::StaleLog { file, log } => {
                write!(f, "{log} would be taken for the log of {file}; remove it or name another file")
            }
            Self::Damaged { file, .. } => {
                write!(f, "the copy is damaged, as the store probably is, so {file} was not kept")
            }
            Self::File { file, operation, .. } => write!(f, "cannot {operation} {file}"),
            Self::Store(error) => error.fmt(f),
        }
    }
}

impl Error for BackupError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::File { source, .. } => Some(source),
            // Its own sentence is told already.
            Self::Store(error) => error.source(),
            Self::Unsupported { .. } | Self::Exists { .. } | Self::StaleLog { .. } | Self::Damaged { .. } => {
                None
            }
        }
    }
}

impl From<StoreError> for BackupError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}
