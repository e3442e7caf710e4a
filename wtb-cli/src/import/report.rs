//! What an import answers: what came in, what was there, what has no home and what was left out.

use super::apply::Outcome;
use super::mapping::{Adjusted, InvalidRow, NoHome};
use crate::typed;
use crate::view::look::Look;
use crate::view::table::{Column, table};
use crate::view::text::{grouped, plural, printable};
use serde::Serialize;
use wtb_domain::{EntityKind, ExecutionId, ExecutionStatus};

/// What an import answers. Its field names are a promise to programs.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    /// The database that was read.
    source: String,
    /// The store, in words.
    store: String,
    /// Whether it was only a trial.
    dry_run: bool,
    /// What became of the rows, one item for each kind of entity.
    entities: Vec<Count>,
    /// What stays behind because there is no home for it yet.
    no_home: NoHome,
    /// The values that are stored in another form than the source has them.
    adjusted: Vec<Adjusted>,
    /// The first rows that were left out.
    left_out: Vec<InvalidRow>,
    /// How many more rows were left out.
    #[serde(rename = "left_out_not_listed")]
    not_listed: u64,
    #[serde(skip)]
    suggestions: Vec<String>,
}

/// What became of the rows of one kind.
#[derive(Debug, Serialize)]
struct Count {
    entity: &'static str,
    /// So many were stored.
    added: u64,
    /// So many were stored before, and equal.
    already_there: u64,
    /// So many were stored before, and were updated.
    updated: u64,
    /// So many were left out.
    left_out: u64,
    /// Whether the source has no table of this kind at all.
    table_missing: bool,
}

impl Report {
    /// The report about an import of `source` into `store`.
    pub(crate) fn new(source: String, store: String, dry_run: bool, outcome: Outcome) -> Self {
        let Outcome { tallies, left_out, no_home, adjusted, missing, example } = outcome;
        // In memory nothing is left after this command.
        let suggestions = match &example {
            Some((id, status)) if !dry_run && store != "memory" => suggestions(id, *status),
            _ => Vec::new(),
        };
        let entities = tallies
            .into_iter()
            .map(|(kind, tally)| Count {
                entity: kind.as_str(),
                added: tally.added,
                already_there: tally.already_there,
                updated: tally.updated,
                left_out: left_out.of(tables(kind)),
                table_missing: tables(kind).iter().all(|table| missing.contains(table)),
            })
            .collect();
        let not_listed = left_out.len() - left_out.rows.len() as u64;
        let left_out = left_out.rows;
        Self { source, store, dry_run, entities, no_home, adjusted, left_out, not_listed, suggestions }
    }

    /// Whether any row was left out.
    pub(crate) fn is_partial(&self) -> bool {
        !self.left_out.is_empty()
    }

    /// The report for people.
    pub(crate) fn text(&self, look: &Look) -> String {
        let mut sections = vec![self.headline(look), self.counts(look)];
        if !self.no_home.is_empty() {
            sections.push(no_home(look, &self.no_home));
        }
        if !self.adjusted.is_empty() {
            sections.push(adjusted(look, &self.adjusted));
        }
        if !self.left_out.is_empty() {
            let all = self.left_out.len() as u64 + self.not_listed;
            let heading = if all == 1 { "row was left out" } else { "rows were left out" };
            let heading = format!("{} {heading}", grouped(all));
            let more = (self.not_listed > 0).then(|| format!("… and {} more", grouped(self.not_listed)));
            let rows = self.left_out.iter().map(|row| printable(&row.to_string())).chain(more);
            sections.push(list(look, &heading, rows));
        }
        if !self.suggestions.is_empty() {
            sections.push(list(look, "to look further", self.suggestions.iter().cloned()));
        }
        sections.join("\n")
    }

    fn headline(&self, look: &Look) -> String {
        let (source, store) = (look.bold(printable(&self.source)), look.bold(printable(&self.store)));
        if self.dry_run {
            format!("dry run: nothing of {source} was written to {store}\n")
        } else if self.entities.iter().all(|count| count.added + count.updated == 0) {
            format!("nothing of {source} was new to {store}\n")
        } else {
            format!("imported {source} into {store}\n")
        }
    }

    fn counts(&self, look: &Look) -> String {
        let added = if self.dry_run { "would be added" } else { "added" };
        let mut columns = vec![Column::text(""), Column::number(added), Column::number("already there")];
        let has_updates = self.entities.iter().any(|count| count.updated > 0);
        if has_updates {
            columns.push(Column::number(if self.dry_run { "would be updated" } else { "updated" }));
        }
        if self.is_partial() {
            columns.push(Column::number("left out"));
        }
        let rows = self.entities.iter().map(|count| {
            let mut numbers = vec![count.added, count.already_there];
            numbers.extend(has_updates.then_some(count.updated));
            numbers.extend(self.is_partial().then_some(count.left_out));
            let mut cells = vec![plural(count.entity)];
            if count.table_missing {
                cells.push("table missing".to_owned());
                cells.resize(columns.len(), String::new());
                return cells;
            }
            cells.extend(numbers.into_iter().map(grouped));
            cells
        });
        let rows = rows.collect();
        table(look, &columns, rows)
    }
}

fn no_home(look: &Look, no_home: &NoHome) -> String {
    let tables = no_home
        .tables
        .iter()
        .map(|found| vec![printable(&found.table), grouped(found.rows), unit(found.rows, "row")]);
    let columns = no_home.columns.iter().map(|found| {
        let name = format!("{}.{}", found.table, printable(&found.column));
        vec![name, grouped(found.values), unit(found.values, "value")]
    });
    let rows = tables.chain(columns).collect();
    table(look, &[Column::text("no home in the store yet"), Column::number(""), Column::text("")], rows)
}

fn adjusted(look: &Look, adjusted: &[Adjusted]) -> String {
    let row = |it: &Adjusted| {
        let name = format!("{}.{}", it.table, it.column);
        vec![name, grouped(it.values), unit(it.values, "value"), it.how.to_owned()]
    };
    let columns = [Column::text("adjusted"), Column::number(""), Column::text(""), Column::text("")];
    table(look, &columns, adjusted.iter().map(row).collect())
}

fn list(look: &Look, heading: &str, lines: impl Iterator<Item = String>) -> String {
    let lines = lines.map(|line| format!("  {line}\n"));
    std::iter::once(format!("{}\n", look.bold(heading))).chain(lines).collect()
}

fn unit(count: u64, one: &str) -> String {
    if count == 1 { one.to_owned() } else { format!("{one}s") }
}

/// The tables whose rows become entities of this kind.
fn tables(kind: EntityKind) -> &'static [&'static str] {
    match kind {
        EntityKind::Workflow => &["wtb_workflows"],
        EntityKind::Execution => &["wtb_executions"],
        EntityKind::NodeBoundary => &["wtb_node_boundaries"],
        EntityKind::CheckpointFile => &["wtb_checkpoint_files", "checkpoint_file_links"],
        EntityKind::NodeVariant => &["wtb_node_variants"],
        EntityKind::EvaluationResult => &["wtb_evaluation_results"],
        EntityKind::AuditEntry => &["wtb_audit_logs"],
    }
}

/// The commands to type next: the list, and the execution that is most likely to be asked about.
fn suggestions(id: &ExecutionId, status: ExecutionStatus) -> Vec<String> {
    let remark = if status == ExecutionStatus::Failed { "  # why it failed" } else { "" };
    let store = typed::choosing_the_store(typed::arguments());
    vec![
        format!("wtb execution list{store}"),
        format!("wtb execution show {}{store}{remark}", typed::quoted(id.as_str())),
    ]
}
