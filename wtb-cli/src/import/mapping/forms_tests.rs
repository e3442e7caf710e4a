//! What whole tables mean, in the forms they had over the years.

use super::fixtures::{OLD, mapped, refusals};
use wtb_domain::{Json, NodeBoundaryStatus};

#[test]
fn null_means_what_the_python_system_reads() {
    let mapped = mapped(&[
        OLD,
        "INSERT INTO wtb_workflows (id, name, definition, created_at) VALUES ('w', 'n', '{}', '2026-01-01');
         INSERT INTO wtb_executions (id, workflow_id, status, started_at) VALUES ('e', 'w', 'paused', '2026-01-02');
         INSERT INTO wtb_node_variants (id, workflow_id, original_node_id, variant_name, variant_definition,
            created_at) VALUES ('v', 'w', 'n', 'bm25', '{}', '2026-01-01');
         INSERT INTO wtb_evaluation_results (id, execution_id, evaluator_name, evaluated_at)
            VALUES ('r', 'e', 'judge', '2026-01-01');
         INSERT INTO wtb_checkpoint_files (id, checkpoint_id, file_commit_id, created_at)
            VALUES (1, 2, 'c', '2026-01-01');
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
    assert!(mapped.node_variants[0].is_active);
    let result = &mapped.evaluation_results[0];
    assert_eq!(
        (result.evaluator_version.as_str(), result.score.to_bits(), result.passed),
        ("1.0.0", 0, true)
    );
    assert_eq!((result.metrics.len(), &result.details, &result.raw_output), (0, &None, &None));
    assert!(result.duration.is_zero());
    let file = &mapped.checkpoint_files[0];
    assert_eq!((file.file_count, file.total_size_bytes), (0, 0));
    let entry = &mapped.audit_entries[0];
    assert_eq!((&entry.details, &entry.error, entry.duration), (&Json::empty_object(), &None, None));
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
        mapped.no_home.tables.iter().map(|found| (found.table.as_str(), found.rows)).collect();
    assert_eq!(homeless, [("file_commits", 1)]);
    assert!(mapped.no_home.columns.is_empty(), "a tool count of 0 says nothing");
}

#[test]
fn what_has_no_home_is_counted_where_it_says_something() {
    let mapped = mapped(&[
        OLD,
        "CREATE TABLE wtb_outbox (id INTEGER); CREATE TABLE wtb_batch_tests (id TEXT);
         INSERT INTO wtb_outbox VALUES (1), (2);
         INSERT INTO wtb_node_boundaries (id, execution_id, internal_session_id, node_id, node_status, tool_count,
            duration_ms) VALUES (1, 'e', 1, 'a', 'completed', 2, NULL), (2, 'e', 1, 'b', 'completed', 0, 17);
         INSERT INTO wtb_evaluation_results (id, execution_id, evaluator_name, evaluated_at, metrics) VALUES
            ('r', 'e', 'judge', '2026-01-01',
             '[{\"name\": \"a\", \"value\": 1, \"metadata\": {}}, {\"name\": \"a\", \"value\": 1, \"metadata\": {\"b\": 1}}]')",
    ]);
    let tables: Vec<_> =
        mapped.no_home.tables.iter().map(|found| (found.table.as_str(), found.rows)).collect();
    assert_eq!(tables, [("wtb_outbox", 2)], "an empty table leaves nothing behind");
    let columns: Vec<_> = mapped
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
