//! Rows that break a rule: they stop the import, or are left out with everything that depends on them.

use crate::bench::{Bench, ROWS};

/// A failed execution of the sample.
const EXECUTION: &str = "827d7716";

/// Makes the state of one execution no JSON.
fn break_an_execution(bench: &Bench) {
    bench.change_python(&format!(
        "UPDATE wtb_executions SET current_state = '{{\"broken\"' WHERE id LIKE '{EXECUTION}%'"
    ));
}

#[test]
fn an_invalid_row_stops_it_and_is_named_with_file_table_key_column_and_reason() {
    let bench = Bench::new();
    break_an_execution(&bench);
    let stopped = bench.import(&[]);
    assert_eq!((stopped.code, stopped.stdout.as_str()), (Some(1), ""));
    let (sentence, row) = stopped.stderr.split_once('\n').unwrap();
    assert_eq!(
        sentence,
        "wtb: 1 row breaks a rule in python.db, so nothing was imported (--skip-invalid imports everything else)"
    );
    assert!(row.starts_with(&format!("  wtb_executions {EXECUTION}")), "{row}");
    assert!(row.contains(", current_state: not a JSON document: "), "{row}");
    assert!(!bench.path("store.db").exists(), "the store was not even made");
}

#[test]
fn left_out_rows_take_what_depends_on_them_along_and_are_all_listed() {
    let bench = Bench::new();
    break_an_execution(&bench);
    let id = |column| format!("SELECT count(*) FROM python.{column} WHERE execution_id LIKE '{EXECUTION}%'");
    let partial = bench.import(&["--skip-invalid"]);
    assert_eq!((partial.code, partial.stderr.as_str()), (Some(2), ""));
    let boundaries = bench.number(&id("wtb_node_boundaries"));
    let results = bench.number(&id("wtb_evaluation_results"));
    assert!(boundaries > 0, "the sample has boundaries of this execution");
    assert_eq!(partial.counts("execution"), [30, 0, 1]);
    assert_eq!(partial.counts("node boundary"), [147 - boundaries, 0, boundaries]);
    assert_eq!(partial.counts("evaluation result"), [22 - results, 0, results]);
    assert_eq!(partial.counts("audit entry"), [360, 0, 0], "the log may outlive an execution");
    let report = partial.json();
    let left_out = report["left_out"].as_array().unwrap();
    assert_eq!(left_out.len() as u64, 1 + boundaries + results);
    assert_eq!(left_out[0]["table"], "wtb_executions");
    assert_eq!(left_out[0]["column"], "current_state");
    assert_eq!(left_out[1]["table"], "wtb_node_boundaries");
    assert_eq!(left_out[1]["column"], "execution_id");
    let execution = left_out[0]["key"].as_str().unwrap();
    assert_eq!(left_out[1]["reason"], format!("execution {execution} was left out"));
}

#[test]
fn rows_that_were_left_out_come_in_once_they_are_mended() {
    let bench = Bench::new();
    break_an_execution(&bench);
    assert_eq!(bench.import(&["--skip-invalid"]).code, Some(2));
    bench.change_python("UPDATE wtb_executions SET current_state = '{}' WHERE current_state LIKE '%broken%'");
    let mended = bench.import(&["--skip-invalid"]);
    mended.assert_done();
    assert_eq!(mended.counts("execution"), [1, 30, 0]);
    assert_eq!(bench.rows(), ROWS);
}

#[test]
fn people_see_the_rows_that_were_left_out_below_the_counts() {
    let bench = Bench::new();
    break_an_execution(&bench);
    let partial = bench.wtb(&["import", "python.db", "--skip-invalid"]);
    assert_eq!((partial.code, partial.stderr.as_str()), (Some(2), ""));
    let (counts, rows) = partial.stdout.split_once("rows were left out\n").unwrap();
    assert!(counts.contains("left out\n"), "{counts}");
    let row = rows.lines().next().unwrap();
    assert!(row.starts_with(&format!("  wtb_executions {EXECUTION}")), "{row}");
}

#[test]
fn a_row_that_refers_to_nothing_stops_it() {
    for (change, row) in [
        (
            "UPDATE wtb_executions SET workflow_id = 'gone' WHERE rowid = 1",
            "wtb_executions cad08a83-79db-4621-abfb-5c138bebc434, workflow_id: there is no workflow gone in the \
             source or in the store",
        ),
        (
            "UPDATE wtb_node_boundaries SET execution_id = 'gone' WHERE id = 5",
            "wtb_node_boundaries 5, execution_id: there is no execution gone in the source or in the store",
        ),
        (
            "UPDATE wtb_node_variants SET workflow_id = 'gone' WHERE variant_name = 'bm25'",
            "wtb_node_variants a30474f4-3978-4f92-b518-9c93c59fc074, workflow_id: there is no workflow gone in \
             the source or in the store",
        ),
        (
            "UPDATE wtb_evaluation_results SET execution_id = 'gone' WHERE rowid = 1",
            "wtb_evaluation_results 832b8e99-a241-48c3-8366-2c400c8e2e49, execution_id: there is no execution \
             gone in the source or in the store",
        ),
    ] {
        let bench = Bench::new();
        bench.change_python(change);
        let stopped = bench.import(&[]);
        assert_eq!((stopped.code, stopped.stdout.as_str()), (Some(1), ""));
        assert!(stopped.stderr.ends_with(&format!("  {row}\n")), "{}", stopped.stderr);
        assert!(!bench.path("store.db").exists(), "the store was not even made");
    }
}

#[test]
fn what_a_row_refers_to_may_be_in_the_store_alone() {
    let bench = Bench::new();
    bench.import(&[]).assert_done();
    bench.change_python(
        "INSERT INTO wtb_executions (id, workflow_id, status, created_at)
            SELECT 'new', id, 'pending', '2026-12-01' FROM wtb_workflows;
         DELETE FROM wtb_workflows",
    );
    let again = bench.import(&[]);
    again.assert_done();
    assert_eq!((again.counts("workflow"), again.counts("execution")), ([0, 0, 0], [1, 31, 0]));
}

#[test]
fn many_invalid_rows_do_not_flood_the_screen() {
    let bench = Bench::new();
    bench.change_python("UPDATE wtb_audit_logs SET severity = 'fatal' || char(27) || '[31m' WHERE id > 300");
    let stopped = bench.import(&[]);
    assert_eq!(stopped.code, Some(1));
    let lines: Vec<_> = stopped.stderr.lines().collect();
    assert!(lines[0].starts_with("wtb: 60 rows break a rule in python.db"), "{}", lines[0]);
    assert_eq!((lines.len(), lines[21]), (22, "  … and 40 more"));
    assert!(!stopped.stderr.contains('\u{1b}'), "stored text does not steer the terminal");
}
