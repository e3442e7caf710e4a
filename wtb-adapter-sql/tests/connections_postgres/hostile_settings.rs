//! Settings of a database or a role that would change what a store does: the store replaces them, or refuses to open.

use super::*;
use std::error::Error;
use wtb_adapter_sql::OpenError;
use wtb_domain::{Execution, ExecutionId};
use wtb_ports::PageRequest;
use wtb_test_postgres::TestServer;

const HOSTILE: [(&str, &str); 31] = [
    ("statement_timeout", "'20ms'"),
    ("lock_timeout", "'1ms'"),
    ("idle_in_transaction_session_timeout", "'1ms'"),
    // What a connection is opened with must come within this time.
    ("idle_session_timeout", "'2s'"),
    ("search_path", "pg_catalog"),
    ("default_transaction_isolation", "serializable"),
    ("default_transaction_deferrable", "on"),
    ("session_replication_role", "replica"),
    ("synchronous_commit", "off"),
    ("row_security", "on"),
    ("client_encoding", "LATIN1"),
    ("DateStyle", "'SQL, DMY'"),
    ("IntervalStyle", "sql_standard"),
    ("TimeZone", "'Asia/Kolkata'"),
    ("bytea_output", "escape"),
    ("extra_float_digits", "-15"),
    ("standard_conforming_strings", "off"),
    ("backslash_quote", "off"),
    ("quote_all_identifiers", "on"),
    ("array_nulls", "off"),
    ("xmloption", "document"),
    ("transform_null_equals", "on"),
    ("default_toast_compression", "pglz"),
    ("plan_cache_mode", "force_custom_plan"),
    ("enable_indexscan", "off"),
    ("enable_bitmapscan", "off"),
    ("enable_indexonlyscan", "off"),
    ("enable_seqscan", "off"),
    ("enable_sort", "off"),
    ("enable_hashjoin", "off"),
    ("jit_above_cost", "0"),
];

/// An empty database in which all of them are set.
async fn hostile_place() -> (TestDatabase, Observer) {
    let database = TestServer::get().await.expect("a server").empty_database().await.expect("a database");
    let mut observer = Observer::of(database.url()).await;
    for (name, value) in HOSTILE {
        observer.execute(&format!("ALTER DATABASE \"{}\" SET {name} = {value}", database.name())).await;
    }
    (database, observer)
}

/// What these settings are for a unit that writes.
async fn settings_of_units(store: &PostgresStore, observer: &mut Observer, names: &str) -> Vec<String> {
    observer
        .execute(&format!(
            "CREATE TABLE seen (number serial, name text, value text);
             CREATE FUNCTION look() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                 INSERT INTO public.seen (name, value) SELECT name, current_setting(name)
                     FROM unnest(string_to_array('{names}', ' ')) AS name;
                 RETURN NEW; END $$;
             CREATE TRIGGER look BEFORE INSERT ON workflows FOR EACH ROW EXECUTE FUNCTION look()"
        ))
        .await;
    add(store, "looks").await;
    observer.texts("SELECT name || ' ' || value FROM seen ORDER BY number").await
}

#[tokio::test]
async fn settings_of_the_database_do_not_change_what_a_store_does() {
    let (database, _observer) = hostile_place().await;
    let store = open(options(database.url())).await;
    add(&store, "ünï").await;
    tokio::time::sleep(Duration::from_millis(2_500)).await;
    add(&store, "loans").await;

    // As long as the hostile limits for what a unit waits for, and much longer.
    let mut unit = unit_that_wrote(&store, "later").await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    unit.workflows().add(workflow("last")).await.expect("added");
    unit.commit().await.expect("committed");

    let mut unit = begun(|| store.begin()).await;
    let taken = unit.workflows().add(workflow("loans")).await;
    assert!(matches!(taken, Err(StoreError::AlreadyExists { field: "id", .. })), "{taken:?}");
    let mut unit = begun(|| store.begin()).await;
    let (id, absent) = (ExecutionId::new("orphan").unwrap(), WorkflowId::new("absent").unwrap());
    let orphan = Execution::new(id, absent, Timestamp::UNIX_EPOCH);
    let refused = unit.executions().add(orphan).await;
    assert!(matches!(refused, Err(StoreError::MissingReference { .. })), "{refused:?}");

    let mut unit = begun(|| store.begin_read()).await;
    let found = unit.workflows().list_all(PageRequest::default()).await.expect("listed").items;
    let ids: Vec<_> = found.iter().map(|workflow| workflow.id.as_ref()).collect();
    assert_eq!(ids, ["ünï", "loans", "later", "last"]);
}

