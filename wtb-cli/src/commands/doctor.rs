//! `wtb doctor`.

use crate::commands::migrate::name;
use crate::context::{self, Context};
use crate::failure::{CliError, CliResult, Exit};
use crate::screen::Screen;
use crate::view::doctor;
use clap::Args;
use serde::Serialize;
use serde_json::Value;
use wtb_config::{
    Diagnosis, Examination, Fact, MigrationStatus, Problem, ProblemSeverity, Settings, SourcedValue,
};

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

/// What was found.
#[derive(Debug, Serialize)]
pub(crate) struct DoctorReport {
    /// Whether there is no problem beside warnings.
    pub(crate) healthy: bool,
    /// Whether no rows were read.
    pub(crate) quick: bool,
    /// Which store this is about.
    pub(crate) store: String,
    pub(crate) settings: Vec<Setting>,
    /// What to know about the settings.
    pub(crate) notes: Vec<&'static str>,
    pub(crate) schema: Option<Schema>,
    /// Settings and sizes, as the database names and reports them.
    pub(crate) facts: Vec<Property>,
    /// Empty if no rows were read.
    pub(crate) counts: Vec<Count>,
    /// What is wrong, in the order in which to repair it.
    pub(crate) problems: Vec<ReportedProblem>,
}

/// A setting and where it came from; never a password.
#[derive(Debug, Serialize)]
pub(crate) struct Setting {
    pub(crate) key: &'static str,
    pub(crate) value: Value,
    pub(crate) source: String,
}

/// The migrations of the schema.
#[derive(Debug, Serialize)]
pub(crate) struct Schema {
    /// The number of the last one, as the open store reports it.
    pub(crate) version: Option<i64>,
    pub(crate) applied: Vec<&'static str>,
    pub(crate) pending: Vec<&'static str>,
}

/// One property of the database.
#[derive(Debug, Serialize)]
pub(crate) struct Property {
    pub(crate) name: &'static str,
    pub(crate) value: Value,
}

/// How many entities of a kind there are.
#[derive(Debug, Serialize)]
pub(crate) struct Count {
    pub(crate) entity: &'static str,
    pub(crate) count: u64,
}

/// Something that is wrong.
#[derive(Debug, Serialize)]
pub(crate) struct ReportedProblem {
    /// `error` or `warning`.
    pub(crate) severity: &'static str,
    /// What is wrong, in one sentence.
    pub(crate) message: String,
    /// The statements that repair it, to run one after the other; empty where no statement can.
    pub(crate) repair: Vec<String>,
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

impl ReportedProblem {
    /// Whether it is more than a warning.
    pub(crate) fn is_error(&self) -> bool {
        self.severity == "error"
    }
}

impl From<Problem> for ReportedProblem {
    fn from(Problem { severity, message, repair }: Problem) -> Self {
        let severity = match severity {
            ProblemSeverity::Error => "error",
            ProblemSeverity::Warning => "warning",
        };
        Self { severity, message, repair }
    }
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
