//! Shows in which fields two entities differ.

use serde::Serialize;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// How much is shown of a long value, before and after the place where it begins to differ, in characters.
const SHOWN: (usize, usize) = (20, 60);

/// A field in which two entities differ, with its values as JSON texts, cut to the part that differs.
#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) one: String,
    pub(crate) other: String,
}

/// Borrowed from the text of the whole: a document may be large.
type Fields<'t> = BTreeMap<&'t str, &'t RawValue>;

/// The fields in which the two differ, by name. White space around a document is not seen.
///
/// # Errors
/// If one of them cannot be written as JSON.
pub(crate) fn between<E: Serialize>(one: &E, other: &E) -> serde_json::Result<Vec<Field>> {
    let (one, other) = (serde_json::to_string(one)?, serde_json::to_string(other)?);
    let mut others: Fields<'_> = serde_json::from_str(&other)?;
    let differing = serde_json::from_str::<Fields<'_>>(&one)?.into_iter().filter_map(|(name, one)| {
        let other = others.remove(name)?;
        let (one, other) = (one.get(), other.get());
        (one != other).then(|| {
            let (one, other) = from_first_difference(one, other);
            Field { name: name.to_owned(), one, other }
        })
    });
    Ok(differing.collect())
}

/// Both texts around the place where they begin to differ.
fn from_first_difference(one: &str, other: &str) -> (String, String) {
    let equal = one.chars().zip(other.chars()).take_while(|(a, b)| a == b).count();
    (excerpt(one, equal), excerpt(other, equal))
}

fn excerpt(text: &str, at: usize) -> String {
    let (before, after) = SHOWN;
    let length = text.chars().count();
    if length <= before + after {
        return text.to_owned();
    }
    let start = at.saturating_sub(before);
    let end = (at + after).min(length);
    let part: String = text.chars().skip(start).take(end - start).collect();
    let (left, right) = (if start > 0 { "…" } else { "" }, if end < length { "…" } else { "" });
    format!("{left}{part}{right}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use wtb_domain::{Json, Timestamp, Workflow, WorkflowId};

    fn workflow(name: &str, definition: &str) -> Workflow {
        Workflow::new(WorkflowId::from(1), name, Json::new(definition), Timestamp::UNIX_EPOCH)
    }

    fn shown(one: &Workflow, other: &Workflow) -> Vec<[String; 3]> {
        let fields = between(one, other).unwrap().into_iter();
        fields.map(|Field { name, one, other }| [name, one, other]).collect()
    }

    #[test]
    fn every_field_that_differs_is_shown_with_both_values() {
        assert_eq!(
            shown(&workflow("a", r#"{"a":1}"#), &workflow("b", r#"{"a": 1}"#)),
            [["definition", r#"{"a":1}"#, r#"{"a": 1}"#], ["name", r#""a""#, r#""b""#]]
        );
    }

    #[test]
    fn long_documents_are_cut_around_the_place_where_they_begin_to_differ() {
        let document = |middle: char| format!("\"{}{middle}{}\"", "é".repeat(500), "ö".repeat(500));
        let part = |middle: char| format!("…{}{middle}{}…", "é".repeat(20), "ö".repeat(59));
        assert_eq!(
            shown(&workflow("a", &document('2')), &workflow("a", &document('1'))),
            [["definition".to_owned(), part('2'), part('1')]]
        );
    }

    #[test]
    fn white_space_around_a_document_is_not_seen() {
        assert_eq!(shown(&workflow("a", "{}"), &workflow("a", " {}")), [[""; 3]; 0]);
    }
}