#[tokio::test]
async fn what_is_promised_is_set_for_every_unit() {
    for pooler in [false, true] {
        let (database, mut observer) = hostile_place().await;
        let store = open(options(database.url()).pooler(pooler)).await;
        observer.execute("SET search_path = public").await;
        let names = "statement_timeout lock_timeout search_path row_security synchronous_commit session_replication_role";
        assert_eq!(
            settings_of_units(&store, &mut observer, names).await,
            [
                "statement_timeout 1min",
                "lock_timeout 5s",
                "search_path public",
                "row_security off",
                "synchronous_commit on",
                "session_replication_role origin"
            ]
        );
    }
}

#[tokio::test]
async fn a_url_may_ask_for_commits_that_do_not_wait_for_the_disk() {
    let (database, mut observer) = place().await;
    let url = format!("{}?options=-c%20synchronous_commit%3Doff", database.url());
    let store = open(options(&url)).await;
    let found = settings_of_units(&store, &mut observer, "synchronous_commit").await;
    assert_eq!(found, ["synchronous_commit off"]);
}

#[tokio::test]
async fn rows_that_a_policy_hides_are_not_taken_for_absent() {
    for pooler in [false, true] {
        let (database, mut observer) = place().await;
        add(&open(options(database.url())).await, "hidden").await;
        let (role, url) = ordinary_role(&database, &mut observer).await;
        observer.execute("ALTER TABLE workflows ENABLE ROW LEVEL SECURITY").await;
        let store = open(options(&url).pooler(pooler)).await;
        let mut unit = begun(|| store.begin_read()).await;
        let listed = unit.workflows().list_all(PageRequest::default()).await;
        drop((unit, store));
        drop_role(&role, &mut observer).await;
        let Err(StoreError::Backend { source, .. }) = listed else { panic!("{listed:?}") };
        assert!(source.to_string().contains("row-level security policy for table \"workflows\""), "{source}");
    }
}

#[tokio::test]
async fn a_policy_on_the_steps_of_the_schema_is_named_as_a_store_is_opened() {
    let (database, mut observer) = place().await;
    let (role, url) = ordinary_role(&database, &mut observer).await;
    observer.execute("ALTER TABLE schema_migrations ENABLE ROW LEVEL SECURITY").await;
    let refused = postgres::open(options(&url)).await.unwrap_err();
    drop_role(&role, &mut observer).await;
    let OpenError::Forbidden { reason, .. } = &refused else { panic!("{refused:?}") };
    assert!(reason.contains("row-level security policy"), "{reason}");
}

#[tokio::test]
async fn a_role_that_cannot_have_references_checked_is_refused() {
    let (database, mut observer) = place().await;
    let (role, url) = ordinary_role(&database, &mut observer).await;
    let set = format!("ALTER DATABASE \"{}\" SET session_replication_role = replica", database.name());
    observer.execute(&set).await;
    let refused = postgres::open(options(&url)).await.unwrap_err();
    drop_role(&role, &mut observer).await;
    let OpenError::Unreachable { reason, .. } = &refused else { panic!("{refused:?}") };
    assert!(reason.ends_with("references are not checked: reset it for this database and role"), "{reason}");
    assert!(refused.source().is_some());
}
