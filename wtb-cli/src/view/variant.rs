//! Node variants as a list.

use crate::view::ids::Abbreviation;
use crate::view::look::Look;
use crate::view::table::{Column, table};
use crate::view::text::shorten;
use wtb_domain::NodeVariant;

/// One line per variant.
pub(crate) fn list(look: &Look, variants: &[NodeVariant]) -> String {
    if variants.is_empty() {
        return "no variants\n".to_owned();
    }
    let short = Abbreviation::of(variants.iter().map(|variant| variant.id.as_str()));
    let workflows = Abbreviation::of(variants.iter().map(|variant| variant.workflow_id.as_str()));
    let columns = [
        Column::text("id"),
        Column::text("workflow"),
        Column::text("node"),
        Column::text("variant"),
        Column::text("active"),
        Column::text("created"),
        Column::shrinking("description"),
    ];
    let row = |variant: &NodeVariant| {
        vec![
            short.shorten(variant.id.as_str()),
            workflows.shorten(variant.workflow_id.as_str()),
            shorten(variant.node_id.as_str(), 24),
            shorten(&variant.name, 24),
            if variant.is_active { "yes".to_owned() } else { look.dim("no") },
            look.calendar.short(variant.created_at),
            shorten(&variant.description, look.width),
        ]
    };
    table(look, &columns, variants.iter().map(row).collect())
}
