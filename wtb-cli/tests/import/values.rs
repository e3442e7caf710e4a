//! Every value of the sample, compared in the store with the source by queries of their own.

use crate::bench::{Bench, ROWS};

/// The microseconds of a time as the Python system writes it, which is not zero when NULL.
fn micros(column: &str) -> String {
    format!("(unixepoch({column}) * 1000000 + substr({column}, 21))")
}

/// Asserts that `table` has the rows of `source` in their order, each meeting all `conditions` (store `o`, source `p`).
#[track_caller]
fn assert_same(bench: &Bench, table: &str, source: &str, conditions: &[String]) {
    let rows = |of: &str, order: &str| {
        format!("(SELECT row_number() OVER (ORDER BY {order}) AS place, * FROM {of})")
    };
    let joined = format!(
        "{} AS o JOIN {} AS p ON o.place = p.place",
        rows(table, "seq"),
        rows(&format!("python.{source}"), "rowid")
    );
    let total = bench.number(&format!("SELECT count(*) FROM python.{source}"));
    for condition in conditions {
        let sql = format!("SELECT count(*) FROM {joined} WHERE {condition}");
        assert_eq!(bench.number(&sql), total, "{table}: {condition}");
    }
}

fn all(conditions: &[&str]) -> Vec<String> {
    conditions.iter().map(ToString::to_string).collect()
}

/// Conditions that these times are the same.
fn times(columns: &[(&str, &str)]) -> Vec<String> {
    columns.iter().map(|(ours, theirs)| format!("o.{ours} IS {}", micros(&format!("p.{theirs}")))).collect()
}

fn imported() -> Bench {
    let bench = Bench::new();
    bench.import(&[]).assert_done();
    assert_eq!(bench.rows(), ROWS);
    bench
}

#[test]
fn workflows_keep_every_value() {
    let bench = imported();
    let texts = ["id", "name", "description", "definition", "version", "metadata"];
    let mut conditions: Vec<_> = texts.iter().map(|column| format!("o.{column} = p.{column}")).collect();
    conditions.extend(times(&[("created_at", "created_at"), ("updated_at", "updated_at")]));
    conditions.push("o.revision = 1".to_owned());
    assert_same(&bench, "workflows", "wtb_workflows", &conditions);
}

#[test]
fn executions_keep_every_value() {
    let bench = imported();
    let mut conditions = all(&[
        "o.id = p.id",
        "o.workflow_id = p.workflow_id",
        "o.status = p.status",
        "o.current_node IS p.current_node_id",
        "o.initial_state = '{}' AND p.initial_state IS NULL",
        "o.state = p.current_state",
        "o.metadata = p.metadata",
        "json(o.execution_path) = json(p.execution_path)",
        "json(o.breakpoints) = json(p.breakpoints)",
        "o.session_id IS CAST(p.agentgit_session_id AS TEXT)",
        "o.checkpoint_id IS CAST(p.agentgit_checkpoint_id AS TEXT)",
        "o.error_message IS p.error_message",
        "o.error_node IS p.error_node_id",
    ]);
    conditions.extend(times(&[
        ("created_at", "created_at"),
        ("started_at", "started_at"),
        ("completed_at", "completed_at"),
    ]));
    assert_same(&bench, "executions", "wtb_executions", &conditions);
}

#[test]
fn node_boundaries_keep_every_value() {
    let bench = imported();
    let mut conditions = all(&[
        "o.id = CAST(p.id AS TEXT)",
        "o.execution_id = p.execution_id",
        "o.session_id = CAST(p.internal_session_id AS TEXT)",
        "o.node_id = p.node_id",
        "o.attempt = 1",
        "o.status = p.node_status",
        "o.entry_checkpoint_id IS CAST(p.entry_checkpoint_id AS TEXT)",
        "o.exit_checkpoint_id IS CAST(p.exit_checkpoint_id AS TEXT)",
        "o.error_message IS p.error_message",
        "o.error_details IS p.error_details",
    ]);
    conditions.extend(times(&[("started_at", "started_at"), ("completed_at", "completed_at")]));
    assert_same(&bench, "node_boundaries", "wtb_node_boundaries", &conditions);
}

