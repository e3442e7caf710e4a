//! What whole tables mean, in the forms they had over the years.

use super::fixtures::{OLD, adjusted, mapped, mapped_with, refusals};
use std::fmt::Write;
use wtb_domain::{Json, NodeBoundaryStatus, NodeId};

#[test]
fn null_means_what_the_python_system_reads_and_nothing_that_was_measured() {
    let mapped = mapped(&[
        OLD,
        "INSERT INTO wtb_workflows (id, name, definition, created_at) VALUES ('w', 'n', '{}', '2026-01-01');
         INSERT INTO wtb_executions (id, workflow_id, status, started_at) VALUES ('e', 'w', 'paused', '2026-01-02');
         INSERT INTO wtb_node_variants (id, workflow_id, original_node_id, variant_name, variant_definition,
            is_active, created_at) VALUES ('v', 'w', 'n', 'bm25', '{}', 1, '2026-01-01');
         INSERT INTO wtb_evaluation_results (id, execution_id, evaluator_name, evaluated_at, overall_score, passed,
            evaluation_duration_ms) VALUES ('r', 'e', 'judge', '2026-01-01', 0.5, 0, 0);
         INSERT INTO wtb_audit_logs (id, timestamp, event_type, severity, message)
            VALUES (1, '2026-01-01', 'anything', 'info', '')",
    ]);
    assert!(refusals(&mapped).is_empty(), "{:?}", refusals(&mapped));
    let workflow = &mapped.workflows[0];
    assert_eq!((workflow.description.as_str(), workflow.version.as_str()), ("", "1.0.0"));
    assert_eq!((workflow.updated_at, &workflow.metadata), (workflow.created_at, &Json::empty_object()));
    let execution = &mapped.executions[0];
    assert_eq!(Some(execution.created_at), execution.started_at);
    assert_eq!((&execution.initial_state, &execution.state), (&Json::empty_object(), &Json::empty_object()));
    assert_eq!((&execution.session_id, &execution.checkpoint_id, &execution.error), (&None, &None, &None));
    assert!(execution.execution_path.is_empty() && execution.breakpoints.is_empty());
    let result = &mapped.evaluation_results[0];
    assert_eq!(result.evaluator_version, "1.0.0");
    assert_eq!((result.metrics.len(), &result.details, &result.raw_output), (0, &None, &None));
    let entry = &mapped.audit_entries[0];
    assert_eq!((&entry.details, &entry.error, entry.duration), (&Json::empty_object(), &None, None));
    let expected = [
        ("wtb_workflows.updated_at", "taken from created_at", 1),
        ("wtb_workflows.version", "1.0.0 for NULL", 1),
        ("wtb_executions.created_at", "taken from started_at", 1),
        ("wtb_evaluation_results.evaluator_version", "1.0.0 for NULL", 1),
    ];
    assert_eq!(adjusted(&mapped), expected.map(|(column, how, values)| (column.to_owned(), how, values)));
}

#[test]
fn a_measured_value_that_is_null_is_not_made_up() {
    for (table, columns, values, measured) in [
        (
            "wtb_evaluation_results",
            "id, execution_id, evaluator_name, evaluated_at",
            "'r', 'e', 'judge', '2026-01-01'",
            &[("overall_score", "0.5"), ("passed", "1"), ("evaluation_duration_ms", "3")][..],
        ),
        (
            "wtb_checkpoint_files",
            "id, checkpoint_id, file_commit_id, created_at",
            "'r', 2, 'c', '2026-01-01'",
            &[("file_count", "1"), ("total_size_bytes", "2")],
        ),
        (
            "wtb_node_variants",
            "id, workflow_id, original_node_id, variant_name, variant_definition, created_at",
            "'r', 'w', 'n', 'bm25', '{}', '2026-01-01'",
            &[("is_active", "0")],
        ),
    ] {
        for absent in measured.iter().map(|(name, _)| *name).chain(["none"]) {
            let (mut columns, mut values) = (columns.to_owned(), values.to_owned());
            for (name, value) in measured.iter().filter(|(name, _)| *name != absent) {
                write!(columns, ", {name}").unwrap();
                write!(values, ", {value}").unwrap();
            }
            let tables = OLD.replace("id INTEGER PRIMARY KEY", "id VARCHAR(64)");
            let mapped = mapped(&[&tables, &format!("INSERT INTO {table} ({columns}) VALUES ({values})")]);
            let expected: Vec<_> =
                (absent != "none").then(|| format!("{table} r, {absent}: it is NULL")).into_iter().collect();
            assert_eq!(refusals(&mapped), expected);
        }
    }
}

