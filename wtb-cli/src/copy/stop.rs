//! Why nothing is copied, or what is wrong after it was.

use crate::difference::{self, Field};
use crate::failure::CliError;
use crate::row::Row;
use crate::view::text::{plural, printable};
use wtb_domain::EntityKind;
use wtb_ports::StoreError;

/// How a copy that ended early goes on. The command itself is not shown: its URLs may hold passwords.
pub(super) const HINT: &str = "the same command with --resume goes on where it was";

/// Why nothing is copied.
#[derive(Debug)]
pub(super) enum Stop {
    /// One of the stores could not be read.
    Store(StoreError),
    /// The target holds rows of this kind already.
    NotEmpty(EntityKind),
    /// A row of the target differs from the one in its place in the source.
    Differs(Difference),
    /// The two could not be written down to be compared.
    Unwritable(serde_json::Error),
    /// The target holds a row where the source has none; what it is called.
    Surplus(String),
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<serde_json::Error> for Stop {
    fn from(error: serde_json::Error) -> Self {
        Self::Unwritable(error)
    }
}

impl From<Difference> for Stop {
    fn from(difference: Difference) -> Self {
        Self::Differs(difference)
    }
}

impl Stop {
    /// About a row that is in the target only, at this place among those of its kind, from 1.
    pub(super) fn surplus(place: u64, stored: &impl Row) -> Self {
        Self::Surplus(called(place, stored))
    }
}

/// Two rows in the same place that are not equal.
#[derive(Debug)]
pub(super) struct Difference {
    sentence: String,
    lines: Vec<String>,
}

impl Difference {
    /// Compares the two, which are at this place among those of their kind, from 1.
    ///
    /// # Errors
    /// If one of them cannot be written as JSON.
    pub(super) fn between<R: Row>(place: u64, row: &R, stored: &R) -> serde_json::Result<Self> {
        if row.id() != stored.id() {
            let (row, stored) = (called(place, row), called(place, stored));
            let sentence = format!("the target has {stored} in the place of {row}");
            return Ok(Self { sentence, lines: Vec::new() });
        }
        let line = |Field { name, one, other }| {
            printable(&format!("{name}: {one} in the source, {other} in the target"))
        };
        let lines: Vec<_> = difference::between(row, stored)?.into_iter().map(line).collect();
        let white_space = if lines.is_empty() { ", in white space around a document" } else { "" };
        Ok(Self { sentence: format!("{} differs in the target{white_space}", called(place, row)), lines })
    }
}

/// What people call a row.
fn called<R: Row>(place: u64, row: &R) -> String {
    match row.id() {
        Some(id) => format!("{} {id}", R::KIND),
        None => format!("{} {place}", R::KIND),
    }
}

/// The sentence about why nothing is copied.
pub(super) fn stopped(stop: Stop) -> CliError {
    match stop {
        Stop::Store(error) => error.into(),
        Stop::NotEmpty(kind) => CliError::failed(format!(
            "the target holds {} already; name an empty store, or go on with an interrupted copy by --resume",
            plural(kind.as_str())
        )),
        Stop::Differs(Difference { sentence, lines }) => {
            CliError::failed(format!("{sentence}, so nothing was copied")).listing(lines)
        }
        Stop::Unwritable(error) => {
            CliError::failed("a row differs in the target and cannot be shown, so nothing was copied")
                .because(error)
        }
        Stop::Surplus(row) => {
            CliError::failed(format!("the target has {row}, which the source has not, so nothing was copied"))
        }
    }
}

/// The sentence about a copy that a store ended early.
pub(super) fn ended_early(error: StoreError) -> CliError {
    CliError::failed(format!("{error}; {HINT}")).because(error)
}

#[cfg(test)]
mod tests {
    use super::*;
    use wtb_domain::{Json, Timestamp, Workflow};

    fn workflow(definition: &str) -> Workflow {
        Workflow::new(1.into(), "loans", Json::new(definition), Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn white_space_around_a_document_is_a_difference_too() {
        let difference = Difference::between(1, &workflow("{}"), &workflow(" {}")).unwrap();
        assert_eq!(
            stopped(difference.into()).to_string(),
            "workflow 1 differs in the target, in white space around a document, so nothing was copied"
        );
    }

    #[test]
    fn stored_text_cannot_steer_the_terminal() {
        let difference = Difference::between(1, &workflow("\u{1b}[2J"), &workflow("{}"));
        assert!(difference.is_err(), "what is no document cannot be shown");
        let named = Workflow { name: "\u{1b}[2J".to_owned(), ..workflow("{}") };
        let difference = Difference::between(1, &named, &workflow("{}")).unwrap();
        assert!(!difference.lines[0].contains('\u{1b}'), "{:?}", difference.lines);
    }
}
