//! Tests of the comparison of scores.

use super::*;
use wtb_domain::{EvaluationResultId, ExecutionId, Metric, Timestamp};

fn result(evaluator: &str, score: f64) -> EvaluationResult {
    EvaluationResult::new(
        EvaluationResultId::from(1),
        ExecutionId::from(1),
        evaluator,
        score,
        score >= 0.5,
        Timestamp::UNIX_EPOCH,
    )
}

fn with_metric(name: &str, value: f64) -> EvaluationResult {
    let metric = Metric { name: name.to_owned(), value, unit: None };
    EvaluationResult { metrics: vec![metric], ..result("judge", 0.0) }
}

fn compare(question: Question, executions: &[(&str, &[EvaluationResult])]) -> Comparison {
    let mut scores = Scores::new(question);
    for (group, results) in executions {
        scores.add(group, &[], results);
    }
    scores.finish()
}

fn best(row: &Row) -> Vec<&str> {
    row.cells.iter().filter(|cell| cell.best).map(|cell| cell.group.as_str()).collect()
}

#[test]
fn means_are_taken_over_all_results_of_a_group() {
    let answer = compare(
        Question::default(),
        &[
            ("a", &[result("judge", 0.2)]),
            ("b", &[result("judge", 0.5)]),
            ("a", &[result("judge", 0.6), result("judge", 0.7)]),
        ],
    );
    let cell = &answer.rows[0].cells[0];
    assert_eq!((cell.group.as_str(), cell.count, cell.passed), ("a", 3, 2));
    assert!((cell.mean - 0.5).abs() < 1e-12);
    assert_eq!((answer.executions, answer.results), (3, 4));
    assert_eq!(answer.groups[0].executions, 2);
}

#[test]
fn ties_share_the_mark_and_rounding_does_not_break_them() {
    let (tenth, third) = (result("judge", 0.1), result("judge", 0.3));
    let answer = compare(
        Question::default(),
        &[
            ("a", &[tenth.clone(), result("judge", 0.2), third.clone()]),
            ("b", &[third, result("judge", 0.2), tenth]),
            ("c", &[result("judge", 0.1)]),
        ],
    );
    assert_eq!(best(&answer.rows[0]), ["a", "b"]);
}

#[test]
fn a_group_without_a_rival_is_not_marked() {
    let answer = compare(Question::default(), &[("a", &[result("judge", 0.9)]), ("b", &[])]);
    assert!(best(&answer.rows[0]).is_empty());
    assert_eq!(answer.groups.len(), 2);
}

#[test]
fn the_smallest_mean_is_best_when_lower_is_better() {
    let question = Question { lower_is_better: true, ..Question::default() };
    let answer = compare(question, &[("a", &[result("judge", 0.9)]), ("b", &[result("judge", 0.1)])]);
    assert_eq!(best(&answer.rows[0]), ["b"]);
}

#[test]
fn a_metric_is_compared_in_place_of_the_score() {
    let question = Question { metric: Some("coverage".to_owned()), ..Question::default() };
    let mut scores = Scores::new(question);
    scores.add("a", &[], &[with_metric("coverage", 0.25), with_metric("length", 9.0), result("judge", 1.0)]);
    assert_eq!(scores.metrics().collect::<Vec<_>>(), ["coverage", "length"]);
    let answer = scores.finish();
    let cell = &answer.rows[0].cells[0];
    assert_eq!((cell.mean, cell.count), (0.25, 1));
}

#[test]
fn versions_of_an_evaluator_are_compared_apart() {
    let newer = EvaluationResult { evaluator_version: "2.0.0".to_owned(), ..result("judge", 0.3) };
    let answer = compare(Question::default(), &[("a", &[result("judge", 0.1), newer])]);
    let versions: Vec<_> = answer.rows.iter().map(|row| row.version.as_str()).collect();
    assert_eq!(versions, ["1.0.0", "2.0.0"]);
}

#[test]
fn a_ranking_keeps_the_best_of_any_number_of_groups() {
    let mut scores = Scores::new(Question { top: Some(2), ..Question::default() });
    for number in 0..5_000_u32 {
        let score = f64::from(number * 7 % 5_000) / 5_000.0;
        scores.add(&format!("e{number:04}"), &[], &[result("judge", score)]);
        assert!(scores.groups.len() <= 1_000, "memory is bounded");
    }
    let answer = scores.finish();
    let means: Vec<_> = answer.rows[0].cells.iter().map(|cell| cell.mean).collect();
    assert_eq!(means, [0.9998, 0.9996]);
    assert_eq!(answer.groups.len(), 2);
    assert_eq!(answer.executions, 5_000);
}
