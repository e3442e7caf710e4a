//! `wtb execution show`.

use crate::context::Context;
use crate::documents::{WorkflowName, nanoseconds};
use crate::failure::{CliError, CliResult, Exit};
use crate::json_object::JsonObject;
use crate::screen::Screen;
use crate::variants::{VariantChoice, VariantNames, VariantSet};
use crate::view::audit::Log;
use crate::view::execution_show as view;
use crate::view::look::Look;
use crate::view::time::run_time;
use crate::view::timeline::Timeline;
use crate::{pages, resolve};
use clap::Args;
use std::collections::{BTreeSet, VecDeque};
use std::io::Write;
use wtb_domain::{AuditEntry, CheckpointFile, CheckpointId, Execution, ExecutionId, Json, NodeBoundary};
use wtb_ports::{Clock, PageRequest, StoreResult, SystemClock, UnitOfWork};

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
    let look = screen.look();
    if screen.is_json() || args.full {
        // What is written cannot be taken back to read it again.
        let mut unit = store.begin_read().await?;
        let execution = resolve::execution(&mut *unit, &args.execution, screen).await?;
        if screen.is_json() {
            write_json(&mut *unit, execution, args.audit, Screen::json_object()).await?;
        } else {
            let mut out = Screen::out();
            write_text(&mut *unit, execution, &args, &look, &mut out).await?;
            out.flush()?;
        }
        return Ok(Exit::Done);
    }
    let (args, look) = (&args, &look);
    let shown = store.read(|unit| {
        Box::pin(async move {
            let mut shown = Vec::new();
            let execution = resolve::execution(unit, &args.execution, screen).await?;
            write_text(unit, execution, args, look, &mut shown).await?;
            Ok::<_, CliError>(shown)
        })
    });
    Screen::text(shown.await?)?;
    Ok(Exit::Done)
}

/// Writes everything about an execution; large documents are in memory one at a time.
async fn write_json(
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
    let (id, checkpoint_id) = (execution.id.clone(), execution.checkpoint_id.clone());
    drop(execution);

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
    let last = LastEntries::find(unit, &id, entries).await?;
    last.each(unit, &id, |entry| Ok(object.item(&entry)?)).await?;
    object.end_list()?;
    Ok(object.end()?)
}

/// Writes what people are shown of an execution; large texts are in memory one at a time.
async fn write_text(
    unit: &mut dyn UnitOfWork,
    mut execution: Execution,
    args: &ShowArgs,
    look: &Look,
    out: &mut (dyn Write + Send),
) -> CliResult<()> {
    let id = execution.id.clone();
    let workflow = unit.workflows().get_by_id(&execution.workflow_id).await?.as_ref().map(WorkflowName::from);
    let variants = variants(unit, &execution).await?;
    out.write_all(view::header(look, &execution, workflow.as_ref(), &variants).as_bytes())?;
    for document in [&mut execution.initial_state, &mut execution.state, &mut execution.metadata] {
        *document = Json::empty_object();
    }
    view::write_failure(out, look, &execution, args.full)?;
    execution.error = None;

    let mut timeline = Timeline::new(look, &execution, args.full);
    let mut checkpoints = Checkpoints::default();
    pages::try_each(
        unit,
        |unit, page| unit.node_boundaries().get_by_execution(&id, page),
        |boundary| {
            checkpoints.of(&boundary);
            timeline.measure(&boundary);
            Ok::<_, CliError>(())
        },
    )
    .await?;
    writeln!(out)?;
    timeline.write_heading(out)?;
    pages::try_each(
        unit,
        |unit, page| unit.node_boundaries().get_by_execution(&id, page),
        |boundary| Ok::<_, CliError>(timeline.write(out, &boundary)?),
    )
    .await?;

    let files = files(unit, checkpoints.then(execution.checkpoint_id.clone())).await?;
    out.write_all(view::files(look, &files).as_bytes())?;
    let scores = pages::all(
        unit,
        |unit, page| unit.evaluation_results().get_by_execution(&id, page),
        |result| view::score(look, &result),
    )
    .await?;
    out.write_all(view::scores(look, scores).as_bytes())?;
    let last = LastEntries::find(unit, &id, args.audit).await?;
    if last.count > 0 {
        out.write_all(view::log_heading(look, last.count).as_bytes())?;
    }
    let mut log = Log::new(look, args.full);
    last.each(unit, &id, |entry| Ok(log.write(out, &entry)?)).await
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

/// Where the last entries of a log are. It can only be read forwards, so its last pages are read twice: they may be large.
struct LastEntries {
    pages: VecDeque<(PageRequest, usize)>,
    /// Entries of these pages that come before.
    before: usize,
    count: usize,
}

impl LastEntries {
    /// Finds as many as are `wanted`, or all there are.
    async fn find(unit: &mut dyn UnitOfWork, id: &ExecutionId, wanted: usize) -> StoreResult<Self> {
        let (mut pages, mut entries) = (VecDeque::new(), 0);
        let mut next = (wanted > 0).then(PageRequest::default);
        while let Some(request) = next {
            let page = unit.audit_logs().get_by_execution(id, request).await?;
            pages.push_back((request, page.items.len()));
            entries += page.items.len();
            while let Some((_, first)) = pages.front().filter(|(_, first)| entries - first >= wanted) {
                entries -= first;
                pages.pop_front();
            }
            next = page.next.map(|cursor| request.after(cursor));
        }
        Ok(Self { pages, before: entries.saturating_sub(wanted), count: entries.min(wanted) })
    }

    /// Shows each to `visit`.
    async fn each(
        self,
        unit: &mut dyn UnitOfWork,
        id: &ExecutionId,
        mut visit: impl FnMut(AuditEntry) -> CliResult<()>,
    ) -> CliResult<()> {
        let mut before = self.before;
        for (request, _) in self.pages {
            let page = unit.audit_logs().get_by_execution(id, request).await?;
            page.items.into_iter().skip(before).try_for_each(&mut visit)?;
            before = 0;
        }
        Ok(())
    }
}
