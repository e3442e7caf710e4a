//! What an import answers: what came in, what was there, what has no home and what was left out.

use super::apply::Outcome;
use super::mapping::{Adjusted, Found, InvalidRow, Mapped, NoHome};
use crate::typed;
use crate::view::look::Look;
use crate::view::table::{Column, table};
use crate::view::text::{counted, grouped, plural, printable};
use serde::Serialize;
use wtb_domain::{EntityKind, Execution, ExecutionStatus};

/// How much of an id the suggested commands show, in characters.
const SHORT_ID: usize = 8;

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
    /// The rows that were left out.
    left_out: Vec<InvalidRow>,
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
    /// So many were left out.
    left_out: u64,
    /// Whether the source has no table of this kind at all.
    table_missing: bool,
}

impl Report {
    /// The report about `mapped`, of which `outcome` came.
    pub(crate) fn new(
        source: String,
        store: String,
        dry_run: bool,
        mapped: Mapped,
        outcome: Outcome,
    ) -> Self {
        let suggestions = if dry_run { Vec::new() } else { suggestions(&mapped.executions) };
        let Found { invalid: mut left_out, no_home, adjusted, missing } = mapped.found;
        left_out.extend(outcome.orphans);
        let entities = outcome
            .tallies
            .into_iter()
            .map(|(kind, tally)| Count {
                entity: kind.as_str(),
                added: tally.added,
                already_there: tally.already_there,
                left_out: left_out.iter().filter(|row| tables(kind).contains(&row.table)).count() as u64,
                table_missing: tables(kind).iter().all(|table| missing.contains(table)),
            })
            .collect();
        Self { source, store, dry_run, entities, no_home, adjusted, left_out, suggestions }
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
            let heading = counted(self.left_out.len(), "row was left out", "rows were left out");
            let rows = self.left_out.iter().map(|row| printable(&row.to_string()));
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
        } else if self.entities.iter().all(|count| count.added == 0) {
            format!("nothing of {source} was new to {store}\n")
        } else {
            format!("imported {source} into {store}\n")
        }
    }

    fn counts(&self, look: &Look) -> String {
        let added = if self.dry_run { "would be added" } else { "added" };
        let mut columns = vec![Column::text(""), Column::number(added), Column::number("already there")];
        if self.is_partial() {
            columns.push(Column::number("left out"));
        }
        let rows = self.entities.iter().map(|count| {
            let numbers = [count.added, count.already_there, count.left_out];
            let mut cells = vec![plural(count.entity)];
            if count.table_missing {
                cells.push("table missing".to_owned());
                cells.resize(columns.len(), String::new());
                return cells;
            }
            cells.extend(numbers.into_iter().take(columns.len() - 1).map(grouped));
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
fn suggestions(executions: &[Execution]) -> Vec<String> {
    let failed = executions.iter().find(|execution| execution.status == ExecutionStatus::Failed);
    let Some(execution) = failed.or(executions.first()) else { return Vec::new() };
    let remark = if failed.is_some() { "  # why it failed" } else { "" };
    let store = typed::choosing_the_store(typed::arguments());
    vec![
        format!("wtb execution list{store}"),
        format!("wtb execution show {}{store}{remark}", shortest(execution, executions)),
    ]
}

/// The beginning of an id if it names one execution only, or else all of it.
fn shortest<'e>(execution: &'e Execution, executions: &[Execution]) -> &'e str {
    let id = execution.id.as_str();
    let Some((end, _)) = id.char_indices().nth(SHORT_ID) else { return id };
    let beginnings = executions.iter().filter(|other| other.id.as_str().starts_with(&id[..end])).count();
    if beginnings == 1 { &id[..end] } else { id }
}
