//! Importing again: what is there stays as it is, what is new comes in, and what differs stops everything.

use crate::bench::Bench;

#[test]
fn importing_twice_changes_nothing() {
    let bench = Bench::new();
    bench.import(&[]).assert_done();
    let before = bench.content("store.db");
    let again = bench.import(&[]);
    again.assert_done();
    assert_eq!(again.counts("execution"), [0, 31, 0]);
    assert_eq!(again.counts("audit entry"), [0, 360, 0]);
    assert_eq!(bench.content("store.db"), before);
}

#[test]
fn what_is_new_in_the_source_comes_in() {
    let bench = Bench::new();
    bench.import(&[]).assert_done();
    let before = bench.content("store.db");
    bench.change_python(
        "INSERT INTO wtb_executions (id, workflow_id, status, created_at)
            SELECT 'new', id, 'pending', '2026-12-01' FROM wtb_workflows;
         INSERT INTO wtb_audit_logs (execution_id, timestamp, event_type, severity, message) VALUES
            ('new', '2026-12-01', 'a', 'info', 'm'), (NULL, '2026-12-01', 'a', 'info', 'm')",
    );
    let again = bench.import(&[]);
    again.assert_done();
    assert_eq!((again.counts("execution"), again.counts("audit entry")), ([1, 31, 0], [2, 360, 0]));
    assert_eq!(bench.content("store.db").len(), before.len() + 3);
    bench.import(&[]).assert_done();
    assert_eq!(bench.content("store.db").len(), before.len() + 3);
}

#[test]
fn equal_audit_entries_are_kept_as_often_as_they_occur() {
    let bench = Bench::new();
    let twins = "INSERT INTO wtb_audit_logs (execution_id, timestamp, event_type, severity, message) VALUES
        (NULL, '2026-12-01', 'a', 'info', 'm'), ('e', '2026-12-01', 'a', 'info', 'm')";
    bench.change_python(twins);
    bench.change_python(twins);
    let first = bench.import(&[]);
    assert_eq!(first.counts("audit entry"), [364, 0, 0]);
    assert_eq!(bench.import(&[]).counts("audit entry"), [0, 364, 0]);
    bench.change_python(twins);
    assert_eq!(bench.import(&[]).counts("audit entry"), [2, 364, 0]);
    let twins_of = |execution| {
        bench.number(&format!(
            "SELECT count(*) FROM audit_logs WHERE message = 'm' AND execution_id IS {execution}"
        ))
    };
    assert_eq!((twins_of("NULL"), twins_of("'e'")), (3, 3));
}

#[test]
fn a_row_that_differs_stops_it_with_both_values_shown() {
    let bench = Bench::new();
    bench.import(&[]).assert_done();
    let before = bench.content("store.db");
    bench.change_python(
        "INSERT INTO wtb_executions (id, workflow_id, status, created_at)
            SELECT 'new', id, 'pending', '2026-12-01' FROM wtb_workflows;
         UPDATE wtb_node_boundaries SET node_status = 'failed', error_message = 'changed' WHERE id = 3",
    );
    let stopped = bench.import(&[]);
    assert_eq!((stopped.code, stopped.stdout.as_str()), (Some(1), ""));
    assert_eq!(
        stopped.stderr,
        "wtb: node boundary 3 differs from the one that is stored, so nothing of python.db was imported\n  \
           error: {\"message\":\"changed\",\"details\":null} in the source, null in the store\n  \
           status: \"failed\" in the source, \"completed\" in the store\n  \
           if the source went on since it was imported, import it with --refresh\n"
    );
    assert_eq!(bench.content("store.db"), before, "not even the new execution came in");
}

#[test]
fn another_zone_than_before_is_guessed_from_times_that_differ() {
    let bench = Bench::new();
    bench.import(&[]).assert_done();
    let stopped = bench.import(&["--timezone", "Asia/Tokyo"]);
    assert_eq!(stopped.code, Some(1));
    assert!(
        stopped.stderr.ends_with("was it imported with another --timezone before?\n"),
        "{}",
        stopped.stderr
    );
}

#[test]
fn a_row_that_was_updated_in_the_store_to_the_same_values_is_equal() {
    let bench = Bench::new();
    bench.import(&[]).assert_done();
    let store = rusqlite::Connection::open(bench.path("store.db")).unwrap();
    store.execute("UPDATE executions SET revision = 7", ()).unwrap();
    let again = bench.import(&[]);
    again.assert_done();
    assert_eq!(again.counts("execution"), [0, 31, 0]);
}

