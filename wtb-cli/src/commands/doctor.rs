//! `wtb doctor`.

use crate::context::{self, Context, name};
use crate::documents::doctor::{Count, DoctorReport, Property, ReportedProblem, Schema, Setting};
use crate::failure::{CliError, CliResult, Exit};
use crate::screen::Screen;
use crate::view::doctor;
use clap::Args;
use serde_json::Value;
use wtb_config::{Diagnosis, Examination, Fact, MigrationStatus, Problem, Settings, SourcedValue};

/// Settings that a later version gives their meaning.
const WITHOUT_EFFECT: &str =
    "state.adapter and state.agentgit_db_path are accepted, but have no effect in this version";

/// How thoroughly to examine the store.
#[derive(Debug, Args)]
#[command(
    after_long_help = "Examines a store in SQLite and in PostgreSQL for the same things, and prints the statement \
        that repairs each problem, in the order in which to run them:\n\
        \x20 - tables, columns, indexes and constraints that differ from what the migrations make, unlogged tables,\n\
        \x20   disabled triggers, row-level security, triggers and rules that do not belong to the schema;\n\
        \x20 - sequences behind the last row;\n\
        \x20 - settings that break a promise, such as fsync, synchronous_commit or session_replication_role;\n\
        \x20 - a copy into the store that was not finished;\n\
        \x20 - damaged pages (SQLite), rows without a parent, duplicates, and rows that are no entities.\n\n\
        Run the statements with psql or sqlite3, after a backup. Examining needs no right to write. What this role may \
        not see is named as \"not examined\".\n\n\
        Exit codes: 0 no problem, or warnings only, 1 problems, 64 the command was typed wrongly."
)]
pub(crate) struct DoctorArgs {
    /// Examine schema, settings and sequences, but read no rows: under a second for a million of them.
    #[arg(long)]
    pub(crate) quick: bool,
}

/// Examines settings and store; what is wrong with the store is a part of the result.
///
/// # Errors
/// If the settings are wrong.
pub(crate) async fn run(args: DoctorArgs, context: &Context, screen: &Screen) -> CliResult<Exit> {
    let settings = context.settings()?;
    let mut report = DoctorReport {
        healthy: false,
        quick: args.quick,
        store: name(&settings),
        settings: setting_list(&settings),
        notes: vec![WITHOUT_EFFECT],
        schema: None,
        facts: Vec::new(),
        counts: Vec::new(),
        problems: Vec::new(),
    };
    let progress = screen.waiting("examining the store");
    if let Err(error) = examine(&mut report, &settings, context, screen).await {
        report.problems.push(Problem::error(error.to_string()).into());
        for cause in error.causes() {
            tracing::info!(%cause, "because");
        }
    }
    progress.finish_and_clear();
    report.healthy = !report.problems.iter().any(ReportedProblem::is_error);
    screen.result(&report, doctor::report)?;
    Ok(if report.healthy { Exit::Done } else { Exit::Failed })
}

async fn examine(
    report: &mut DoctorReport,
    settings: &Settings,
    context: &Context,
    screen: &Screen,
) -> Result<(), CliError> {
    context::must_exist(settings)?;
    let MigrationStatus { applied, pending } = wtb_config::migrations(settings).await?;
    let is_current = pending.is_empty();
    report.schema = Some(Schema { version: None, applied, pending });
    if !is_current {
        report.problems.push(Problem::error("the schema is not up to date; run `wtb migrate`").into());
        return Ok(());
    }
    let examination = if report.quick { Examination::Quick } else { Examination::Full };
    let Diagnosis { schema_version, facts, counts, problems } =
        context.open_to_read(screen).await?.diagnose(examination).await?;
    if let Some(schema) = &mut report.schema {
        schema.version = schema_version;
    }
    report.facts = facts.into_iter().map(|(name, fact)| Property { name, value: value(fact) }).collect();
    report.counts = counts.into_iter().map(|(kind, count)| Count { entity: kind.as_str(), count }).collect();
    report.problems.extend(problems.into_iter().map(ReportedProblem::from));
    Ok(())
}

fn value(fact: Fact) -> Value {
    match fact {
        Fact::Text(text) => text.into(),
        Fact::Integer(number) => number.into(),
        Fact::Number(number) => number.into(),
        Fact::Bool(holds) => holds.into(),
    }
}

fn setting_list(settings: &Settings) -> Vec<Setting> {
    // Numbers as numbers; URLs are without their passwords, as in the list of sources.
    let typed = serde_json::to_value(settings).unwrap_or_default();
    let setting = |sourced: &SourcedValue| {
        let path = format!("/{}", sourced.key.replace('.', "/"));
        let value = typed.pointer(&path).cloned();
        Setting {
            key: sourced.key,
            value: value.unwrap_or_else(|| sourced.value.clone().into()),
            source: sourced.source.to_string(),
        }
    };
    settings.sources().iter().map(setting).collect()
}
