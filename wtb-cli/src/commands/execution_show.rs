//! `wtb execution show`.

use crate::context::Context;
use crate::documents::{ExecutionReport, WorkflowName, nanoseconds};
use crate::failure::{CliError, CliResult, Exit};
use crate::json_object::JsonObject;
use crate::screen::Screen;
use crate::variants::{VariantChoice, VariantNames, VariantSet};
use crate::view::audit::Log;
use crate::view::execution_show;
use crate::view::look::Look;
use crate::view::time::run_time;
use crate::{pages, resolve};
use clap::Args;
use std::collections::{BTreeSet, VecDeque};
use std::io::Write;
use wtb_domain::{AuditEntry, CheckpointFile, CheckpointId, Execution, ExecutionId, Json, NodeBoundary};
use wtb_ports::{Clock, PageRequest, StoreResult, SystemClock, UnitOfWork};

/// Bytes of a long text that are looked at when only its first lines are shown.
const SHOWN: usize = 64 << 10;

/// Which execution to show, and how much of it.
#[derive(Debug, Args)]
pub(crate) struct ShowArgs {
    /// Its id, or the beginning of its id.
    pub(crate) execution: String,
    /// How many entries of the end of its log to show.
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub(crate) audit: usize,
    /// Show long errors and messages whole.
    #[arg(long)]
    pub(crate) full: bool,
}

/// Shows one execution and everything that belongs to it.
///
/// # Errors
/// If there is no such execution, or the store cannot be read.
pub(crate) async fn show(args: ShowArgs, context: &Context, screen: &Screen) -> CliResult<Exit> {
    let store = context.open_to_read(screen).await?;
    if screen.is_json() {
        // What is written cannot be taken back to read it again.
        let mut unit = store.begin_read().await?;
        let execution = resolve::execution(&mut *unit, &args.execution, screen).await?;
        write(&mut *unit, execution, args.audit, Screen::json_object()).await?;
    } else {
        let asked = &args;
        let shown = store.read(|unit| {
            Box::pin(async move {
                let look = screen.look();
                let execution = resolve::execution(unit, &asked.execution, screen).await?;
                let report = report(unit, execution, &look, asked).await?;
                Ok::<_, CliError>(execution_show::show(&look, &report, asked.full))
            })
        });
        Screen::text(&shown.await?)?;
    }
    Ok(Exit::Done)
}

/// Writes everything about an execution; large documents are in memory one at a time.
async fn write(
    unit: &mut dyn UnitOfWork,
    execution: Execution,
    entries: usize,
    mut object: JsonObject<impl Write>,
) -> CliResult<()> {
    let workflow = unit.workflows().get_by_id(&execution.workflow_id).await?.as_ref().map(WorkflowName::from);
    let variants = variants(unit, &execution).await?;
    object.field("execution", &execution)?;
    object.field("workflow", &workflow)?;
    object.field("duration_ns", &run_time(&execution, SystemClock.now()).map(nanoseconds))?;
    object.field("variants", &variants)?;
    let mut checkpoints = Checkpoints::default();
    let (id, checkpoint_id) = (execution.id, execution.checkpoint_id);
    drop((execution.initial_state, execution.state, execution.metadata));

    object.begin_list("node_boundaries")?;
    pages::try_each(
        unit,
        |unit, page| unit.node_boundaries().get_by_execution(&id, page),
        |boundary| {
            checkpoints.of(&boundary);
            object.item(&boundary).map_err(CliError::from)
        },
    )
    .await?;
    object.end_list()?;
    object.field("checkpoint_files", &files(unit, checkpoints.then(checkpoint_id)).await?)?;
    object.begin_list("evaluation_results")?;
    pages::try_each(
        unit,
        |unit, page| unit.evaluation_results().get_by_execution(&id, page),
        |result| object.item(&result).map_err(CliError::from),
    )
    .await?;
    object.end_list()?;
    object.begin_list("audit_logs")?;
    last_entries(unit, &id, entries, |entry| Ok(object.item(entry)?)).await?;
    object.end_list()?;
    Ok(object.end()?)
}

