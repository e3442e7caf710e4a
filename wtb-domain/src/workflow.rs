//! A workflow: a graph of nodes under a name and a version.

use crate::entity::entity;
use crate::rules::Rules;
use crate::{InvalidValue, Json, Revision, Timestamp, WorkflowId};

/// A graph of nodes, in one version. Name and version together are unique.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Workflow {
    /// Its identifier.
    pub id: WorkflowId,
    /// How often it was updated.
    pub revision: Revision,
    /// What people call it; at most 1,000 bytes.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Its nodes, edges and entry point.
    pub definition: Json,
    /// Which of several workflows of this name it is; at most 1,000 bytes.
    pub version: String,
    /// Whatever its owner attached.
    pub metadata: Json,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed; `created_at` if never.
    pub updated_at: Timestamp,
}

impl Workflow {
    /// The version a workflow has unless another is given.
    pub const DEFAULT_VERSION: &'static str = "1.0.0";

    /// The fields that are unique together.
    pub const UNIQUE: &'static str = "name, version";

    /// A workflow without description or metadata, in version `1.0.0`.
    pub fn new(id: WorkflowId, name: impl Into<String>, definition: Json, now: Timestamp) -> Self {
        Self {
            id,
            revision: Revision::FIRST,
            name: name.into(),
            description: String::new(),
            definition,
            version: Self::DEFAULT_VERSION.to_owned(),
            metadata: Json::empty_object(),
            created_at: now,
            updated_at: now,
        }
    }

    fn check_fields<const LENGTHS: bool>(&mut self, rules: &Rules<LENGTHS>) -> Result<(), InvalidValue> {
        rules.key_text("name", &self.name)?;
        rules.text("description", &self.description)?;
        rules.json("definition", &self.definition)?;
        rules.key_text("version", &self.version)?;
        rules.json("metadata", &self.metadata)
    }
}

entity!(Workflow, WorkflowId);
