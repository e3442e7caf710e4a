//! Executions as a list.

use crate::documents::ExecutionSummary;
use crate::view::listed::Listed;
use crate::view::table::Column;
use crate::view::text::shorten;
use crate::view::time::duration;
use std::time::Duration;

/// One line per execution.
pub(crate) const LIST: &Listed<ExecutionSummary> = &Listed {
    empty: "no executions",
    columns: || {
        vec![
            Column::text("id"),
            Column::text("workflow"),
            Column::text("status"),
            Column::text("at node"),
            Column::text("started"),
            Column::number("duration"),
            Column::shrinking("error"),
        ]
    },
    ids: |execution| vec![execution.id.as_str()],
    cells: |look, execution| {
        let dash = || look.dim("–");
        let workflow = execution.workflow.as_ref();
        let node = execution.current_node.as_ref();
        let error = execution.error.as_ref().map(|error| shorten(&error.message, look.width));
        vec![
            workflow.map_or_else(dash, |workflow| shorten(&workflow.name, 20)),
            look.execution_status(execution.status),
            node.map_or_else(dash, |node| shorten(node.as_str(), 16)),
            execution.started_at.map_or_else(dash, |started| look.calendar.short(started)),
            execution.duration_ns.map_or_else(dash, |ns| duration(Duration::from_nanos(ns))),
            error.unwrap_or_default(),
        ]
    },
};
