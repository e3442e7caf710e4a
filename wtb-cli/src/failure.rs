//! How a command ends: its exit code, and one sentence when it fails.

use crate::error_kind;
use sqlx::error::DatabaseError;
use std::error::Error;
use std::fmt;
use std::io;
use std::iter;
use std::process::ExitCode;
use wtb_config::{BackupError, ConfigErrors, OpenError};
use wtb_ports::{BoxError, Retry, Retryable, StoreError};

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
    /// A signal of this number ended it.
    Interrupted(u8),
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Done => 0,
            Exit::Failed => 1,
            Exit::LeftOut => 2,
            Exit::Usage => 64,
            // As a shell reports a program that a signal killed.
            Exit::Interrupted(signal) => 128 + signal,
        })
    }
}

/// Why a command ended early: one sentence for its user, with the causes behind it.
#[derive(Debug)]
pub(crate) struct CliError {
    exit: Exit,
    /// What kind of error it is, where its causes do not say it.
    kind: Option<&'static str>,
    sentence: String,
    details: Vec<String>,
    source: Option<BoxError>,
}

impl CliError {
    /// It failed.
    pub(crate) fn failed(sentence: impl Into<String>) -> Self {
        Self { exit: Exit::Failed, kind: None, sentence: sentence.into(), details: Vec::new(), source: None }
    }

    /// What was named is not there.
    pub(crate) fn not_found(sentence: impl Into<String>) -> Self {
        Self { kind: Some("not_found"), ..Self::failed(sentence) }
    }

    /// What was named is there more than once.
    pub(crate) fn ambiguous(sentence: impl Into<String>) -> Self {
        Self { kind: Some("ambiguous"), ..Self::failed(sentence) }
    }

    /// It was asked for wrongly.
    pub(crate) fn usage(sentence: impl Into<String>) -> Self {
        Self { exit: Exit::Usage, ..Self::failed(sentence) }
    }

    /// A signal of this number ended it.
    pub(crate) fn interrupted(signal: u8, sentence: impl Into<String>) -> Self {
        Self { exit: Exit::Interrupted(signal), ..Self::failed(sentence) }
    }

    /// The same with its cause.
    #[must_use]
    pub(crate) fn because(self, source: impl Into<BoxError>) -> Self {
        Self { source: Some(source.into()), ..self }
    }

    /// The same with lines to choose from, below the sentence.
    #[must_use]
    pub(crate) fn listing(self, details: Vec<String>) -> Self {
        Self { details, ..self }
    }

    /// What there is to choose from.
    pub(crate) fn details(&self) -> &[String] {
        &self.details
    }

    /// The code to exit with.
    pub(crate) fn exit(&self) -> Exit {
        self.exit
    }

    /// What kind of error it is, in one word that does not change.
    pub(crate) fn kind(&self) -> &'static str {
        let of_cause = |cause: &(dyn Error + 'static)| {
            let store = cause.downcast_ref().map(error_kind::of_store);
            let opening = || cause.downcast_ref().map(error_kind::of_opening);
            let settings = || cause.downcast_ref::<ConfigErrors>().map(|_| "settings");
            store.or_else(opening).or_else(settings)
        };
        match self.exit {
            Exit::Usage => "usage",
            Exit::Interrupted(_) => "interrupted",
            Exit::Done | Exit::Failed | Exit::LeftOut => {
                self.kind.or_else(|| self.causes().find_map(of_cause)).unwrap_or("failed")
            }
        }
    }

    /// The causes that say something new, nearest first.
    pub(crate) fn new_causes(&self) -> Vec<String> {
        let mut said = iter::once(self.to_string()).chain(self.details.iter().cloned()).collect::<Vec<_>>();
        let mut new = Vec::new();
        for cause in self.causes().map(sentence) {
            // Many say what their cause says.
            let is_new = !said.iter().any(|said| said.contains(&cause));
            if is_new && !cause.contains(&self.sentence) {
                new.push(cause.clone());
            }
            said.push(cause);
        }
        new
    }

    /// The first cause of all, where only that says what to do: a right that lacks, a full disk, a server that is away.
    pub(crate) fn root_cause(&self) -> Option<String> {
        let unexplained = self.causes().any(|cause| {
            matches!(
                cause.downcast_ref(),
                Some(
                    StoreError::Backend { .. }
                        | StoreError::Unavailable { .. }
                        | StoreError::StorageFull { .. }
                        | StoreError::OutcomeUnknown { .. }
                        | StoreError::Corrupt { .. }
                )
            ) || matches!(
                cause.downcast_ref(),
                Some(OpenError::Backend { .. } | OpenError::Folder { .. } | OpenError::Migration { .. })
            ) || matches!(cause.downcast_ref(), Some(BackupError::File { .. }))
                || cause.downcast_ref().is_some_and(|error: &io::Error| {
                    // The sentences about these say it.
                    !matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::PermissionDenied)
                })
        });
        let root = sentence(self.causes().last()?);
        (unexplained && !self.sentence.contains(&root)).then_some(root)
    }

    /// The causes, nearest first.
    pub(crate) fn causes(&self) -> impl Iterator<Item = &(dyn Error + 'static)> {
        iter::successors(self.source(), |&cause| cause.source())
    }
}

/// What an error says. Of one of PostgreSQL the message: the driver adds a line of the server's own source.
fn sentence(error: &(dyn Error + 'static)) -> String {
    let of_driver = error.downcast_ref().and_then(sqlx::Error::as_database_error);
    let of_server = of_driver.or_else(|| error.downcast_ref().map(Box::<dyn DatabaseError>::as_ref));
    of_server.map_or_else(|| error.to_string(), |server| server.message().to_owned())
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

/// A command that wrote nothing yet may read again where the store says so.
impl Retryable for CliError {
    fn retry(&self) -> Retry {
        self.causes().find_map(|cause| cause.downcast_ref()).map_or(Retry::Never, StoreError::retry)
    }
}

/// Every problem of the settings is a sentence of its own; the first one leads.
impl From<ConfigErrors> for CliError {
    fn from(errors: ConfigErrors) -> Self {
        let mut sentences = errors.iter().map(ToString::to_string);
        let first = sentences.next().unwrap_or_default();
        Self::failed(first).listing(sentences.collect()).because(errors)
    }
}

/// The sentence says what stands in the way and what to do about it.
impl From<OpenError> for CliError {
    fn from(error: OpenError) -> Self {
        Self::failed(error.to_string()).because(error)
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
