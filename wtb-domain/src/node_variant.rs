//! A node variant: another way to do what a node of a workflow does.

use crate::entity::entity;
use crate::rules::Rules;
use crate::{InvalidValue, Json, NodeId, NodeVariantId, Revision, Timestamp, WorkflowId};

/// A node that can take another's place. Workflow, node and name together are unique.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct NodeVariant {
    /// Its identifier.
    pub id: NodeVariantId,
    /// How often it was updated.
    pub revision: Revision,
    /// The workflow whose node it can replace.
    pub workflow_id: WorkflowId,
    /// The node it can replace.
    pub node_id: NodeId,
    /// What people call it; at most 1,000 bytes.
    pub name: String,
    /// What is different about it.
    pub description: String,
    /// The node that takes the place.
    pub definition: Json,
    /// Whether it is still to be used.
    pub is_active: bool,
    /// Whatever its owner attached.
    pub metadata: Json,
    /// When it was made.
    pub created_at: Timestamp,
}

impl NodeVariant {
    /// The fields that are unique together.
    pub const UNIQUE: &'static str = "workflow_id, node_id, name";

    /// An active variant without description or metadata.
    pub fn new(
        id: NodeVariantId,
        workflow_id: WorkflowId,
        node_id: NodeId,
        name: impl Into<String>,
        definition: Json,
        now: Timestamp,
    ) -> Self {
        Self {
            id,
            revision: Revision::FIRST,
            workflow_id,
            node_id,
            name: name.into(),
            description: String::new(),
            definition,
            is_active: true,
            metadata: Json::empty_object(),
            created_at: now,
        }
    }

    fn check_fields<const LENGTHS: bool>(&mut self, rules: &Rules<LENGTHS>) -> Result<(), InvalidValue> {
        rules.key_text("name", &self.name)?;
        rules.text("description", &self.description)?;
        rules.json("definition", &self.definition)?;
        rules.json("metadata", &self.metadata)
    }
}

entity!(NodeVariant, NodeVariantId);
