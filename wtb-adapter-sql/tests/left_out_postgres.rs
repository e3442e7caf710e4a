//! Triggers and rules that leave rows out, on PostgreSQL.

#![expect(clippy::expect_used, clippy::panic, reason = "this file is tests")]

mod support {
    pub(crate) mod database;
    pub(crate) mod left_out;
}

use sqlx::{AssertSqlSafe, Connection, PgConnection, raw_sql};
use std::sync::Arc;
use support::database::{self, database, options};
use support::left_out::{LEFT_OUT, add_one, changes_are_refused, inserts_are_refused};
use wtb_contract::samples;
use wtb_ports::{StoreError, UnitOfWorkFactory};
use wtb_test_postgres::TestDatabase;

async fn store() -> (Arc<dyn UnitOfWorkFactory>, PgConnection, TestDatabase) {
    let database = database().await;
    let store = database::open(options(database.url())).await;
    let mut other = PgConnection::connect(database.url()).await.expect("a connection");
    let function = "CREATE FUNCTION leave_out() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'";
    raw_sql(function).execute(&mut other).await.expect("a function");
    (Arc::new(store), other, database)
}

async fn leave_out(other: &mut PgConnection, events: &str, table: &str, condition: &str) {
    let sql = format!(
        "CREATE TRIGGER leave_out BEFORE {events} ON {table} FOR EACH ROW WHEN ({condition})
         EXECUTE FUNCTION leave_out()"
    );
    raw_sql(AssertSqlSafe(sql)).execute(other).await.expect("a trigger");
}

#[tokio::test]
async fn rows_that_a_trigger_leaves_out_are_not_told_as_stored() {
    let (store, mut other, _database) = store().await;
    let condition = format!("new.id LIKE '%{LEFT_OUT}%'");
    leave_out(&mut other, "INSERT", "checkpoint_files", &condition).await;
    leave_out(&mut other, "INSERT", "audit_logs", &format!("new.message LIKE '%{LEFT_OUT}%'")).await;
    inserts_are_refused(store).await;
}

#[tokio::test]
async fn an_update_or_delete_that_a_trigger_leaves_out_is_not_told_as_done() {
    let (store, mut other, _database) = store().await;
    add_one(&store).await;
    leave_out(&mut other, "UPDATE OR DELETE", "checkpoint_files", "true").await;
    changes_are_refused(store).await;
}

#[tokio::test]
async fn a_unit_whose_row_of_the_commit_log_is_left_out_is_not_committed() {
    for pooler in [false, true] {
        let (_, mut other, database) = store().await;
        let store = database::open(options(database.url()).pooler(pooler)).await;
        leave_out(&mut other, "INSERT", "kept_units", "true").await;
        let workflow = samples::workflow("loans");
        let mut unit = store.begin().await.expect("a unit");
        unit.workflows().add(workflow.clone()).await.expect("added");
        unit.identify().await.expect("identified");
        match unit.commit().await {
            Err(StoreError::Backend { source, .. }) => {
                assert!(source.to_string().contains("kept_units"), "{source}");
            }
            other => panic!("{other:?}"),
        }
        let mut unit = store.begin_read().await.expect("a unit");
        assert_eq!(unit.workflows().get_by_id(&workflow.id).await.expect("read"), None);
    }
}
