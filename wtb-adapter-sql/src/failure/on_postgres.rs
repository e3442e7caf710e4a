//! The table of PostgreSQL's codes, with errors that PostgreSQL really answered.

use super::*;
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, PgConnection, raw_sql};
use std::time::Duration;
use wtb_domain::{CheckpointFile, EntityKind, Execution, Workflow};
use wtb_test_postgres::{TestDatabase, TestServer};

const TABLES: &str = "
    CREATE TABLE parents (
        id TEXT CONSTRAINT workflows_by_id PRIMARY KEY, name TEXT, version TEXT,
        CONSTRAINT workflows_by_name_and_version UNIQUE (name, version)
    );
    CREATE TABLE children (
        parent TEXT CONSTRAINT executions_workflow_id_fkey REFERENCES parents (id), amount INT CHECK (amount > 0)
    );
    INSERT INTO parents VALUES ('p', 'n', 'v'), ('q', 'n', 'w'), ('r', 'n', 'x');
    INSERT INTO children VALUES ('p', 1)";

/// A database with two tables, and as many connections to it as there are units.
async fn connections<const N: usize>() -> (TestDatabase, [PgConnection; N]) {
    let server = TestServer::get().await.expect("a server");
    let database = server.empty_database().await.expect("a database");
    let mut connections = Vec::with_capacity(N);
    for _ in 0..N {
        connections.push(PgConnection::connect(database.url()).await.expect("a connection"));
    }
    run(&mut connections[0], TABLES).await;
    (database, connections.try_into().expect("as many as asked for"))
}

async fn run(connection: &mut PgConnection, sql: &str) {
    raw_sql(AssertSqlSafe(sql)).execute(connection).await.expect(sql);
}

async fn failure(connection: &mut PgConnection, sql: &str) -> Failure {
    raw_sql(AssertSqlSafe(sql)).execute(connection).await.expect_err(sql).into()
}