#[test]
fn a_stored_row_with_the_same_unique_values_and_another_id_is_named() {
    let workflow = "9ac6cb80-62c7-49d2-8068-cfc6eac97cf3";
    for (change, sentence) in [
        (
            "UPDATE wtb_workflows SET id = 'other'; UPDATE wtb_executions SET workflow_id = 'other';
             UPDATE wtb_node_variants SET workflow_id = 'other'",
            format!("workflow other has the same name, version as the stored workflow {workflow}"),
        ),
        (
            "UPDATE wtb_node_boundaries SET id = 1000 WHERE id = 3",
            "node boundary 1000 has the same session_id, node_id, attempt as the stored node boundary 3"
                .to_owned(),
        ),
        (
            "UPDATE wtb_checkpoint_files SET id = 1000 WHERE id = 3",
            "checkpoint file 1000 has the same checkpoint_id as the stored checkpoint file 3".to_owned(),
        ),
        (
            "UPDATE wtb_node_variants SET id = 'other' WHERE variant_name = 'bm25'",
            "node variant other has the same workflow_id, node_id, name as the stored node variant \
             a30474f4-3978-4f92-b518-9c93c59fc074"
                .to_owned(),
        ),
    ] {
        let bench = Bench::new();
        bench.import(&[]).assert_done();
        let before = bench.content("store.db");
        bench.change_python(change);
        let stopped = bench.import(&[]);
        assert_eq!((stopped.code, stopped.stdout.as_str()), (Some(1), ""));
        assert_eq!(stopped.stderr, format!("wtb: {sentence}, so nothing of python.db was imported\n"));
        assert_eq!(bench.content("store.db"), before);
    }
}

/// Changes what the Python system would change as a run goes on.
fn go_on(bench: &Bench) {
    bench.change_python(
        "UPDATE wtb_executions SET status = 'completed', completed_at = '2026-12-01' WHERE status = 'pending';
         UPDATE wtb_evaluation_results SET details = 'more' WHERE rowid = 1;
         UPDATE wtb_workflows SET description = description || '.'",
    );
}

#[test]
fn what_the_source_alone_changed_is_updated_where_that_is_wanted_as_often_as_it_changes() {
    let bench = Bench::new();
    bench.import(&[]).assert_done();
    for round in 1..4 {
        go_on(&bench);
        bench.change_python(&format!(
            "UPDATE wtb_executions SET metadata = '{round}' WHERE completed_at = '2026-12-01'"
        ));
        assert_eq!(bench.import(&[]).code, Some(1), "without --refresh nothing is updated");
        let trial = bench.import(&["--refresh", "--dry-run"]);
        let again = bench.import(&["--refresh"]);
        again.assert_done();
        for answer in [trial, again] {
            assert_eq!(answer.updated("execution"), 1, "{round}");
            assert_eq!(answer.updated("evaluation result"), u64::from(round == 1));
            assert_eq!((answer.updated("workflow"), answer.counts("workflow")), (1, [0, 0, 0]));
        }
        let same = "SELECT count(*) FROM executions o JOIN python.wtb_executions p USING (id)
            WHERE o.status = p.status AND o.metadata = p.metadata";
        assert_eq!(bench.number(same), 31);
        let noted = "SELECT count(*) FROM audit_logs WHERE event_type = 'import_refreshed' AND
            message LIKE 'execution % was updated from python.db'
            AND execution_id = (SELECT id FROM executions WHERE revision > 1)";
        assert_eq!(bench.number(noted), round);
    }
    assert_eq!(bench.number("SELECT revision FROM workflows"), 4);
    let unchanged = bench.import(&["--refresh"]);
    unchanged.assert_done();
    assert_eq!((unchanged.updated("execution"), unchanged.counts("audit entry")), (0, [0, 360, 0]));
}

#[test]
fn what_the_store_changed_too_is_never_overwritten() {
    for refreshed_before in [false, true] {
        let bench = Bench::new();
        bench.import(&[]).assert_done();
        if refreshed_before {
            go_on(&bench);
            bench.import(&["--refresh"]).assert_done();
        }
        let store = rusqlite::Connection::open(bench.path("store.db")).unwrap();
        store.execute("UPDATE workflows SET description = 'mine', revision = revision + 1", ()).unwrap();
        drop(store);
        let before = bench.content("store.db");
        bench.change_python("UPDATE wtb_workflows SET description = 'theirs'; DELETE FROM wtb_audit_logs");
        let stopped = bench.import(&["--refresh"]);
        assert_eq!((stopped.code, stopped.stdout.as_str()), (Some(1), ""));
        assert_eq!(
            stopped.stderr,
            "wtb: workflow 9ac6cb80-62c7-49d2-8068-cfc6eac97cf3 differs from the one that is stored, and was changed \
             in the store since it was imported, so nothing of python.db was imported\n  \
             description: \"theirs\" in the source, \"mine\" in the store\n  \
             make both equal, then import again\n"
        );
        assert_eq!(bench.content("store.db"), before);
    }
}

#[test]
fn another_row_under_the_same_id_is_never_taken_for_a_later_state() {
    let bench = Bench::new();
    bench.import(&[]).assert_done();
    let before = bench.content("store.db");
    bench.change_python("UPDATE wtb_node_boundaries SET node_id = 'another' WHERE id = 3");
    let stopped = bench.import(&["--refresh"]);
    assert_eq!((stopped.code, stopped.stdout.as_str()), (Some(1), ""));
    assert!(
        stopped.stderr.contains("node boundary 3 differs from the one that is stored"),
        "{}",
        stopped.stderr
    );
    assert_eq!(bench.content("store.db"), before);
}

#[test]
fn entries_of_a_log_that_get_other_numbers_are_counted() {
    let bench = Bench::new();
    bench.change_python("DELETE FROM wtb_audit_logs WHERE id = 100");
    let report = bench.import(&[]).json();
    let expected = serde_json::json!([{"table": "wtb_audit_logs", "column": "id", "how": "numbered anew", "values": 260}]);
    assert_eq!(report["adjusted"], expected);
}
