//! `wtb score compare`.

use crate::context::Context;
use crate::documents::{ScoreReport, WorkflowName};
use crate::failure::{CliError, CliResult, Exit};
use crate::score::{Question, Scores};
use crate::screen::Screen;
use crate::variants::{VariantNames, VariantSet};
use crate::view::score;
use crate::{pages, resolve};
use clap::{Args, ValueEnum};
use wtb_domain::{EvaluationResult, Execution, ExecutionId, Json, WorkflowId};
use wtb_ports::{PageLimit, PageRequest, StoreResult, UnitOfWork};

/// How many executions are read at a time.
const EXECUTIONS_AT_A_TIME: PageLimit = PageLimit::DEFAULT;

/// What to compare.
#[derive(Debug, Args)]
pub(crate) struct CompareArgs {
    /// The workflow: its id, a unique id prefix, NAME@VERSION, or NAME where it has one version.
    #[arg(long, value_name = "WORKFLOW")]
    pub(crate) workflow: String,
    /// Compare this metric instead of the score.
    #[arg(long, value_name = "METRIC")]
    pub(crate) metric: Option<String>,
    /// What to compare.
    #[arg(long, value_name = "WHAT", default_value = "variant")]
    pub(crate) by: By,
    /// Take the smallest mean for the best, as for costs and times.
    #[arg(long)]
    pub(crate) lower_is_better: bool,
    /// How many executions to rank.
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub(crate) limit: usize,
}

/// What is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum By {
    /// Executions with the same variants, taken together.
    Variant,
    /// Single executions, the best ones first.
    Execution,
}

/// Compares the evaluation results of a workflow's executions.
///
/// # Errors
/// If there is no such workflow or no such metric, or the store cannot be read.
pub(crate) async fn compare(args: CompareArgs, context: &Context, screen: &Screen) -> CliResult<Exit> {
    let store = context.open_to_read(screen).await?;
    let progress = screen.progress("reading executions", None);
    let (asked, counted) = (&args, &progress);
    let read = store.read(|unit| {
        Box::pin(async move {
            counted.reset();
            let workflow = resolve::workflow(unit, &asked.workflow, screen).await?;
            let mut scores = Scores::new(Question {
                metric: asked.metric.clone(),
                lower_is_better: asked.lower_is_better,
                top: (asked.by == By::Execution).then_some(asked.limit),
            });
            read_scores(unit, &workflow.id, asked.by, &mut scores, || counted.inc(1)).await?;
            Ok::<_, CliError>((workflow, scores))
        })
    });
    let read = read.await;
    progress.finish_and_clear();
    let (workflow, scores) = read?;
    if let Some(metric) = &args.metric
        && !scores.metrics().any(|known| known == metric)
    {
        return Err(unknown_metric(metric, &scores));
    }
    let report = ScoreReport { workflow: WorkflowName::from(&workflow), comparison: scores.finish() };
    screen.result(&report, |look, report| match args.by {
        By::Variant => score::matrix(look, report),
        By::Execution => score::ranking(look, report),
    })?;
    Ok(Exit::Done)
}

async fn read_scores(
    unit: &mut dyn UnitOfWork,
    workflow: &WorkflowId,
    by: By,
    scores: &mut Scores,
    mut tell_read: impl FnMut(),
) -> StoreResult<()> {
    let mut names = VariantNames::default();
    let mut request = PageRequest::first(EXECUTIONS_AT_A_TIME);
    loop {
        let page = unit.executions().get_by_workflow(workflow, request).await?;
        // Results and names are read without the states in memory.
        let light = |execution: Execution| (execution.id, VariantSet::of_state(&execution.state));
        for (id, set) in page.items.into_iter().map(light).collect::<Vec<_>>() {
            read_execution(unit, &id, &set, by, &mut names, scores).await?;
            tell_read();
        }
        match page.next {
            Some(cursor) => request = request.after(cursor),
            None => return Ok(()),
        }
    }
}

async fn read_execution(
    unit: &mut dyn UnitOfWork,
    id: &ExecutionId,
    set: &VariantSet,
    by: By,
    names: &mut VariantNames,
    scores: &mut Scores,
) -> StoreResult<()> {
    let of_execution =
        pages::all(unit, |unit, page| unit.evaluation_results().get_by_execution(id, page), without_output);
    let results = of_execution.await?;
    names.learn(unit, set).await?;
    let group = match by {
        By::Variant => set.label(names),
        By::Execution => id.to_string(),
    };
    scores.add(&group, &set.choices(names), &results);
    Ok(())
}

fn without_output(result: EvaluationResult) -> EvaluationResult {
    EvaluationResult { details: None, raw_output: None, metadata: Json::empty_object(), ..result }
}

fn unknown_metric(metric: &str, scores: &Scores) -> CliError {
    let known: Vec<_> = scores.metrics().collect();
    let hint = if known.is_empty() {
        "they have no metrics at all".to_owned()
    } else {
        format!("they have {}", known.join(", "))
    };
    CliError::not_found(format!("the results have no metric {metric:?}; {hint}"))
}
