//! Shows in which fields two entities with the same id differ.

use serde::Serialize;
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::fmt;
use wtb_domain::{Entity, EntityKind};

/// How much is shown of a long value, before and after the place where it begins to differ, in characters.
const SHOWN: (usize, usize) = (20, 60);

/// A row of the source that differs from what is stored under its id.
#[derive(Debug)]
pub(crate) struct Difference {
    entity: EntityKind,
    id: String,
    fields: Vec<Field>,
}

/// A field and its two values as JSON texts, cut to the part that differs.
#[derive(Debug)]
struct Field {
    name: String,
    stored: String,
    incoming: String,
}

type Fields = BTreeMap<String, Box<RawValue>>;

impl Difference {
    /// Compares the two field by field.
    ///
    /// # Errors
    /// If one of them cannot be written as JSON.
    pub(super) fn between<E: Entity + Serialize>(stored: &E, incoming: &E) -> serde_json::Result<Self> {
        let mut stored = fields(stored)?;
        let fields = fields(incoming)?
            .into_iter()
            .filter_map(|(name, incoming)| {
                let stored = stored.remove(&name)?;
                let (stored, incoming) = (stored.get(), incoming.get());
                (stored != incoming).then(|| {
                    let (stored, incoming) = from_first_difference(stored, incoming);
                    Field { name, stored, incoming }
                })
            })
            .collect();
        Ok(Self { entity: E::KIND, id: incoming.id().to_string(), fields })
    }
}

fn fields(entity: &impl Serialize) -> serde_json::Result<Fields> {
    serde_json::from_str(&serde_json::to_string(entity)?)
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

impl Difference {
    /// The two values of every field that differs, one line each.
    pub(crate) fn lines(&self) -> Vec<String> {
        let line = |field: &Field| {
            format!("{}: {} in the source, {} in the store", field.name, field.incoming, field.stored)
        };
        self.fields.iter().map(line).collect()
    }

    /// Whether times alone differ, as they do when they were read in another zone.
    pub(crate) fn is_only_in_times(&self) -> bool {
        !self.fields.is_empty() && self.fields.iter().all(|field| field.name.ends_with("_at"))
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} differs from the one that is stored", self.entity, self.id)?;
        if self.fields.is_empty() { f.write_str(", in white space around a document") } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wtb_domain::{Json, Timestamp, Workflow, WorkflowId};

    fn workflow(name: &str, definition: &str) -> Workflow {
        Workflow::new(WorkflowId::from(1), name, Json::new(definition), Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn every_field_that_differs_is_shown_with_both_values() {
        let (stored, incoming) = (workflow("b", r#"{"a": 1}"#), workflow("a", r#"{"a":1}"#));
        let difference = Difference::between(&stored, &incoming).unwrap();
        assert_eq!(difference.to_string(), "workflow 1 differs from the one that is stored");
        assert_eq!(
            difference.lines(),
            [
                r#"definition: {"a":1} in the source, {"a": 1} in the store"#,
                r#"name: "a" in the source, "b" in the store"#,
            ]
        );
    }

    #[test]
    fn long_documents_are_cut_around_the_place_where_they_begin_to_differ() {
        let document = |middle: char| format!("\"{}{middle}{}\"", "é".repeat(500), "ö".repeat(500));
        let (stored, incoming) = (workflow("a", &document('1')), workflow("a", &document('2')));
        let difference = Difference::between(&stored, &incoming).unwrap();
        let part = |middle: char| format!("…{}{middle}{}…", "é".repeat(20), "ö".repeat(59));
        let expected = format!("definition: {} in the source, {} in the store", part('2'), part('1'));
        assert_eq!(difference.lines(), [expected]);
    }

    #[test]
    fn white_space_around_a_document_is_a_difference_too() {
        let difference = Difference::between(&workflow("a", "{}"), &workflow("a", " {}")).unwrap();
        assert!(difference.lines().is_empty());
        assert_eq!(
            difference.to_string(),
            "workflow 1 differs from the one that is stored, in white space around a document"
        );
    }
}
