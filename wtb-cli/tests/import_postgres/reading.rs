//! What is read: which tables, in which order and from which moment.

use crate::bench::ROWS;
use crate::python::Python;

#[tokio::test]
async fn rows_come_in_the_order_in_which_they_were_made_even_if_they_were_moved() {
    let python = Python::new().await;
    python.import(&[]).assert_done();
    for (table, key) in [
        ("wtb_executions", "id"),
        ("wtb_node_boundaries", "id"),
        ("wtb_node_variants", "id"),
        ("wtb_evaluation_results", "id"),
        ("wtb_audit_logs", "id"),
    ] {
        // Each row goes to the end of its file, the last ones first.
        let rows = format!("SELECT {key} FROM {table} ORDER BY ctid DESC");
        python
            .execute(&format!(
                "DO $$ DECLARE row record; BEGIN
                    FOR row IN {rows} LOOP UPDATE {table} SET {key} = {key} WHERE {key} = row.{key}; END LOOP;
                END $$"
            ))
            .await;
    }
    python.import(&["--store", "sqlite:///moved.db"]).assert_done();
    assert_eq!(python.bench.content("moved.db"), python.bench.content("store.db"));
}

#[tokio::test]
async fn everything_is_of_one_moment() {
    let python = Python::new().await;
    // The log is read last.
    let lock = python.locked("wtb_audit_logs").await;
    let mut import = python.bench.command(&["import", python.url(), "--json"]).spawn().unwrap();
    python.import_waits().await;
    python
        .execute(
            "UPDATE wtb_workflows SET name = 'changed'; DELETE FROM wtb_evaluation_results;
             INSERT INTO wtb_outbox SELECT 1000, 'new', event_type, aggregate_type, aggregate_id, payload, status,
                retry_count, max_retries, created_at FROM wtb_outbox LIMIT 1",
        )
        .await;
    assert!(import.try_wait().unwrap().is_none(), "it has not read everything yet");
    drop(lock);
    let answer: crate::bench::Answer = import.wait_with_output().unwrap().into();
    answer.assert_done();
    assert_eq!(python.bench.rows(), ROWS);
    let outbox = answer.json()["no_home"]["tables"][1].clone();
    assert_eq!(outbox, serde_json::json!({"table": "wtb_outbox", "rows": 44}));
}

#[tokio::test]
async fn the_source_is_left_as_it_was() {
    let python = Python::new().await;
    let everything =
        "SELECT string_agg(c::text, ' ' ORDER BY c.oid) || database_to_xml(false, false, '')::text
        FROM pg_class c WHERE oid >= 16384";
    let before = python.text(everything).await;
    python.import(&[]).assert_done();
    assert!(python.text(everything).await == before);
}

#[tokio::test]
async fn a_database_that_cannot_be_written_to_is_read() {
    let python = Python::new().await;
    python
        .execute(&format!(
            "ALTER DATABASE \"{}\" SET default_transaction_read_only = on",
            python.database_name()
        ))
        .await;
    python.import(&[]).assert_done();
    assert_eq!(python.bench.rows(), ROWS);
}

#[tokio::test]
async fn the_search_path_tells_which_tables_are_meant() {
    let python = Python::new().await;
    python
        .execute(
            "CREATE SCHEMA team;
             CREATE TABLE team.wtb_workflows AS SELECT * FROM wtb_workflows;
             CREATE TABLE team.wtb_executions AS SELECT * FROM wtb_executions;
             UPDATE team.wtb_workflows SET name = 'of the team'",
        )
        .await;
    for (path, of_the_team, entries) in
        [("public", false, 360), ("team", true, 0), ("team,public", true, 360), ("public,team", false, 360)]
    {
        let store = format!("{path}.db");
        let url = python.url_with("search_path", path);
        let answer = python.import_from(&url, &["--store", &format!("sqlite:///{store}")]);
        answer.assert_done();
        assert_eq!(answer.counts("audit entry")[0], entries, "{path}");
        assert_eq!(python.bench.content(&store)[0].contains("of the team"), of_the_team, "{path}");
    }
}

#[tokio::test]
async fn a_table_in_parts_is_one_table() {
    let python = Python::new().await;
    python
        .execute(
            "CREATE TABLE \"Odd \"\"notes\" (\"a note\" int, made date) PARTITION BY RANGE (made);
             CREATE TABLE old_notes PARTITION OF \"Odd \"\"notes\" FOR VALUES FROM (MINVALUE) TO ('2026-01-01');
             CREATE TABLE new_notes PARTITION OF \"Odd \"\"notes\" DEFAULT;
             INSERT INTO \"Odd \"\"notes\" VALUES (1, '2025-12-31'), (2, '2026-01-01'), (3, '2026-01-02')",
        )
        .await;
    let tables = python.import(&[]).json()["no_home"]["tables"].clone();
    assert_eq!(tables.as_array().unwrap().len(), 3);
    assert_eq!(tables[2], serde_json::json!({"table": "Odd \"notes", "rows": 3}));
}
