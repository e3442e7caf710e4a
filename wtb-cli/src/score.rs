//! Compares scores: arithmetic means per evaluator and group, the best one marked.
//!
//! Every result counts once, also when an evaluator ran several times on one execution. Only sums are kept, so the
//! number of executions does not matter. Means that differ by less than a billionth are a tie and share the mark.

use crate::variants::VariantChoice;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use wtb_domain::EvaluationResult;

/// What is to be compared.
#[derive(Debug, Clone, Default)]
pub(crate) struct Question {
    /// The metric to compare, or the score itself.
    pub(crate) metric: Option<String>,
    /// Whether the smallest mean is the best one.
    pub(crate) lower_is_better: bool,
    /// How many groups to keep per evaluator, best first; all of them, in their own order, without a number.
    pub(crate) top: Option<usize>,
}

/// The answer.
#[derive(Debug, Serialize)]
pub(crate) struct Comparison {
    /// The metric that was compared; `null` for the score.
    pub(crate) metric: Option<String>,
    pub(crate) lower_is_better: bool,
    /// How many executions were looked at, with results or without.
    pub(crate) executions: u64,
    /// How many results were counted.
    pub(crate) results: u64,
    /// What is compared: variant sets or executions.
    pub(crate) groups: Vec<Group>,
    /// One for each evaluator.
    pub(crate) rows: Vec<Row>,
}

/// Executions that are compared as one.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Group {
    /// What cells call it; unique.
    pub(crate) name: String,
    pub(crate) variants: Vec<VariantChoice>,
    pub(crate) executions: u64,
}

/// One evaluator's means.
#[derive(Debug, Serialize)]
pub(crate) struct Row {
    pub(crate) evaluator: String,
    pub(crate) version: String,
    /// Only groups with results.
    pub(crate) cells: Vec<Cell>,
}

/// One evaluator's mean of one group.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Cell {
    pub(crate) group: String,
    pub(crate) mean: f64,
    /// How many results the mean is of.
    pub(crate) count: u64,
    /// How many of them passed.
    pub(crate) passed: u64,
    pub(crate) best: bool,
}

type Evaluator = (String, String);

#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    sum: f64,
    count: u64,
    passed: u64,
}

impl Tally {
    fn merge(&mut self, other: Self) {
        self.sum += other.sum;
        self.count += other.count;
        self.passed += other.passed;
    }

    #[expect(clippy::cast_precision_loss, reason = "a count above 2^53 cannot be reached")]
    fn mean(self) -> f64 {
        self.sum / self.count as f64
    }
}

/// Sums that grow with every execution.
#[derive(Debug)]
pub(crate) struct Scores {
    question: Question,
    executions: u64,
    results: u64,
    groups: BTreeMap<String, Group>,
    tallies: BTreeMap<Evaluator, BTreeMap<String, Tally>>,
    metrics: BTreeSet<String>,
}

impl Scores {
    /// No scores yet.
    pub(crate) fn new(question: Question) -> Self {
        Self {
            question,
            executions: 0,
            results: 0,
            groups: BTreeMap::new(),
            tallies: BTreeMap::new(),
            metrics: BTreeSet::new(),
        }
    }

    /// Counts an execution and its results in a group.
    pub(crate) fn add(&mut self, group: &str, variants: &[VariantChoice], results: &[EvaluationResult]) {
        self.executions += 1;
        let known = self.groups.entry(group.to_owned()).or_insert_with(|| Group {
            name: group.to_owned(),
            variants: variants.to_vec(),
            executions: 0,
        });
        known.executions += 1;
        for result in results {
            let Some(tally) = self.tally(result) else { continue };
            self.results += tally.count;
            let evaluator = (result.evaluator_name.clone(), result.evaluator_version.clone());
            let row = self.tallies.entry(evaluator).or_default();
            row.entry(group.to_owned()).or_default().merge(tally);
        }
        self.forget_the_worst();
    }

    /// The names of all metrics seen.
    pub(crate) fn metrics(&self) -> impl Iterator<Item = &str> {
        self.metrics.iter().map(String::as_str)
    }

    /// The means, the best of each evaluator marked where there is something to compare it with.
    pub(crate) fn finish(mut self) -> Comparison {
        if let Some(top) = self.question.top {
            self.keep_best(top);
        }
        let mut groups: Vec<_> = self.groups.into_values().collect();
        // What variants are compared with stands first.
        groups.sort_by_key(|group| !group.variants.is_empty());
        let order: BTreeMap<&str, usize> =
            groups.iter().enumerate().map(|(place, group)| (group.name.as_str(), place)).collect();
        let lower = self.question.lower_is_better;
        let rows = self.tallies.into_iter().map(|((evaluator, version), tallies)| {
            let mut cells = cells(&tallies, lower);
            if self.question.top.is_none() {
                cells.sort_by_key(|cell| order.get(cell.group.as_str()).copied());
            }
            Row { evaluator, version, cells }
        });
        let rows = rows.collect();
        Comparison {
            metric: self.question.metric,
            lower_is_better: lower,
            executions: self.executions,
            results: self.results,
            groups,
            rows,
        }
    }

    /// What a result counts for; nothing if it lacks the metric. A metric given twice counts twice.
    fn tally(&mut self, result: &EvaluationResult) -> Option<Tally> {
        let passed = u64::from(result.passed);
        let Some(wanted) = &self.question.metric else {
            return Some(Tally { sum: result.score, count: 1, passed });
        };
        let mut tally = Tally::default();
        for metric in &result.metrics {
            if metric.name == *wanted {
                tally.merge(Tally { sum: metric.value, count: 1, passed });
            }
            if !self.metrics.contains(&metric.name) {
                self.metrics.insert(metric.name.clone());
            }
        }
        (tally.count > 0).then_some(tally)
    }

    /// Bounds the memory of a ranking; doing so seldom keeps it cheap.
    fn forget_the_worst(&mut self) {
        if let Some(top) = self.question.top
            && self.groups.len() > top.saturating_mul(4).max(1_000)
        {
            self.keep_best(top);
        }
    }

    fn keep_best(&mut self, top: usize) {
        let lower = self.question.lower_is_better;
        let mut kept = BTreeSet::new();
        for tallies in self.tallies.values_mut() {
            let best: BTreeSet<_> =
                cells(tallies, lower).into_iter().take(top).map(|cell| cell.group).collect();
            tallies.retain(|group, _| best.contains(group));
            kept.extend(best);
        }
        self.groups.retain(|group, _| kept.contains(group));
    }
}

/// The cells of one evaluator, best first, equal ones by name.
fn cells(tallies: &BTreeMap<String, Tally>, lower_is_better: bool) -> Vec<Cell> {
    let cell = |(group, tally): (&String, &Tally)| Cell {
        group: group.clone(),
        mean: tally.mean(),
        count: tally.count,
        passed: tally.passed,
        best: false,
    };
    let mut cells: Vec<_> = tallies.iter().map(cell).collect();
    cells.sort_by(|one, other| {
        if lower_is_better { one.mean.total_cmp(&other.mean) } else { other.mean.total_cmp(&one.mean) }
    });
    if let [first, _, ..] = cells.as_slice() {
        let best = first.mean;
        for cell in &mut cells {
            cell.best = (cell.mean - best).abs() <= 1e-9 * best.abs().max(1.0);
        }
    }
    cells
}

#[cfg(test)]
#[path = "score_tests.rs"]
mod tests;
