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
           status: \"failed\" in the source, \"completed\" in the store\n"
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
