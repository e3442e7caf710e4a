//! What the values of a PostgreSQL database mean: the same as those of an SQLite file.

use crate::bench::ROWS;
use crate::python::Python;

/// Asserts that the store has what an import of the sample from its SQLite file leaves.
#[track_caller]
fn assert_same_as_from_the_file(python: &Python) {
    python.bench.import(&["--store", "sqlite:///expected.db"]).assert_done();
    let (content, expected) = (python.bench.content("store.db"), python.bench.content("expected.db"));
    assert_eq!(content.len() as u64, ROWS.iter().map(|(_, rows)| rows).sum::<u64>());
    for (content, expected) in content.iter().zip(&expected) {
        assert_eq!(content, expected);
    }
    assert_eq!(content.len(), expected.len());
}

#[tokio::test]
async fn every_value_is_the_same_as_from_an_sqlite_file() {
    let python = Python::new().await;
    let answer = python.import(&[]);
    answer.assert_done();
    assert_same_as_from_the_file(&python);
    let report = answer.json();
    assert_eq!(report["source"], python.name());
    let tables =
        serde_json::json!([{"table": "wtb_batch_tests", "rows": 2}, {"table": "wtb_outbox", "rows": 44}]);
    assert_eq!(report["no_home"]["tables"], tables);
    let columns: Vec<_> = report["no_home"]["columns"]
        .as_array()
        .unwrap()
        .iter()
        .map(|column| (column["column"].as_str().unwrap(), column["values"].as_u64().unwrap()))
        .collect();
    let expected =
        [("tool_count", 140), ("checkpoint_count", 140), ("batch_test_id", 19), ("created_at", 360)];
    assert_eq!(columns, expected);
}

#[tokio::test]
async fn other_types_that_a_column_may_have_mean_the_same() {
    let python = Python::new().await;
    python
        .execute(
            "CREATE TYPE status AS ENUM ('pending', 'running', 'paused', 'completed', 'failed', 'cancelled');
             CREATE DOMAIN document AS json;
             CREATE DOMAIN own_document AS document;
             CREATE DOMAIN label AS varchar(255);
             CREATE DOMAIN yes AS boolean;
             ALTER TABLE wtb_executions DROP CONSTRAINT ck_execution_status;
             ALTER TABLE wtb_evaluation_results DROP CONSTRAINT wtb_evaluation_results_execution_id_fkey;
             ALTER TABLE wtb_workflows
                ALTER definition TYPE json USING definition::json,
                ALTER name TYPE name,
                ALTER created_at TYPE timestamptz USING created_at AT TIME ZONE 'UTC';
             ALTER TABLE wtb_executions
                ALTER id TYPE uuid USING id::uuid,
                ALTER status TYPE status USING status::status,
                ALTER current_state TYPE own_document USING current_state::json,
                ALTER breakpoints TYPE jsonb USING breakpoints::jsonb,
                ALTER current_node_id TYPE label,
                ALTER agentgit_session_id TYPE varchar(128),
                ALTER agentgit_checkpoint_id TYPE numeric(20, 3),
                ALTER started_at TYPE timestamptz USING started_at AT TIME ZONE 'UTC';
             ALTER TABLE wtb_node_boundaries
                ALTER id TYPE bigint,
                ALTER internal_session_id TYPE smallint,
                ALTER node_id TYPE char(100);
             ALTER TABLE wtb_checkpoint_files ALTER total_size_bytes TYPE double precision;
             ALTER TABLE wtb_node_variants ALTER is_active TYPE smallint USING is_active::integer;
             ALTER TABLE wtb_evaluation_results
                ALTER execution_id TYPE uuid USING execution_id::uuid,
                ALTER passed TYPE yes,
                ALTER overall_score TYPE numeric USING overall_score::text::numeric,
                ALTER metrics TYPE document USING metrics::json;
             ALTER TABLE wtb_audit_logs
                ALTER duration_ms TYPE numeric USING duration_ms::text::numeric,
                ALTER timestamp TYPE text,
                ALTER details TYPE json USING details::json",
        )
        .await;
    python.import(&[]).assert_done();
    assert_same_as_from_the_file(&python);
}

#[tokio::test]
async fn how_the_server_is_set_up_does_not_matter() {
    let python = Python::new().await;
    python
        .execute(
            "ALTER TABLE wtb_executions
                ALTER created_at TYPE timestamptz USING created_at AT TIME ZONE 'UTC'",
        )
        .await;
    for setting in [
        "datestyle = 'German, DMY'",
        "timezone = 'Asia/Tokyo'",
        "extra_float_digits = -10",
        "client_encoding = 'LATIN1'",
        "standard_conforming_strings = off",
    ] {
        python.execute(&format!("ALTER DATABASE \"{}\" SET {setting}", python.database_name())).await;
    }
    python.import(&[]).assert_done();
    assert_same_as_from_the_file(&python);
}

