//! Node variants as a list.

use crate::view::listed::Listed;
use crate::view::table::Column;
use crate::view::text::shorten;
use wtb_domain::NodeVariant;

/// One line per variant.
pub(crate) const LIST: &Listed<NodeVariant> = &Listed {
    empty: "no variants",
    columns: || {
        vec![
            Column::text("id"),
            Column::text("workflow"),
            Column::text("node"),
            Column::text("variant"),
            Column::text("active"),
            Column::text("created"),
            Column::shrinking("description"),
        ]
    },
    ids: |variant| vec![variant.id.as_str(), variant.workflow_id.as_str()],
    cells: |look, variant| {
        vec![
            shorten(variant.node_id.as_str(), 24),
            shorten(&variant.name, 24),
            if variant.is_active { "yes".to_owned() } else { look.dim("no") },
            look.calendar.short(variant.created_at),
            shorten(&variant.description, look.width),
        ]
    },
};