#[test]
fn entries_of_the_path_that_can_be_no_node_id_are_left_out_and_counted() {
    let long = "x".repeat(256);
    let path = format!(r#"["a", "{long}", "\ud800", "", "b\u0000", "\ud83d\ude00", "a"]"#);
    let mapped = mapped(&[
        OLD,
        &format!(
            "INSERT INTO wtb_executions (id, workflow_id, status, created_at, execution_path, breakpoints, current_state)
                VALUES ('e', 'w', 'paused', '2026-01-01', '{path}', '[\"{long}\"]', '{path}')"
        ),
    ]);
    assert!(refusals(&mapped).is_empty(), "{:?}", refusals(&mapped));
    let execution = &mapped.executions[0];
    let entries: Vec<_> = execution.execution_path.iter().map(NodeId::as_str).collect();
    assert_eq!(entries, ["a", "😀", "a"]);
    assert_eq!(execution.state.as_str(), path, "a document keeps every escape as it is written");
    let expected = [
        ("wtb_executions.execution_path".to_owned(), "left out, cannot be a node id", 4),
        ("wtb_executions.breakpoints".to_owned(), "left out, cannot be a node id", 1),
    ];
    assert_eq!(adjusted(&mapped), expected);
}

#[test]
fn nan_in_documents_is_named_or_becomes_null_and_is_counted() {
    let rows = [
        OLD,
        r#"INSERT INTO wtb_executions (id, workflow_id, status, created_at, current_state, metadata) VALUES
            ('e', 'w', 'paused', '2026-01-01', '{"a": NaN, "NaN": "Infinity"}', '[-Infinity,  NaN]');
         INSERT INTO wtb_evaluation_results (id, execution_id, evaluator_name, evaluated_at, overall_score, passed,
            evaluation_duration_ms, evaluator_version, metrics) VALUES ('r', 'e', 'judge', '2026-01-01', 1, 1, 1, '1',
            '[{"name": "NaN", "value": NaN}, {"name": "b", "value": 2, "unit": "NaN"}]');
         INSERT INTO wtb_audit_logs (id, timestamp, event_type, severity, message, details) VALUES
            (1, '2026-01-01', 'x', 'info', 'NaN', 'Infinity')"#,
    ];
    assert_eq!(
        refusals(&mapped(&rows)),
        [
            "wtb_executions e, current_state: NaN at byte 6 is not JSON; --nan-as-null stores null",
            "wtb_evaluation_results r, metrics: NaN at byte 26 is not JSON; --nan-as-null stores null",
            "wtb_audit_logs 1, details: Infinity at byte 0 is not JSON; --nan-as-null stores null",
        ]
    );
    let mapped = mapped_with(true, &rows);
    assert!(refusals(&mapped).is_empty(), "{:?}", refusals(&mapped));
    let execution = &mapped.executions[0];
    assert_eq!(
        (execution.state.as_str(), execution.metadata.as_str()),
        (r#"{"a": null, "NaN": "Infinity"}"#, "[null,  null]")
    );
    let metrics: Vec<_> =
        mapped.evaluation_results[0].metrics.iter().map(|metric| metric.name.as_str()).collect();
    assert_eq!((metrics, mapped.audit_entries[0].details.as_str()), (vec!["b"], "null"));
    let expected = [
        ("wtb_executions.current_state", "null for NaN or Infinity", 1),
        ("wtb_executions.metadata", "null for NaN or Infinity", 2),
        ("wtb_evaluation_results.metrics", "null for NaN or Infinity", 1),
        ("wtb_evaluation_results.metrics", "left out, the metric has no number", 1),
        ("wtb_audit_logs.details", "null for NaN or Infinity", 1),
    ];
    assert_eq!(adjusted(&mapped), expected.map(|(column, how, values)| (column.to_owned(), how, values)));
}

#[test]
fn tables_that_a_source_does_not_have_are_missing_and_not_empty() {
    let mapped = mapped(&[OLD, "DROP TABLE wtb_audit_logs; DROP TABLE wtb_checkpoint_files"]);
    assert_eq!(mapped.found().missing, ["wtb_checkpoint_files", "checkpoint_file_links", "wtb_audit_logs"]);
}

#[test]
fn an_error_is_there_when_either_of_its_columns_is() {
    let mapped = mapped(&[
        OLD,
        "INSERT INTO wtb_executions (id, workflow_id, status, created_at, error_message, error_node_id) VALUES
            ('e1', 'w', 'failed', '2026-01-01', 'no', NULL), ('e2', 'w', 'failed', '2026-01-01', NULL, 'rerank');
         INSERT INTO wtb_node_boundaries (id, execution_id, internal_session_id, node_id, node_status,
            error_message, error_details) VALUES
            (1, 'e1', 1, 'a', 'failed', 'no', NULL), (2, 'e1', 1, 'b', 'failed', NULL, '{\"a\":  1}')",
    ]);
    let errors: Vec<_> = mapped.executions.iter().map(|execution| execution.error.clone().unwrap()).collect();
    assert_eq!((errors[0].message.as_str(), &errors[0].node), ("no", &None));
    assert_eq!((errors[1].message.as_str(), errors[1].node.as_ref().unwrap().as_str()), ("", "rerank"));
    let expected = [
        ("wtb_executions.error_message".to_owned(), "empty, the error has no message", 1),
        ("wtb_node_boundaries.error_message".to_owned(), "empty, the error has no message", 1),
    ];
    assert_eq!(adjusted(&mapped), expected);
    let errors: Vec<_> =
        mapped.node_boundaries.iter().map(|boundary| boundary.error.clone().unwrap()).collect();
    assert_eq!((errors[0].message.as_str(), &errors[0].details), ("no", &None));
    assert_eq!((errors[1].message.as_str(), &errors[1].details), ("", &Some(Json::new("{\"a\":  1}"))));
}

#[test]
fn older_boundaries_that_started_are_running_and_belong_to_a_numbered_session() {
    let mapped = mapped(&[
        OLD,
        "INSERT INTO wtb_node_boundaries (id, execution_id, internal_session_id, node_id, entry_checkpoint_id,
            node_status, started_at) VALUES (7, 'e', 3, 'rerank', 0, 'started', '2026-01-01')",
    ]);
    let boundary = &mapped.node_boundaries[0];
    assert_eq!((boundary.id.as_str(), boundary.session_id.as_str()), ("7", "3"));
    assert_eq!((boundary.status, boundary.attempt.get()), (NodeBoundaryStatus::Running, 1));
    assert_eq!(boundary.entry_checkpoint_id.as_ref().unwrap().as_str(), "0");
    assert_eq!(boundary.exit_checkpoint_id, None);
}

#[test]
fn boundaries_of_one_session_and_node_are_attempts_in_the_order_of_their_ids() {
    let mapped = mapped(&[
        OLD,
        "INSERT INTO wtb_node_boundaries (id, execution_id, internal_session_id, node_id, node_status) VALUES
            (9, 'e3', 0, 'a', 'completed'), (2, 'e1', 0, 'a', 'completed'), (3, 'e1', 0, 'b', 'completed'),
            (5, 'e2', 0, 'a', 'wrong'), (4, 'e2', 1, 'a', 'completed')",
    ]);
    let attempts: Vec<_> = mapped
        .node_boundaries
        .iter()
        .map(|boundary| (boundary.id.as_str(), boundary.attempt.get()))
        .collect();
    assert_eq!(attempts, [("2", 1), ("3", 1), ("4", 1), ("9", 3)], "the refused row 5 was the second");
    let expected = ("wtb_node_boundaries.attempt".to_owned(), "numbered in the order of the rows", 1);
    assert_eq!(adjusted(&mapped), [expected]);
}

#[test]
fn boundaries_without_a_session_have_their_execution_as_session() {
    let mapped = mapped(&[
        OLD,
        "DROP TABLE wtb_node_boundaries;
         CREATE TABLE wtb_node_boundaries (id TEXT PRIMARY KEY, execution_id TEXT NOT NULL, node_id TEXT NOT NULL,
            node_status TEXT NOT NULL, entry_checkpoint_id TEXT, exit_checkpoint_id TEXT, started_at TEXT,
            UNIQUE (execution_id, node_id));
         INSERT INTO wtb_node_boundaries VALUES
            ('b-2', 'e1', 'a', 'pending', NULL, NULL, NULL), ('b-1', 'e2', 'a', 'running', 'c-1', NULL, NULL)",
    ]);
    assert!(refusals(&mapped).is_empty(), "{:?}", refusals(&mapped));
    let expected = ("wtb_node_boundaries.internal_session_id".to_owned(), "taken from execution_id", 2);
    assert_eq!(adjusted(&mapped), [expected]);
    let seen: Vec<_> = mapped
        .node_boundaries
        .iter()
        .map(|boundary| (boundary.id.as_str(), boundary.session_id.as_str(), boundary.status.as_str()))
        .collect();
    assert_eq!(seen, [("b-2", "e1", "pending"), ("b-1", "e2", "running")], "in the order of insertion");
}

#[test]
fn newer_databases_have_text_ids_and_file_links() {
    let mapped = mapped(&[
        OLD,
        "DROP TABLE wtb_checkpoint_files; DROP TABLE wtb_executions; DROP TABLE wtb_node_boundaries;
         CREATE TABLE wtb_executions (id VARCHAR(64), workflow_id VARCHAR(64), status VARCHAR(20),
            agentgit_session_id VARCHAR(128), agentgit_checkpoint_id VARCHAR(128), created_at DATETIME);
         CREATE TABLE wtb_node_boundaries (id INTEGER PRIMARY KEY, execution_id VARCHAR(64) NOT NULL,
            internal_session_id VARCHAR(128) NOT NULL, node_id VARCHAR(255), entry_checkpoint_id VARCHAR(128),
            exit_checkpoint_id VARCHAR(128), node_status VARCHAR(20), started_at DATETIME NOT NULL,
            tool_count INTEGER);
         CREATE TABLE checkpoint_file_links (checkpoint_id VARCHAR(128) PRIMARY KEY, commit_id VARCHAR(64),
            linked_at DATETIME, file_count INTEGER, total_size_bytes BIGINT);
         CREATE TABLE file_commits (commit_id VARCHAR(64) PRIMARY KEY, timestamp DATETIME);
         INSERT INTO wtb_executions VALUES ('e', 'w', 'running', 'wtb-e', '1ef4f797-8335', '2026-01-01T00:00:00Z');
         INSERT INTO wtb_node_boundaries VALUES (1, 'e', 0, 'a', '1ef4f797-8335', NULL, 'pending', '2026-01-01', 0);
         INSERT INTO file_commits VALUES ('c', '2026-01-01');
         INSERT INTO checkpoint_file_links VALUES ('1ef4f797-8335', 'c', '2026-01-01', 2, 5000000000)",
    ]);
    assert!(refusals(&mapped).is_empty(), "{:?}", refusals(&mapped));
    let execution = &mapped.executions[0];
    assert_eq!(execution.session_id.as_ref().unwrap().as_str(), "wtb-e");
    assert_eq!(execution.checkpoint_id.as_ref().unwrap().as_str(), "1ef4f797-8335");
    let boundary = &mapped.node_boundaries[0];
    assert_eq!((boundary.session_id.as_str(), boundary.status), ("0", NodeBoundaryStatus::Pending));
    let file = &mapped.checkpoint_files[0];
    assert_eq!((file.id.as_str(), file.checkpoint_id.as_str()), ("1ef4f797-8335", "1ef4f797-8335"));
    assert_eq!((file.file_commit_id.as_str(), file.total_size_bytes), ("c", 5_000_000_000));
    let homeless: Vec<_> =
        mapped.found().no_home.tables.iter().map(|found| (found.table.as_str(), found.rows)).collect();
    assert_eq!(homeless, [("file_commits", 1)]);
    assert!(mapped.found().no_home.columns.is_empty(), "a tool count of 0 says nothing");
}

#[test]
fn what_has_no_home_is_counted_where_it_says_something() {
    let mapped = mapped(&[
        OLD,
        "CREATE TABLE wtb_outbox (id INTEGER); CREATE TABLE wtb_batch_tests (id TEXT);
         INSERT INTO wtb_outbox VALUES (1), (2);
         INSERT INTO wtb_node_boundaries (id, execution_id, internal_session_id, node_id, node_status, tool_count,
            duration_ms) VALUES (1, 'e', 1, 'a', 'completed', 2, NULL), (2, 'e', 1, 'b', 'completed', 0, 17);
         INSERT INTO wtb_evaluation_results (id, execution_id, evaluator_name, evaluated_at, overall_score, passed,
            evaluation_duration_ms, metrics) VALUES ('r', 'e', 'judge', '2026-01-01', 1, 1, 1,
             '[{\"name\": \"a\", \"value\": 1, \"metadata\": {}}, {\"name\": \"a\", \"value\": 1, \"metadata\": {\"b\": 1}}]')",
    ]);
    let tables: Vec<_> =
        mapped.found().no_home.tables.iter().map(|found| (found.table.as_str(), found.rows)).collect();
    assert_eq!(tables, [("wtb_outbox", 2)], "an empty table leaves nothing behind");
    let columns: Vec<_> = mapped
        .found()
        .no_home
        .columns
        .iter()
        .map(|found| (found.table, found.column.as_str(), found.values))
        .collect();
    assert_eq!(
        columns,
        [
            ("wtb_node_boundaries", "tool_count", 1),
            ("wtb_node_boundaries", "duration_ms", 1),
            ("wtb_evaluation_results", "metrics[].metadata", 1),
        ]
    );
}
