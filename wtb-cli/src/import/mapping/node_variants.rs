//! Rows of `wtb_node_variants`.

use super::cells::{Broken, Cells};
use super::form::{Form, broken_rule};
use super::found::Found;
use wtb_domain::{Entity, NodeVariant, Revision};

/// `wtb_node_variants`, the same in every age of the Python system.
#[derive(Debug)]
pub(crate) struct NodeVariants;

impl Form for NodeVariants {
    type Entity = NodeVariant;
    const TABLE: &'static str = "wtb_node_variants";
    const KEY: &'static str = "id";
    const REQUIRED: &'static [&'static str] =
        &["id", "workflow_id", "original_node_id", "variant_name", "variant_definition", "created_at"];
    const OPTIONAL: &'static [&'static str] = &["description", "is_active", "metadata"];
    const RENAMED: &'static [(&'static str, &'static str)] =
        &[("name", "variant_name"), ("definition", "variant_definition")];

    fn entity(&self, key: &str, cells: &mut Cells<'_>, found: &mut Found) -> Result<NodeVariant, Broken> {
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
        found.seen.first(Self::TABLE, variant.id.as_str(), "id", key)?;
        let unique = format!("{}\0{}\0{}", variant.workflow_id, variant.node_id, variant.name);
        let columns = "workflow_id, original_node_id, variant_name";
        found.seen.first("wtb_node_variants by name", &unique, columns, key)?;
        Ok(variant)
    }
}
