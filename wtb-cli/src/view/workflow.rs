//! Workflows: as a list, and one with its nodes, edges and variants.

use crate::view::lines::Lines;
use crate::view::listed::{Line, Listed};
use crate::view::look::Look;
use crate::view::table::{Column, table};
use crate::view::text::{counted, shorten};
use crate::view::variant;
use serde::Deserialize;
use std::collections::BTreeMap;
use wtb_domain::{Json, Workflow};

/// What is usual in a definition; everything else is left to `--json`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Definition {
    nodes: BTreeMap<String, Node>,
    edges: Vec<Edge>,
    entry_point: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Node {
    #[serde(rename = "type", default)]
    kind: Option<String>,
    #[serde(default)]
    tool_name: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Edge {
    source_id: String,
    target_id: String,
    #[serde(default)]
    condition: Option<String>,
    #[serde(default)]
    priority: i64,
}

/// One line per workflow.
pub(crate) const LIST: &Listed<Workflow> = &Listed {
    empty: "no workflows",
    columns: || {
        vec![
            Column::text("id"),
            Column::text("name"),
            Column::text("version"),
            Column::number("nodes"),
            Column::text("created"),
            Column::shrinking("description"),
        ]
    },
    ids: |workflow| vec![workflow.id.as_str()],
    cells: |look, workflow| {
        vec![
            shorten(&workflow.name, 30),
            shorten(&workflow.version, 12),
            parse(&workflow.definition)
                .map_or("?".to_owned(), |definition| definition.nodes.len().to_string()),
            look.calendar.short(workflow.created_at),
            shorten(&workflow.description, look.width),
        ]
    },
};

/// Everything about one workflow; its variants as lines of [`variant::LIST`].
pub(crate) fn show(look: &Look, workflow: &Workflow, variants: Vec<Line>) -> String {
    let mut shown = Lines::default();
    shown.line(format!("{} {}", look.bold("workflow"), look.bold(&workflow.id)));
    let description = shorten(&workflow.description, look.width.saturating_sub(15));
    for (name, value) in [
        ("name", shorten(&workflow.name, look.width.saturating_sub(15))),
        ("version", shorten(&workflow.version, look.width.saturating_sub(15))),
        ("description", description),
        ("created", look.calendar.full(workflow.created_at)),
        ("updated", look.calendar.full(workflow.updated_at)),
    ] {
        if !value.is_empty() {
            shown.line(format!("  {}  {value}", look.dim(format!("{name:<11}"))));
        }
    }
    match parse(&workflow.definition) {
        Some(definition) => shown.block(graph(look, &definition)),
        None => shown.line("  its definition has a form of its own; --json shows it"),
    }
    shown.gap();
    shown.line(look.bold(counted(variants.len(), "variant", "variants")));
    if !variants.is_empty() {
        shown.block(variant::LIST.draw(look, variants));
    }
    shown.into_text()
}

fn parse(definition: &Json) -> Option<Definition> {
    definition.parse().ok()
}

/// The nodes in the order in which edges lead to them, each with its ways out.
fn graph(look: &Look, definition: &Definition) -> String {
    let columns =
        [Column::text("node"), Column::text("type"), Column::text("tool"), Column::shrinking("leads to")];
    let row = |name: &str| {
        let node = definition.nodes.get(name);
        let kind = node.and_then(|node| node.kind.as_deref()).unwrap_or("–");
        let tool = node.and_then(|node| node.tool_name.as_deref()).unwrap_or("–");
        let entry = if definition.entry_point.as_deref() == Some(name) { "→ " } else { "  " };
        vec![
            format!("{entry}{}", shorten(name, 30)),
            shorten(kind, 12),
            shorten(tool, 30),
            ways_out(definition, name),
        ]
    };
    let rows = walk(definition).into_iter().map(row).collect();
    format!("\n{}", table(look, &columns, rows))
}

/// From the entry point along the edges; nodes that nothing leads to come last.
fn walk(definition: &Definition) -> Vec<&str> {
    let mut order: Vec<&str> = definition.entry_point.as_deref().into_iter().collect();
    let mut at = 0;
    loop {
        while let Some(node) = order.get(at).copied() {
            for edge in definition.edges.iter().filter(|edge| edge.source_id == node) {
                if !order.contains(&edge.target_id.as_str()) {
                    order.push(&edge.target_id);
                }
            }
            at += 1;
        }
        match definition.nodes.keys().find(|name| !order.contains(&name.as_str())) {
            Some(unreached) => order.push(unreached),
            None => return order,
        }
    }
}

/// Edges are tried by priority, highest first.
fn ways_out(definition: &Definition, node: &str) -> String {
    let mut edges: Vec<_> = definition.edges.iter().filter(|edge| edge.source_id == node).collect();
    edges.sort_by_key(|edge| std::cmp::Reverse(edge.priority));
    let ways = edges.iter().map(|edge| match &edge.condition {
        Some(condition) => format!("{} if {}", shorten(&edge.target_id, 30), shorten(condition, 40)),
        None => shorten(&edge.target_id, 30),
    });
    ways.collect::<Vec<_>>().join(", else ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEFINITION: &str = r#"{
        "nodes": {"a": {"type": "start"}, "b": {"tool_name": "t"}, "lonely": {}, "c": {}},
        "edges": [
            {"source_id": "a", "target_id": "b", "priority": 0},
            {"source_id": "a", "target_id": "c", "condition": "hits", "priority": 5}
        ],
        "entry_point": "a"
    }"#;

    #[test]
    fn nodes_are_walked_along_the_edges_and_lonely_ones_come_last() {
        let definition = parse(&Json::new(DEFINITION)).unwrap();
        assert_eq!(walk(&definition), ["a", "b", "c", "lonely"]);
        assert_eq!(ways_out(&definition, "a"), "c if hits, else b");
        assert_eq!(ways_out(&definition, "c"), "");
    }

    #[test]
    fn definitions_of_another_form_are_left_to_json() {
        assert!(parse(&Json::new("[1]")).is_none());
        assert!(parse(&Json::new("{}")).is_some());
    }

    #[test]
    fn edges_to_unknown_nodes_and_circles_come_to_an_end() {
        let text = r#"{"edges": [{"source_id": "a", "target_id": "a"}, {"source_id": "a", "target_id": "x"}],
            "entry_point": "a"}"#;
        assert_eq!(walk(&parse(&Json::new(text)).unwrap()), ["a", "x"]);
    }
}