#[tokio::test]
async fn a_measured_value_that_is_null_or_nan_is_refused_and_documents_with_nan_are_named() {
    for (change, row) in [
        ("overall_score = NULL", "overall_score: it is NULL"),
        ("overall_score = 'NaN'", "overall_score: a number must be finite, this one is NaN"),
        ("passed = NULL", "passed: it is NULL"),
        ("evaluation_duration_ms = NULL", "evaluation_duration_ms: it is NULL"),
        (
            "metadata = '{\"a\": -Infinity}'",
            "metadata: -Infinity at byte 6 is not JSON; --nan-as-null stores null",
        ),
    ] {
        let python = Python::new().await;
        python
            .execute(&format!(
                "ALTER TABLE wtb_evaluation_results ALTER passed DROP NOT NULL, ALTER overall_score DROP NOT NULL,
                    ALTER evaluation_duration_ms DROP NOT NULL;
                 UPDATE wtb_evaluation_results SET {change} WHERE id = (SELECT min(id) FROM wtb_evaluation_results)"
            ))
            .await;
        let refusal = python.refusal_from(python.url());
        assert!(refusal.ends_with(&format!(", {row}\n")), "{refusal}");
        let partial = python.import(&["--skip-invalid"]);
        assert_eq!((partial.code, partial.counts("evaluation result")), (Some(2), [21, 0, 1]));
    }
}

/// Adds an evaluation result with this score, written as PostgreSQL reads it, and a log entry at this time.
async fn add(python: &Python, id: &str, score: &str, time: &str) {
    let sql = format!(
        "INSERT INTO wtb_evaluation_results (id, execution_id, evaluator_name, overall_score, passed,
            evaluation_duration_ms, evaluated_at)
            SELECT '{id}', max(id), 'e', '{score}', true, 0, '{time}' FROM wtb_executions"
    );
    python.execute(&sql).await;
}

#[tokio::test]
async fn numbers_and_times_at_the_edge_keep_every_bit() {
    let python = Python::new().await;
    let cases = [
        ("least", "5e-324", 5e-324, "0001-01-01 00:00:00", -62_135_596_800_000_000),
        ("sum", "0.30000000000000004", 0.1 + 0.2, "1969-12-31 23:59:59.999999", -1),
        ("most", "1.7976931348623157e308", f64::MAX, "9999-12-31 23:59:59.999999", 253_402_300_799_999_999),
        ("whole", "-9007199254740993", -9_007_199_254_740_992.0, "1970-01-01 00:00:00.1", 100_000),
    ];
    for (id, score, _, time, _) in cases {
        add(&python, id, score, time).await;
    }
    python.import(&[]).assert_done();
    let store = python.bench.store();
    for (id, _, score, _, micros) in cases {
        let sql = "SELECT score, evaluated_at FROM evaluation_results WHERE id = ?1";
        let found: (f64, i64) = store.query_row(sql, [id], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
        assert_eq!((found.0.to_bits(), found.1), (score.to_bits(), micros), "{id}");
    }
}

#[tokio::test]
async fn times_without_offset_are_in_the_zone_and_others_are_not() {
    let python = Python::new().await;
    python
        .execute(
            "ALTER TABLE wtb_workflows ALTER created_at TYPE timestamptz;
             UPDATE wtb_workflows SET
                created_at = '2026-07-01 12:00:00.000001+05:30', updated_at = '2026-07-01 12:00:00.000001'",
        )
        .await;
    python.import(&["--timezone", "Europe/Berlin"]).assert_done();
    let times = |column| {
        python.bench.number(&format!("SELECT {column} - unixepoch('2026-07-01') * 1000000 FROM workflows"))
    };
    let hour = 3_600_000_000;
    assert_eq!((times("created_at"), times("updated_at")), (hour * 13 / 2 + 1, hour * 10 + 1));
}

#[tokio::test]
async fn documents_keep_their_very_text() {
    let python = Python::new().await;
    let document = r#" {"b": 1,"a" :1.10, "a":1e400, "\u00fc": "\ud83d\ude00 ü😀"} "#;
    for kind in ["text", "json"] {
        python
            .execute(&format!("ALTER TABLE wtb_workflows ALTER definition TYPE {kind} USING '{document}'"))
            .await;
        let store = format!("{kind}.db");
        python.import(&["--store", &format!("sqlite:///{store}")]).assert_done();
        let content = python.bench.content(&store);
        assert!(content[0].contains(&format!("Text({document:?})")), "{kind}: {}", content[0]);
    }
}

#[tokio::test]
async fn what_no_column_holds_is_named_and_stops_the_import() {
    for (change, row) in [
        (
            "ALTER TABLE wtb_workflows ALTER name TYPE bytea USING name::bytea",
            "name: it should be text, and is binary data",
        ),
        (
            "ALTER TABLE wtb_workflows ALTER name TYPE text[] USING ARRAY[name]",
            "name: it should be text, and is of type text[]",
        ),
        (
            "UPDATE wtb_workflows SET created_at = 'infinity'",
            "created_at: \"infinity\" is not a time like 2026-01-31 23:59:59.000001",
        ),
        (
            "UPDATE wtb_workflows SET created_at = '0044-03-15 BC'",
            "created_at: \"0044-03-15 00:00:00 BC\" is not a time like 2026-01-31 23:59:59.000001",
        ),
    ] {
        let python = Python::new().await;
        python.execute(change).await;
        let refusal = python.refusal_from(python.url());
        let expected = format!(
            "wtb: 1 row breaks a rule in DATABASE, so nothing was imported (--skip-invalid imports everything else)\n  \
             wtb_workflows 9ac6cb80-62c7-49d2-8068-cfc6eac97cf3, {row}\n"
        );
        assert_eq!(refusal, expected);
    }
}