#[test]
fn checkpoint_files_keep_every_value() {
    let bench = imported();
    let mut conditions = all(&[
        "o.id = CAST(p.id AS TEXT)",
        "o.checkpoint_id = CAST(p.checkpoint_id AS TEXT)",
        "o.file_commit_id = p.file_commit_id",
        "o.file_count = p.file_count",
        "o.total_size_bytes = p.total_size_bytes",
    ]);
    conditions.extend(times(&[("created_at", "created_at")]));
    assert_same(&bench, "checkpoint_files", "wtb_checkpoint_files", &conditions);
}

#[test]
fn node_variants_keep_every_value() {
    let bench = imported();
    let mut conditions = all(&[
        "o.id = p.id",
        "o.workflow_id = p.workflow_id",
        "o.node_id = p.original_node_id",
        "o.name = p.variant_name",
        "o.description = p.description",
        "o.definition = p.variant_definition",
        "o.is_active = p.is_active",
        "o.metadata = p.metadata",
    ]);
    conditions.extend(times(&[("created_at", "created_at")]));
    assert_same(&bench, "node_variants", "wtb_node_variants", &conditions);
}

#[test]
fn evaluation_results_keep_every_value() {
    let bench = imported();
    let mut conditions = all(&[
        "o.id = p.id",
        "o.execution_id = p.execution_id",
        "o.evaluator_name = p.evaluator_name",
        "o.evaluator_version = p.evaluator_version",
        "o.score = p.overall_score",
        "o.passed = p.passed",
        "json_array_length(o.metrics) = json_array_length(p.metrics)",
        "o.metrics ->> '$[0].name' IS p.metrics ->> '$[0].name'",
        "o.metrics ->> '$[0].value' IS p.metrics ->> '$[0].value'",
        "o.metrics ->> '$[0].unit' IS p.metrics ->> '$[0].unit'",
        "o.details IS p.details",
        "o.raw_output IS p.raw_output",
        "o.metadata = p.metadata",
        "o.duration_ns = p.evaluation_duration_ms * 1000000",
    ]);
    conditions.extend(times(&[("evaluated_at", "evaluated_at")]));
    assert_same(&bench, "evaluation_results", "wtb_evaluation_results", &conditions);
}

#[test]
fn audit_entries_keep_every_value() {
    let bench = imported();
    let mut conditions = all(&[
        "o.event_type = p.event_type",
        "o.severity = p.severity",
        "o.message = p.message",
        "o.execution_id IS p.execution_id",
        "o.node_id IS p.node_id",
        "o.details = ifnull(p.details, '{}')",
        "o.error IS p.error",
        "o.duration_ns IS CAST(round(p.duration_ms * 1e6) AS INTEGER)",
    ]);
    conditions.extend(times(&[("timestamp", "timestamp")]));
    assert_same(&bench, "audit_logs", "wtb_audit_logs", &conditions);
}

#[test]
fn documents_are_not_rewritten() {
    let bench = Bench::new();
    let document = r#"{"b": 1.10, "a":1e400,  "é": "\u00e9\ud83d\ude00", "b": [ ]}"#;
    bench.change_python(&format!(
        "UPDATE wtb_executions SET current_state = '{document}', metadata = ' {document}'"
    ));
    bench.import(&[]).assert_done();
    let same = "SELECT count(*) FROM executions o JOIN python.wtb_executions p USING (id)
        WHERE o.state = p.current_state AND o.metadata = p.metadata";
    assert_eq!(bench.number(same), 31);
    bench.import(&[]).assert_done();
}

#[test]
fn times_are_read_in_the_zone_that_was_named() {
    let bench = Bench::new();
    bench.import(&["--timezone", "Europe/Berlin"]).assert_done();
    let hour_earlier = format!(
        "SELECT count(*) FROM audit_logs o JOIN python.wtb_audit_logs p ON o.seq = p.id
            WHERE o.timestamp = {} - 3600000000",
        micros("p.timestamp")
    );
    assert_eq!(bench.number(&hour_earlier), 360);
}
