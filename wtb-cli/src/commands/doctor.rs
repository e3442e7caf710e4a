//! `wtb doctor`.

use crate::commands::migrate::name;
use crate::context::{self, Context};
use crate::failure::{CliError, CliResult, Exit};
use crate::screen::Screen;
use crate::view::doctor;
use clap::Args;
use serde::Serialize;
use wtb_config::{Diagnosis, MigrationStatus, Settings};

/// What to look at.
#[derive(Debug, Args)]
pub(crate) struct DoctorArgs {}

/// What was found.
#[derive(Debug, Serialize)]
pub(crate) struct DoctorReport {
    pub(crate) healthy: bool,
    /// Which store this is about.
    pub(crate) store: String,
    pub(crate) settings: Vec<Setting>,
    pub(crate) schema: Option<Schema>,
    /// Settings and sizes of the database, as it names and tells them.
    pub(crate) facts: Vec<Fact>,
    pub(crate) counts: Vec<Count>,
    /// What is wrong, in words.
    pub(crate) problems: Vec<String>,
}

/// A setting and where it came from; never a password.
#[derive(Debug, Serialize)]
pub(crate) struct Setting {
    pub(crate) key: &'static str,
    pub(crate) value: String,
    pub(crate) source: String,
}

/// The steps of the schema.
#[derive(Debug, Serialize)]
pub(crate) struct Schema {
    /// The number of the last step, as the open store tells it.
    pub(crate) version: Option<i64>,
    pub(crate) applied: Vec<&'static str>,
    pub(crate) pending: Vec<&'static str>,
}

/// One property of the database.
#[derive(Debug, Serialize)]
pub(crate) struct Fact {
    pub(crate) name: &'static str,
    pub(crate) value: String,
}

/// How many entities of a kind there are.
#[derive(Debug, Serialize)]
pub(crate) struct Count {
    pub(crate) entity: &'static str,
    pub(crate) count: u64,
}

/// Looks at settings and store; what is wrong with the store is a part of the answer.
///
/// # Errors
/// If the settings are wrong.
pub(crate) async fn run(_args: DoctorArgs, context: &Context, screen: &Screen) -> CliResult<Exit> {
    let settings = context.settings()?;
    let mut report = DoctorReport {
        healthy: false,
        store: name(&settings),
        settings: setting_list(&settings),
        schema: None,
        facts: Vec::new(),
        counts: Vec::new(),
        problems: Vec::new(),
    };
    let progress = screen.waiting("examining the store");
    if let Err(error) = examine(&mut report, &settings, context, screen).await {
        report.problems.push(error.to_string());
        for cause in error.causes() {
            tracing::info!(%cause, "because");
        }
    }
    progress.finish_and_clear();
    report.healthy = report.problems.is_empty();
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
        report.problems.push("the schema is not up to date; run `wtb migrate`".to_owned());
        return Ok(());
    }
    let Diagnosis { schema_version, facts, counts, problems } =
        context.open_to_read(screen).await?.diagnose().await?;
    if let Some(schema) = &mut report.schema {
        schema.version = schema_version;
    }
    report.facts = facts.into_iter().map(|(name, value)| Fact { name, value }).collect();
    report.counts = counts.into_iter().map(|(kind, count)| Count { entity: kind.as_str(), count }).collect();
    report.problems.extend(problems);
    Ok(())
}

fn setting_list(settings: &Settings) -> Vec<Setting> {
    let setting = |sourced: &wtb_config::SourcedValue| Setting {
        key: sourced.key,
        value: sourced.value.clone(),
        source: sourced.source.to_string(),
    };
    settings.sources().iter().map(setting).collect()
}
