//! Rows of `wtb_workflows`.

use super::adjusted::how;
use super::cells::{Broken, Cells};
use super::form::{Form, broken_rule};
use super::found::Found;
use wtb_domain::{Entity, Revision, Workflow};

/// `wtb_workflows`, the same in every age of the Python system. Name and version were not unique there.
#[derive(Debug)]
pub(crate) struct Workflows;

impl Form for Workflows {
    type Entity = Workflow;
    const TABLE: &'static str = "wtb_workflows";
    const KEY: &'static str = "id";
    const REQUIRED: &'static [&'static str] = &["id", "name", "definition"];
    const OPTIONAL: &'static [&'static str] =
        &["description", "version", "created_at", "updated_at", "metadata"];
    const RENAMED: &'static [(&'static str, &'static str)] = &[];

    fn entity(&self, key: &str, cells: &mut Cells<'_>, found: &mut Found) -> Result<Workflow, Broken> {
        let updated_at = cells.optional_time("updated_at")?;
        let (created_at, updated_at) = match (cells.optional_time("created_at")?, updated_at) {
            (Some(created_at), Some(updated_at)) => (created_at, updated_at),
            (Some(created_at), None) => {
                cells.adjust("updated_at", how::FROM_CREATED_AT, 1);
                (created_at, created_at)
            }
            (None, Some(updated_at)) => {
                cells.adjust("created_at", how::FROM_UPDATED_AT, 1);
                (updated_at, updated_at)
            }
            (None, None) => return Err(Broken::new("created_at", "it is NULL, and so is updated_at")),
        };
        let version = if let Some(version) = cells.optional_text("version")? {
            version
        } else {
            cells.adjust("version", how::DEFAULT_VERSION, 1);
            Workflow::DEFAULT_VERSION.to_owned()
        };
        let workflow = Workflow {
            id: cells.id("id")?,
            revision: Revision::FIRST,
            name: cells.text("name")?,
            description: cells.optional_text("description")?.unwrap_or_default(),
            definition: cells.json("definition")?,
            version,
            metadata: cells.json_or_empty("metadata")?,
            created_at,
            updated_at,
        }
        .validated()
        .map_err(broken_rule::<Self>)?;
        found.seen.first(Self::TABLE, workflow.id.as_str(), "id", key)?;
        let unique = format!("{}\0{}", workflow.name, workflow.version);
        found.seen.first("wtb_workflows by name", &unique, "name, version", key)?;
        Ok(workflow)
    }
}