/// What was waited for in vain.
fn waited_for(failure: Failure) -> String {
    match failure.during("add") {
        StoreError::Unavailable { waited_for, source: Some(_) } => waited_for.into_owned(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn taken_keys_name_their_fields() {
    let (_database, [mut connection]) = connections().await;
    for sql in [
        "INSERT INTO parents VALUES ('p', 'other', 'v')",
        "INSERT INTO parents SELECT * FROM unnest('{a,p}'::text[], '{a,b}'::text[], '{v,v}'::text[])",
        "INSERT INTO parents VALUES ('a', 'a', 'v'), ('a', 'b', 'v')",
        "UPDATE parents SET id = 'q' WHERE id = 'r'",
    ] {
        let error = failure(&mut connection, sql).await.about::<Workflow>(Deed::Wrote, "add");
        let StoreError::AlreadyExists { entity: EntityKind::Workflow, field: "id" } = error else {
            panic!("{sql}: {error:?}");
        };
    }
    for sql in ["INSERT INTO parents VALUES ('a', 'n', 'v')", "UPDATE parents SET version = 'v'"] {
        let error = failure(&mut connection, sql).await.about::<Workflow>(Deed::Wrote, "add");
        assert!(matches!(error, StoreError::AlreadyExists { field: Workflow::UNIQUE, .. }), "{error:?}");
    }
}

#[tokio::test]
async fn the_values_of_a_taken_key_do_not_matter() {
    let (_database, [mut connection]) = connections().await;
    let sql = "INSERT INTO parents VALUES ($$)=(id)=($$, $$)=(id)=($$, $$)=(id)=($$)";
    run(&mut connection, sql).await;
    let sql = "INSERT INTO parents VALUES ('other', $$)=(id)=($$, $$)=(id)=($$)";
    let error = failure(&mut connection, sql).await.about::<Workflow>(Deed::Wrote, "add");
    assert!(matches!(error, StoreError::AlreadyExists { field: Workflow::UNIQUE, .. }), "{error:?}");
}

/// `quote_all_identifiers` puts the columns in quotes; a role that may not read the table gets no detail.
#[tokio::test]
async fn taken_keys_and_broken_references_do_not_depend_on_the_words_of_the_server() {
    let (database, [mut connection]) = connections().await;
    let role = format!("{}_writer", database.name());
    for setting in [
        "SET quote_all_identifiers = on".to_owned(),
        format!(
            "CREATE ROLE \"{role}\"; GRANT INSERT ON parents TO \"{role}\"; GRANT INSERT ON children TO \"{role}\";
             ALTER TABLE parents ENABLE ROW LEVEL SECURITY;
             CREATE POLICY all_rows ON parents FOR INSERT TO \"{role}\" WITH CHECK (true);
             SET SESSION AUTHORIZATION \"{role}\""
        ),
    ] {
        run(&mut connection, &setting).await;
        for (sql, field) in [
            ("INSERT INTO parents VALUES ('p', 'other', 'v')", "id"),
            ("INSERT INTO parents VALUES ('other', 'n', 'v')", Workflow::UNIQUE),
        ] {
            let error = failure(&mut connection, sql).await.about::<Workflow>(Deed::Wrote, "add");
            let StoreError::AlreadyExists { entity: EntityKind::Workflow, field: told } = error else {
                panic!("{setting}, {sql}: {error:?}");
            };
            assert_eq!(told, field, "{setting}, {sql}");
        }
        let error = failure(&mut connection, "INSERT INTO children VALUES ('absent', 1)").await;
        let error = error.about::<Execution>(Deed::Wrote, "add");
        assert!(matches!(error, StoreError::MissingReference { .. }), "{setting}: {error:?}");
    }
    run(
        &mut connection,
        &format!("RESET SESSION AUTHORIZATION; DROP OWNED BY \"{role}\"; DROP ROLE \"{role}\""),
    )
    .await;
}

#[tokio::test]
async fn a_constraint_that_is_not_of_this_schema_is_no_answer_for_callers() {
    let (_database, [mut connection]) = connections().await;
    run(
        &mut connection,
        "CREATE UNIQUE INDEX theirs ON children (amount);
         ALTER TABLE children ADD CONSTRAINT their_key FOREIGN KEY (parent) REFERENCES parents (id);
         ALTER TABLE children DROP CONSTRAINT executions_workflow_id_fkey",
    )
    .await;
    for sql in ["INSERT INTO children VALUES ('q', 1)", "INSERT INTO children VALUES ('absent', 2)"] {
        let error = failure(&mut connection, sql).await.about::<Execution>(Deed::Wrote, "add");
        assert!(matches!(error, StoreError::Backend { operation: "add", .. }), "{sql}: {error:?}");
    }
}

#[tokio::test]
async fn a_taken_key_that_the_entity_does_not_know_is_no_answer_for_callers() {
    let (_database, [mut connection]) = connections().await;
    let taken = failure(&mut connection, "INSERT INTO parents VALUES ('other', 'n', 'v')").await;
    let error = taken.about::<CheckpointFile>(Deed::Wrote, "add to checkpoint_files");
    assert!(matches!(error, StoreError::Backend { operation: "add to checkpoint_files", .. }), "{error:?}");
}

#[tokio::test]
async fn a_broken_reference_is_told_by_what_was_done() {
    let (_database, [mut connection]) = connections().await;
    let error = failure(&mut connection, "INSERT INTO children VALUES ('nobody', 1)").await;
    let error = error.about::<Execution>(Deed::Wrote, "add");
    let StoreError::MissingReference { entity: EntityKind::Execution, refers_to: EntityKind::Workflow } =
        error
    else {
        panic!("{error:?}");
    };
    let error = failure(&mut connection, "DELETE FROM parents").await;
    let error = error.about::<Workflow>(Deed::Deleted, "delete");
    assert!(matches!(error, StoreError::StillReferenced { entity: EntityKind::Workflow }), "{error:?}");
}

#[tokio::test]
async fn the_transaction_that_comes_second_is_told_of_a_conflict() {
    const BEGIN: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM parents";
    for (first_does, second_does) in [
        ("UPDATE parents SET name = 'first' WHERE id = 'q'", "UPDATE parents SET name = 's' WHERE id = 'q'"),
        ("UPDATE parents SET name = 'first' WHERE id = 'q'", "DELETE FROM parents WHERE id = 'q'"),
        ("DELETE FROM parents WHERE id = 'q'", "UPDATE parents SET name = 's' WHERE id = 'q'"),
        ("DELETE FROM parents WHERE id = 'q'", "INSERT INTO children VALUES ('q', 1)"),
    ] {
        let (_database, [mut first, mut second]) = connections().await;
        run(&mut second, BEGIN).await;
        run(&mut first, first_does).await;
        let error = failure(&mut second, second_does).await.about::<Workflow>(Deed::Wrote, "add");
        assert!(
            matches!(error, StoreError::Conflict { operation: "add", source: Some(_) }),
            "{first_does}, {second_does}: {error:?}"
        );
    }
}

#[tokio::test]
async fn the_victim_of_a_deadlock_is_told_of_a_conflict() {
    let (_database, [mut first, mut second]) = connections().await;
    for (connection, own) in [(&mut first, "q"), (&mut second, "r")] {
        run(connection, "SET deadlock_timeout = '10ms'; BEGIN").await;
        run(connection, &format!("DELETE FROM parents WHERE id = '{own}'")).await;
    }
    let (one, other) = tokio::join!(
        raw_sql("DELETE FROM parents WHERE id = 'r'; ROLLBACK").execute(&mut first),
        raw_sql("DELETE FROM parents WHERE id = 'q'; ROLLBACK").execute(&mut second),
    );
    let victims: Vec<_> = [one, other].into_iter().filter_map(Result::err).collect();
    assert_eq!(victims.len(), 1);
    for victim in victims {
        assert_eq!(sqlstate(&victim).as_deref(), Some("40P01"));
        let error = Failure::from(victim).during("delete");
        assert!(matches!(error, StoreError::Conflict { operation: "delete", .. }), "{error:?}");
    }
}

#[tokio::test]
async fn what_takes_too_long_is_named() {
    let (_database, [mut first, mut second]) = connections().await;
    run(&mut first, "BEGIN; DELETE FROM parents WHERE id = 'q'").await;
    run(&mut second, "SET lock_timeout = '50ms'").await;
    let locked = failure(&mut second, "DELETE FROM parents WHERE id = 'q'").await;
    assert_eq!(waited_for(locked), "a lock that another unit holds");
    run(&mut second, "SET statement_timeout = '50ms'").await;
    assert_eq!(waited_for(failure(&mut second, "SELECT pg_sleep(60)").await), "a statement to end");
}

#[tokio::test]
async fn a_transaction_that_only_reads_waits_for_a_server_that_writes() {
    let (_database, [mut connection]) = connections().await;
    run(&mut connection, "BEGIN READ ONLY").await;
    let refused = failure(&mut connection, "DELETE FROM children").await;
    assert_eq!(waited_for(refused), "a server that can be written to");
}

#[tokio::test]
async fn a_session_that_the_server_ends_is_told_by_its_reason() {
    let (_database, [mut observer, mut idle, mut ended]) = connections().await;
    let pid: i32 = sqlx::query_scalar("SELECT pg_backend_pid()").fetch_one(&mut ended).await.expect("a pid");
    run(&mut observer, &format!("SELECT pg_terminate_backend({pid}, 10000)")).await;
    assert_eq!(waited_for(failure(&mut ended, "SELECT 1").await), "the server to answer");

    let pid: i32 = sqlx::query_scalar("SELECT pg_backend_pid()").fetch_one(&mut idle).await.expect("a pid");
    run(&mut idle, "SET idle_in_transaction_session_timeout = '20ms'; BEGIN").await;
    let is_there = format!("SELECT EXISTS (SELECT FROM pg_stat_activity WHERE pid = {pid})");
    while sqlx::query_scalar(AssertSqlSafe(is_there.clone()))
        .fetch_one(&mut observer)
        .await
        .expect("yes or no")
    {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let late = failure(&mut idle, "SELECT 1").await;
    assert_eq!(waited_for(late), "the next call of a unit, which the server rolled back meanwhile");
}

#[tokio::test]
async fn a_role_that_has_all_its_connections_waits_for_one() {
    let (database, [mut connection]) = connections().await;
    let role = format!("{}_failure", database.name());
    run(&mut connection, &format!("CREATE ROLE \"{role}\" LOGIN PASSWORD 'secret' CONNECTION LIMIT 0")).await;
    let options: PgConnectOptions = database.url().parse().expect("a url");
    let refused = options.username(&role).password("secret").connect().await;
    run(&mut connection, &format!("DROP ROLE \"{role}\"")).await;
    let refused = Failure::from(refused.expect_err("there is none"));
    assert_eq!(waited_for(refused), "one of the server's connections");
}

#[tokio::test]
async fn a_rule_that_the_domain_should_have_kept_is_a_fault_of_the_store() {
    let (_database, [mut connection]) = connections().await;
    for (sql, code) in [
        ("INSERT INTO children VALUES ('p', 0)", "23514"),
        ("INSERT INTO children VALUES ('p', 'text')", "22P02"),
        ("INSERT INTO parents VALUES (E'\\xff', 'a', 'a')", "22021"),
        ("nonsense", "42601"),
    ] {
        let refused = raw_sql(sql).execute(&mut connection).await.expect_err(sql);
        assert_eq!(sqlstate(&refused).as_deref(), Some(code), "{sql}");
        let error = Failure::from(refused).about::<Execution>(Deed::Wrote, "add");
        assert!(matches!(error, StoreError::Backend { operation: "add", .. }), "{sql}: {error:?}");
    }
}

#[tokio::test]
async fn what_a_test_cannot_bring_about_is_raised() {
    let (_database, [mut connection]) = connections().await;
    let raised = async |connection: &mut PgConnection, code: &str| {
        failure(connection, &format!("DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '{code}'; END $$")).await
    };
    let full = raised(&mut connection, "53100").await.during("add");
    assert!(matches!(full, StoreError::StorageFull { .. }), "{full:?}");
    for code in ["08006", "57P02", "57P03"] {
        assert_eq!(waited_for(raised(&mut connection, code).await), "the server to answer", "{code}");
    }
}
