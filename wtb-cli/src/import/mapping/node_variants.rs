//! Rows of `wtb_node_variants`.

use super::cells::{Broken, Cells};
use super::form::{Form, broken_rule};
use super::no_home::NoHome;
use super::seen::FirstWith;
use wtb_domain::{Entity, NodeId, NodeVariant, NodeVariantId, Revision, WorkflowId};

/// `wtb_node_variants`, the same in every age of the Python system.
#[derive(Debug, Default)]
pub(super) struct NodeVariants {
    ids: FirstWith<NodeVariantId>,
    names: FirstWith<(WorkflowId, NodeId, String)>,
}

impl Form for NodeVariants {
    type Entity = NodeVariant;
    const TABLE: &'static str = "wtb_node_variants";
    const KEY: &'static str = "id";
    const REQUIRED: &'static [&'static str] =
        &["id", "workflow_id", "original_node_id", "variant_name", "variant_definition", "created_at"];
    const OPTIONAL: &'static [&'static str] = &["description", "is_active", "metadata"];
    const RENAMED: &'static [(&'static str, &'static str)] =
        &[("name", "variant_name"), ("definition", "variant_definition")];

    fn entity(
        &mut self,
        key: &str,
        cells: &mut Cells<'_>,
        _no_home: &mut NoHome,
    ) -> Result<NodeVariant, Broken> {
        let variant = NodeVariant {
            id: cells.id("id")?,
            revision: Revision::FIRST,
            workflow_id: cells.id("workflow_id")?,
            node_id: cells.id("original_node_id")?,
            name: cells.text("variant_name")?,
            description: cells.optional_text("description")?.unwrap_or_default(),
            definition: cells.json("variant_definition")?,
            is_active: cells.flag("is_active")?,
            metadata: cells.json_or_empty("metadata")?,
            created_at: cells.time("created_at")?,
        }
        .validated()
        .map_err(broken_rule::<Self>)?;
        self.ids.note(variant.id.clone(), "id", key)?;
        let unique = (variant.workflow_id.clone(), variant.node_id.clone(), variant.name.clone());
        self.names.note(unique, "workflow_id, original_node_id, variant_name", key)?;
        Ok(variant)
    }
}
