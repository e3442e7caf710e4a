//! Which rows are refused, and how they are named.

use super::fixtures::{OLD, adjusted, mapped, refusals};

#[test]
fn metrics_keep_every_digit_or_are_refused() {
    let results = |metrics: &str| {
        let row = format!(
            "INSERT INTO wtb_evaluation_results (id, execution_id, evaluator_name, evaluated_at, overall_score, passed,
                evaluation_duration_ms, evaluator_version, metrics)
             VALUES ('r', 'e', 'judge', '2026-01-01', 1, 1, 1, '1', '{metrics}')"
        );
        mapped(&[OLD, &row])
    };
    let kept = results(
        r#"[{"name": "b", "value": 0.1, "unit": "s"}, {"name": "a", "value": 3}, {"value": 1.7976931348623157e308, "name": ""}]"#,
    );
    let metrics: Vec<_> = kept.evaluation_results[0]
        .metrics
        .iter()
        .map(|metric| (metric.name.as_str(), metric.value, metric.unit.as_deref()))
        .collect();
    assert_eq!(metrics, [("b", 0.1, Some("s")), ("a", 3.0, None), ("", f64::MAX, None)]);
    for (metrics, reason) in [
        (r#"[{"name": "a", "value": NaN}]"#, "NaN at byte 24 is not JSON; --nan-as-null stores null"),
        (r#"[{"name": "a", "value": 1e400}]"#, "a number must be finite, this one is inf"),
        (r#"[{"name": "a", "value": "1"}]"#, r#"the value of metric "a" is not a number: "1""#),
        (
            r#"[{"name": "a", "value": 9007199254740993}]"#,
            r#"the value of metric "a" has more digits than can be kept: 9007199254740993"#,
        ),
        (r#"[{"name": "a"}]"#, r#"metric "a" has no value"#),
        (r#"[{"value": 1}]"#, "a metric has no name"),
        (r#"[{"name": "a", "value": 1, "unit": 1}]"#, "the unit of a metric is not text"),
    ] {
        assert_eq!(refusals(&results(metrics)), [format!("wtb_evaluation_results r, metrics: {reason}")]);
    }
    let without_number = results(r#"[{"name": "a", "value": null}, {"name": "b", "value": 0}]"#);
    assert_eq!(without_number.evaluation_results[0].metrics.len(), 1, "null is nothing that was measured");
    let expected = ("wtb_evaluation_results.metrics".to_owned(), "left out, the metric has no number", 1);
    assert_eq!(adjusted(&without_number), [expected]);
}

#[test]
fn a_row_that_breaks_a_rule_is_named_with_its_column_and_reason() {
    let refused = refusals(&mapped(&[
        OLD,
        "
        INSERT INTO wtb_workflows VALUES
            ('w1', 'n', '', '{nope}', '1.0.0', '2026-01-01', NULL, '{}'),
            ('w2', 'n', '', '{}', '1.0.0', NULL, NULL, '{}'),
            (NULL, 'n', '', '{}', '1.0.0', '2026-01-01', NULL, '{}');
        INSERT INTO wtb_executions (id, workflow_id, status, created_at, current_state, error_message) VALUES
            ('e1', 'w', 'done', '2026-01-01', NULL, NULL), ('e2', '', 'paused', '2026-01-01', NULL, NULL),
            ('e3', 'w', 'paused', NULL, NULL, NULL), ('e4', 'w', 'paused', '2026-01-01', 'NaN', NULL),
            ('e5', 'w', 'paused', '2026-01-01', NULL, 'a' || char(0));
        INSERT INTO wtb_node_boundaries (id, execution_id, internal_session_id, node_id, node_status,
            error_details) VALUES (1, 'e', 1, 'a', 'failed', '{'), (2, 'e', 1, NULL, 'failed', NULL);
        INSERT INTO wtb_checkpoint_files VALUES (1, 2, 'c', -3, 0, '2026-01-01');
        INSERT INTO wtb_node_variants VALUES ('v', 'w', 'n', 'bm25', '', '[', 1, '2026-01-01', '{}');
        INSERT INTO wtb_audit_logs (id, timestamp, event_type, severity, message, duration_ms) VALUES
            (1, 'soon', 'x', 'info', '', NULL), (2, '2026-01-01', 'x', 'fatal', '', NULL),
            (3, '2026-01-01', 'x', 'info', '', -1.5)",
    ]));
    let expected = [
        "wtb_workflows w1, definition: not a JSON document: ",
        "wtb_workflows w2, created_at: it is NULL, and so is updated_at",
        "wtb_workflows at place 3, id: it is NULL",
        "wtb_executions e1, status: \"done\" is none of pending, running, paused, completed, failed, cancelled",
        "wtb_executions e2, workflow_id: \"\": an id cannot be empty",
        "wtb_executions e3, created_at: it is NULL, and so are started_at and completed_at",
        "wtb_executions e4, current_state: NaN at byte 0 is not JSON; --nan-as-null stores null",
        "wtb_executions e5, error_message: text cannot contain a NUL character (byte 1)",
        "wtb_node_boundaries 1, error_details: not a JSON document: ",
        "wtb_node_boundaries 2, node_id: it is NULL",
        "wtb_checkpoint_files 1, file_count: a count cannot be negative, this one is -3",
        "wtb_node_variants v, variant_definition: not a JSON document: ",
        "wtb_audit_logs 1, timestamp: \"soon\" is not a time like 2026-01-31 23:59:59.000001",
        "wtb_audit_logs 2, severity: \"fatal\" is none of debug, info, success, warning, error",
        "wtb_audit_logs 3, duration_ms: a duration is 0 to 292 years long, this one is -1.5 ms",
    ];
    assert_eq!(refused.len(), expected.len(), "{refused:#?}");
    for (refused, expected) in refused.iter().zip(expected) {
        assert!(refused.starts_with(expected), "{refused} is not {expected}");
    }
}

#[test]
fn of_rows_that_must_differ_and_do_not_the_second_is_refused_and_names_the_first() {
    let refused = refusals(&mapped(&[OLD, "
        INSERT INTO wtb_workflows VALUES
            ('w1', 'n', '', '{}', '1.0.0', '2026-01-01', NULL, '{}'),
            ('w2', 'n', '', '{}', NULL, '2026-01-01', NULL, '{}'),
            ('w3', 'n', '', '{}', '1.0.1', '2026-01-01', NULL, '{}');
        INSERT INTO wtb_node_variants VALUES
            ('v1', 'w1', 'n', 'bm25', '', '{}', 1, '2026-01-01', '{}'),
            ('v2', 'w1', 'n', 'bm25', '', '{}', 1, '2026-01-01', '{}'),
            ('v3', 'w3', 'n', 'bm25', '', '{}', 1, '2026-01-01', '{}');
        INSERT INTO wtb_executions (id, workflow_id, status, created_at) VALUES
            ('e', 'w1', 'paused', '2026-01-01'), ('e', 'w1', 'failed', '2026-01-01');
        INSERT INTO wtb_checkpoint_files VALUES (1, 2, 'c', 0, 0, '2026-01-01');
        CREATE TABLE checkpoint_file_links (checkpoint_id INTEGER PRIMARY KEY, commit_id TEXT, linked_at DATETIME,
            file_count INTEGER, total_size_bytes INTEGER);
        INSERT INTO checkpoint_file_links VALUES (1, 'c', '2026-01-01', 0, 0), (2, 'c', '2026-01-01', 0, 0),
            (3, 'c', '2026-01-01', 0, 0)"]));
    assert_eq!(
        refused,
        [
            "wtb_workflows w2, name, version: row w1 has the same, and it must be unique",
            "wtb_executions e, id: row e has the same, and it must be unique",
            "wtb_node_variants v2, workflow_id, original_node_id, variant_name: row v1 has the same, and it must be unique",
            "checkpoint_file_links 1, checkpoint_id: row 1 of wtb_checkpoint_files has the same, and it must be unique",
            "checkpoint_file_links 2, checkpoint_id: row 1 of wtb_checkpoint_files has the same, and it must be unique",
        ]
    );
}
