//! An evaluation result: what an evaluator thought of an execution.

use crate::entity::entity;
use crate::rules::Rules;
use crate::{EvaluationResultId, ExecutionId, InvalidValue, Json, Revision, Timestamp};
use std::time::Duration;

/// One measured number.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Metric {
    /// What was measured.
    pub name: String,
    /// How much; finite.
    pub value: f64,
    /// In which unit.
    pub unit: Option<String>,
}

/// What an evaluator thought of an execution; an evaluator may judge one execution many times.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct EvaluationResult {
    /// Its identifier.
    pub id: EvaluationResultId,
    /// How often it was updated.
    pub revision: Revision,
    /// The execution that was judged.
    pub execution_id: ExecutionId,
    /// Who judged; at most 1,000 bytes.
    pub evaluator_name: String,
    /// In which version.
    pub evaluator_version: String,
    /// The overall score; finite.
    pub score: f64,
    /// Whether that was good enough.
    pub passed: bool,
    /// The measurements behind the score.
    pub metrics: Vec<Metric>,
    /// What the evaluator has to say about it.
    pub details: Option<String>,
    /// What the evaluator answered, word for word.
    pub raw_output: Option<Json>,
    /// Whatever its owner attached.
    pub metadata: Json,
    /// When it was judged.
    pub evaluated_at: Timestamp,
    /// How long that took; at most 292 years.
    #[cfg_attr(feature = "serde", serde(rename = "duration_ns", with = "crate::serde_forms::nanoseconds"))]
    pub duration: Duration,
}

impl EvaluationResult {
    /// The evaluator's version unless another is given.
    pub const DEFAULT_EVALUATOR_VERSION: &'static str = "1.0.0";

    /// A result with a score and nothing more.
    pub fn new(
        id: EvaluationResultId,
        execution_id: ExecutionId,
        evaluator_name: impl Into<String>,
        score: f64,
        passed: bool,
        now: Timestamp,
    ) -> Self {
        Self {
            id,
            revision: Revision::FIRST,
            execution_id,
            evaluator_name: evaluator_name.into(),
            evaluator_version: Self::DEFAULT_EVALUATOR_VERSION.to_owned(),
            score,
            passed,
            metrics: Vec::new(),
            details: None,
            raw_output: None,
            metadata: Json::empty_object(),
            evaluated_at: now,
            duration: Duration::ZERO,
        }
    }

    fn check_fields<const LENGTHS: bool>(&mut self, rules: &Rules<LENGTHS>) -> Result<(), InvalidValue> {
        rules.key_text("evaluator_name", &self.evaluator_name)?;
        rules.text("evaluator_version", &self.evaluator_version)?;
        rules.number("score", &mut self.score)?;
        // In a document, a control character takes six bytes.
        let texts = self
            .metrics
            .iter()
            .flat_map(|metric| [metric.name.as_str(), metric.unit.as_deref().unwrap_or("")]);
        rules.list("metrics", 6, texts)?;
        for metric in &mut self.metrics {
            rules.content("metrics", &metric.name)?;
            rules.number("metrics", &mut metric.value)?;
            if let Some(unit) = &metric.unit {
                rules.content("metrics", unit)?;
            }
        }
        if let Some(details) = &self.details {
            rules.text("details", details)?;
        }
        if let Some(raw_output) = &self.raw_output {
            rules.json("raw_output", raw_output)?;
        }
        rules.json("metadata", &self.metadata)?;
        rules.duration("duration", self.duration)
    }
}

entity!(EvaluationResult, EvaluationResultId);
