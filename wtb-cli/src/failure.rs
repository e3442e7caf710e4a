//! How a command ends: its exit code, and one sentence when it fails.

use std::error::Error;
use std::fmt;
use std::io;
use std::process::ExitCode;
use wtb_ports::{BoxError, StoreError};

/// What a command answers.
pub(crate) type CliResult<T> = Result<T, CliError>;

/// The exit codes there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Everything was done.
    Done,
    /// It failed.
    Failed,
    /// It was done, but rows were left out.
    LeftOut,
    /// It was asked for wrongly.
    Usage,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Done => 0,
            Exit::Failed => 1,
            Exit::LeftOut => 2,
            Exit::Usage => 64,
        })
    }
}

/// Why a command ended early: one sentence for its user, with the causes behind it.
#[derive(Debug)]
pub(crate) struct CliError {
    exit: Exit,
    sentence: String,
    source: Option<BoxError>,
}

impl CliError {
    /// It failed.
    pub(crate) fn failed(sentence: impl Into<String>) -> Self {
        Self { exit: Exit::Failed, sentence: sentence.into(), source: None }
    }

    /// It was asked for wrongly.
    pub(crate) fn usage(sentence: impl Into<String>) -> Self {
        Self { exit: Exit::Usage, sentence: sentence.into(), source: None }
    }

    /// The same with its cause.
    #[must_use]
    pub(crate) fn because(self, source: impl Into<BoxError>) -> Self {
        Self { source: Some(source.into()), ..self }
    }

    /// The code to exit with.
    pub(crate) fn exit(&self) -> Exit {
        self.exit
    }

    /// The causes, nearest first.
    pub(crate) fn causes(&self) -> impl Iterator<Item = &(dyn Error + 'static)> {
        std::iter::successors(self.source(), |&cause| cause.source())
    }
}

impl fmt::Display for CliError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence)
    }
}

impl Error for CliError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|source| source as &(dyn Error + 'static))
    }
}

/// A store's own sentence is fit for users; what its library said stays behind it.
impl From<StoreError> for CliError {
    fn from(error: StoreError) -> Self {
        Self::failed(error.to_string()).because(error)
    }
}

/// Writing the result failed. A reader that has seen enough (`wtb … | head`) is no failure.
impl From<io::Error> for CliError {
    fn from(error: io::Error) -> Self {
        let exit = if error.kind() == io::ErrorKind::BrokenPipe { Exit::Done } else { Exit::Failed };
        Self { exit, ..Self::failed("cannot write the result").because(error) }
    }
}
