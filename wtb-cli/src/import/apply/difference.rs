//! Tells in which fields an entity differs from what is stored under its id.

use crate::difference::{self, Field};
use serde::Serialize;
use std::fmt;
use wtb_domain::{Entity, EntityKind};

/// A row of the source that differs from what is stored under its id.
#[derive(Debug)]
pub(crate) struct Difference {
    entity: EntityKind,
    id: String,
    /// With the value of the source first, then the stored one.
    fields: Vec<Field>,
}

impl Difference {
    /// Compares the two field by field.
    ///
    /// # Errors
    /// If one of them cannot be written as JSON.
    pub(super) fn between<E: Entity + Serialize>(stored: &E, incoming: &E) -> serde_json::Result<Self> {
        let fields = difference::between(incoming, stored)?;
        Ok(Self { entity: E::KIND, id: incoming.id().to_string(), fields })
    }

    /// The two values of every field that differs, one line each.
    pub(crate) fn lines(&self) -> Vec<String> {
        let line =
            |Field { name, one, other }: &Field| format!("{name}: {one} in the source, {other} in the store");
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
    fn white_space_around_a_document_is_a_difference_too() {
        let difference = Difference::between(&workflow("a", "{}"), &workflow("a", " {}")).unwrap();
        assert!(difference.lines().is_empty());
        assert_eq!(
            difference.to_string(),
            "workflow 1 differs from the one that is stored, in white space around a document"
        );
    }
}