/// What people are shown of an execution.
async fn report(
    unit: &mut dyn UnitOfWork,
    mut execution: Execution,
    look: &Look,
    args: &ShowArgs,
) -> CliResult<ExecutionReport> {
    let id = execution.id.clone();
    let workflow = unit.workflows().get_by_id(&execution.workflow_id).await?.as_ref().map(WorkflowName::from);
    let variants = variants(unit, &execution).await?;
    let state_bytes = execution.state.as_str().len() as u64;
    for document in [&mut execution.initial_state, &mut execution.state, &mut execution.metadata] {
        *document = Json::empty_object();
    }
    let mut checkpoints = Checkpoints::default();
    let node_boundaries = pages::all(
        unit,
        |unit, page| unit.node_boundaries().get_by_execution(&id, page),
        |mut boundary| {
            checkpoints.of(&boundary);
            if let Some(error) = &mut boundary.error {
                error.details = None;
                cut(&mut error.message, args.full);
            }
            boundary
        },
    )
    .await?;
    let checkpoint_files = files(unit, checkpoints.then(execution.checkpoint_id.clone())).await?;
    let evaluation_results = pages::all(
        unit,
        |unit, page| unit.evaluation_results().get_by_execution(&id, page),
        |mut result| {
            (result.raw_output, result.metadata) = (None, Json::empty_object());
            if let Some(details) = &mut result.details {
                cut(details, args.full);
            }
            result
        },
    )
    .await?;
    let (mut log, mut lines) = (Log::new(look, args.full), Vec::new());
    last_entries(unit, &id, args.audit, |entry| {
        lines.push(log.entry(entry));
        Ok(())
    })
    .await?;
    Ok(ExecutionReport {
        workflow,
        duration_ns: run_time(&execution, SystemClock.now()).map(nanoseconds),
        variants,
        node_boundaries,
        checkpoint_files,
        evaluation_results,
        state_bytes,
        log: lines,
        execution,
    })
}

/// Cuts a text of which only the first lines are shown.
fn cut(text: &mut String, full: bool) {
    if !full {
        text.truncate(text.floor_char_boundary(SHOWN));
        text.shrink_to_fit();
    }
}

async fn variants(unit: &mut dyn UnitOfWork, execution: &Execution) -> StoreResult<Vec<VariantChoice>> {
    let set = VariantSet::of_state(&execution.state);
    let mut names = VariantNames::default();
    names.learn(unit, &set).await?;
    Ok(set.choices(&names))
}

/// The checkpoints that an execution went through, each once, in that order.
#[derive(Debug, Default)]
struct Checkpoints {
    seen: BTreeSet<CheckpointId>,
    order: Vec<CheckpointId>,
}

impl Checkpoints {
    fn of(&mut self, boundary: &NodeBoundary) {
        for id in [&boundary.entry_checkpoint_id, &boundary.exit_checkpoint_id].into_iter().flatten() {
            self.add(id);
        }
    }

    fn add(&mut self, id: &CheckpointId) {
        if self.seen.insert(id.clone()) {
            self.order.push(id.clone());
        }
    }

    /// All of them, the last one being that of the execution.
    fn then(mut self, last: Option<CheckpointId>) -> Vec<CheckpointId> {
        if let Some(id) = last {
            self.add(&id);
        }
        self.order
    }
}

async fn files(
    unit: &mut dyn UnitOfWork,
    checkpoints: Vec<CheckpointId>,
) -> StoreResult<Vec<CheckpointFile>> {
    let mut files = Vec::new();
    for checkpoint in checkpoints {
        files.extend(unit.checkpoint_files().get_by_checkpoint(&checkpoint).await?);
    }
    Ok(files)
}

/// Shows the last entries to `visit`. The log can only be read forwards, so its last pages are read twice: they may be large.
async fn last_entries(
    unit: &mut dyn UnitOfWork,
    id: &ExecutionId,
    wanted: usize,
    mut visit: impl FnMut(&AuditEntry) -> CliResult<()>,
) -> CliResult<()> {
    let (mut last, mut entries) = (VecDeque::new(), 0);
    let mut next = (wanted > 0).then(PageRequest::default);
    while let Some(request) = next {
        let page = unit.audit_logs().get_by_execution(id, request).await?;
        last.push_back((request, page.items.len()));
        entries += page.items.len();
        while let Some((_, first)) = last.front().filter(|(_, first)| entries - first >= wanted) {
            entries -= first;
            last.pop_front();
        }
        next = page.next.map(|cursor| request.after(cursor));
    }
    let mut before = entries.saturating_sub(wanted);
    for (request, _) in last {
        let page = unit.audit_logs().get_by_execution(id, request).await?;
        for entry in page.items.iter().skip(before) {
            visit(entry)?;
        }
        before = 0;
    }
    Ok(())
}
