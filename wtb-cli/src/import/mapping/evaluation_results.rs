//! Rows of `wtb_evaluation_results`.

use super::adjusted::how;
use super::cells::{Broken, Cells, exact, shown};
use super::form::{Form, broken_rule};
use super::found::Found;
use super::no_home::NoHome;
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use wtb_domain::{Entity, EvaluationResult, Metric, Revision};

/// `wtb_evaluation_results`, the same in every age of the Python system.
#[derive(Debug)]
pub(crate) struct EvaluationResults;

impl Form for EvaluationResults {
    type Entity = EvaluationResult;
    const TABLE: &'static str = "wtb_evaluation_results";
    const KEY: &'static str = "id";
    const REQUIRED: &'static [&'static str] = &["id", "execution_id", "evaluator_name", "evaluated_at"];
    const OPTIONAL: &'static [&'static str] = &[
        "evaluator_version",
        "overall_score",
        "passed",
        "metrics",
        "details",
        "raw_output",
        "evaluation_duration_ms",
        "metadata",
    ];
    const RENAMED: &'static [(&'static str, &'static str)] =
        &[("score", "overall_score"), ("duration", "evaluation_duration_ms")];

    fn entity(
        &self,
        key: &str,
        cells: &mut Cells<'_>,
        found: &mut Found,
    ) -> Result<EvaluationResult, Broken> {
        let version = if let Some(version) = cells.optional_text("evaluator_version")? {
            version
        } else {
            cells.adjust("evaluator_version", how::DEFAULT_VERSION, 1);
            EvaluationResult::DEFAULT_EVALUATOR_VERSION.to_owned()
        };
        let result = EvaluationResult {
            id: cells.id("id")?,
            revision: Revision::FIRST,
            execution_id: cells.id("execution_id")?,
            evaluator_name: cells.text("evaluator_name")?,
            evaluator_version: version,
            score: cells.number("overall_score")?,
            passed: cells.flag("passed")?,
            metrics: metrics(cells, &mut found.no_home)?,
            details: cells.optional_text("details")?,
            raw_output: cells.optional_json("raw_output")?,
            metadata: cells.json_or_empty("metadata")?,
            evaluated_at: cells.time("evaluated_at")?,
            duration: cells.milliseconds("evaluation_duration_ms")?,
        }
        .validated()
        .map_err(broken_rule::<Self>)?;
        found.seen.first(Self::TABLE, result.id.as_str(), "id", key)?;
        Ok(result)
    }
}

/// A metric as it is written, with every number in its own digits.
type Written = BTreeMap<String, Box<RawValue>>;

fn metrics(cells: &mut Cells<'_>, no_home: &mut NoHome) -> Result<Vec<Metric>, Broken> {
    let written: Vec<Written> = cells.list("metrics", "metrics")?;
    let metrics = written.iter().filter_map(|written| metric(written).transpose());
    let metrics = metrics.collect::<Result<Vec<_>, _>>();
    for (key, value) in written.iter().flatten() {
        let has_home = matches!(key.as_str(), "name" | "value" | "unit");
        if !has_home && !matches!(value.get(), "null" | "0" | "\"\"" | "{}" | "[]") {
            no_home.value(EvaluationResults::TABLE, &format!("metrics[].{key}"));
        }
    }
    let metrics = metrics.map_err(|reason| Broken::new("metrics", reason))?;
    cells.adjust("metrics", how::NO_NUMBER, (written.len() - metrics.len()) as u64);
    Ok(metrics)
}

/// The metric, or nothing if its value is `null`: then nothing was measured.
fn metric(written: &Written) -> Result<Option<Metric>, String> {
    let text = |key: &str| -> Result<Option<String>, String> {
        let Some(value) = written.get(key) else { return Ok(None) };
        serde_json::from_str(value.get()).map_err(|_| format!("the {key} of a metric is not text"))
    };
    let name = text("name")?.ok_or("a metric has no name")?;
    let value = written.get("value").ok_or_else(|| format!("metric {name:?} has no value"))?;
    if value.get() == "null" {
        return Ok(None);
    }
    let value = number(value.get()).map_err(|reason| format!("the value of metric {name:?} {reason}"))?;
    Ok(Some(Metric { unit: text("unit")?, name, value }))
}

/// The nearest float to a written number, which for a whole number must be that number.
fn number(written: &str) -> Result<f64, String> {
    if !written.starts_with(|first: char| first == '-' || first.is_ascii_digit()) {
        return Err(format!("is not a number: {}", shown(written)));
    }
    let number = match written.parse::<i64>() {
        Ok(whole) => exact(whole),
        Err(_) => written.parse().ok(),
    };
    number.ok_or_else(|| format!("has more digits than can be kept: {}", shown(written)))
}
