//! Executions as a list.

use crate::documents::ExecutionSummary;
use crate::view::ids::Abbreviation;
use crate::view::look::Look;
use crate::view::table::{Column, table};
use crate::view::text::shorten;
use crate::view::time::duration;
use std::time::Duration;

/// One line per execution.
pub(crate) fn list(look: &Look, executions: &[ExecutionSummary]) -> String {
    if executions.is_empty() {
        return "no executions\n".to_owned();
    }
    let short = Abbreviation::of(executions.iter().map(|execution| execution.id.as_str()));
    let columns = [
        Column::text("id"),
        Column::text("workflow"),
        Column::text("status"),
        Column::text("at node"),
        Column::text("started"),
        Column::number("duration"),
        Column::shrinking("error"),
    ];
    let row = |execution: &ExecutionSummary| {
        let dash = || look.dim("–");
        let workflow = execution.workflow.as_ref();
        let node = execution.current_node.as_ref();
        let error = execution.error.as_ref().map(|error| shorten(&error.message, look.width));
        vec![
            short.shorten(execution.id.as_str()),
            workflow.map_or_else(dash, |workflow| shorten(&workflow.name, 20)),
            look.execution_status(execution.status),
            node.map_or_else(dash, |node| shorten(node.as_str(), 16)),
            execution.started_at.map_or_else(dash, |started| look.calendar.short(started)),
            execution.duration_ns.map_or_else(dash, |ns| duration(Duration::from_nanos(ns))),
            error.unwrap_or_default(),
        ]
    };
    table(look, &columns, executions.iter().map(row).collect())
}
