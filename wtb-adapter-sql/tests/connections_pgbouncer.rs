//! The connections of a store behind PgBouncer: what is left on its servers, and how long they are waited for.

#![expect(clippy::expect_used, clippy::panic, reason = "this file is tests")]

mod support {
    pub(crate) mod database;
    pub(crate) mod pgbouncer;
}

use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, Row, raw_sql};
use std::time::{Duration, Instant};
use support::database::{database, open, options};
use support::pgbouncer::PgBouncer;
use tokio::task::JoinSet;
use wtb_adapter_sql::OpenError;
use wtb_adapter_sql::postgres::{self, PostgresStore, SchemaName};
use wtb_domain::{AuditEntry, EventType, Json, Severity, Timestamp, Workflow, WorkflowId};
use wtb_ports::{PageRequest, Retry, StoreError, UnitOfWorkFactory};
use wtb_test_postgres::TestServer;

/// Two servers, which each transaction gets anew.
const TRANSACTIONS: &str = "pool_mode = transaction";

fn workflow(id: &str) -> Workflow {
    Workflow::new(WorkflowId::new(id).expect("an id"), id, Json::new("{}"), Timestamp::UNIX_EPOCH)
}

/// Writes, reads, fails, and drops a call half-way.
async fn use_every_way(store: &PostgresStore, id: &str) {
    let mut unit = store.begin().await.expect("a unit");
    unit.workflows().add(workflow(id)).await.expect("added");
    let entry = AuditEntry::new(Timestamp::UNIX_EPOCH, EventType::NODE_STARTED, Severity::Info, "started");
    unit.audit_logs().append_logs(None, vec![entry; 10]).await.expect("appended");
    unit.commit().await.expect("committed");
    let mut unit = store.begin_read().await.expect("a unit that reads");
    unit.workflows().list_all(PageRequest::default()).await.expect("listed");
    drop(unit);
    let mut unit = store.begin().await.expect("a unit");
    unit.workflows().add(workflow(id)).await.expect_err("it is there");
    let mut unit = store.begin().await.expect("a unit");
    let added = unit.workflows().add(workflow("late"));
    let _ = tokio::time::timeout(Duration::ZERO, added).await;
}

#[tokio::test]
async fn nothing_is_left_on_the_servers_of_a_pooler() {
    let database = database().await;
    let pooler = PgBouncer::with(TRANSACTIONS, database.url());
    let url = pooler.url(database.url());
    let store = open(options(&url).pooler(true).statement_timeout(Duration::from_secs(77))).await;
    for number in 0..5 {
        use_every_way(&store, &number.to_string()).await;
    }

    let mut servers = Vec::new();
    for _ in 0..2 {
        // Each keeps a server for itself while its transaction is open.
        let plain: PgConnectOptions = url.parse().expect("a url");
        let mut server = plain.extra_float_digits(None).connect().await.expect("a connection");
        raw_sql("BEGIN").execute(&mut server).await.expect("a server");
        servers.push(server);
    }
    for server in &mut servers {
        let left = raw_sql(
            "SELECT (SELECT count(*)::text FROM pg_prepared_statements), current_setting('statement_timeout')",
        );
        let left = left.fetch_one(server).await.expect("an answer");
        assert_eq!((left.get::<&str, _>(0), left.get::<&str, _>(1)), ("0", "0"));
    }
}

#[tokio::test]
async fn a_store_that_was_not_told_of_the_pooler_is_told_so_as_it_is_opened() {
    for more in ["", "ignore_startup_parameters = options"] {
        let database = database().await;
        let pooler = PgBouncer::with(&format!("{TRANSACTIONS}\n{more}"), database.url());
        let refused = postgres::open(options(&pooler.url(database.url()))).await.unwrap_err();
        let OpenError::Unreachable { reason, .. } = refused else { panic!("{refused:?}") };
        assert_eq!(
            reason,
            "prepared statement \"wtb_connection\" already exists; set storage.pooler where a pooler stands in between"
        );
    }
}

#[tokio::test]
async fn a_pooler_that_drops_startup_parameters_drops_no_setting() {
    for (mode, pooler) in [("session", false), ("transaction", true)] {
        let database = database().await;
        let proxy = PgBouncer::with(
            &format!("pool_mode = {mode}\nignore_startup_parameters = options"),
            database.url(),
        );
        let options = options(&proxy.url(database.url()))
            .pooler(pooler)
            .schema(SchemaName::new("team2").expect("a name"))
            .statement_timeout(Duration::from_millis(300));
        let store = open(options.clone()).await;
        let mut unit = store.begin().await.expect("a unit");
        unit.workflows().add(workflow("theirs")).await.expect("added");
        unit.commit().await.expect("committed");
        drop(store);
        assert_eq!(postgres::migrations(&options).await.expect("a status").pending, Vec::<&str>::new());

        let direct: PgConnectOptions = database.url().parse().expect("a url");
        let mut direct = direct.connect().await.expect("a connection");
        let rows = "SELECT (SELECT count(*)::text FROM team2.workflows), (SELECT count(*)::text FROM public.workflows)";
        let rows = raw_sql(rows).fetch_one(&mut direct).await.expect("an answer");
        assert_eq!((rows.get::<&str, _>(0), rows.get::<&str, _>(1)), ("1", "0"), "{mode}");

        let slow = "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN PERFORM pg_sleep(60); RETURN NEW; END $$;
            CREATE TRIGGER slow BEFORE INSERT ON team2.workflows FOR EACH ROW EXECUTE FUNCTION slow()";
        raw_sql(slow).execute(&mut direct).await.expect("a trigger");
        let store = open(options).await;
        let mut unit = store.begin().await.expect("a unit");
        let error = unit.workflows().add(workflow("slow")).await.unwrap_err();
        assert_eq!(error.to_string(), "waited in vain for a statement to end", "{mode}");
    }
}

#[tokio::test]
async fn a_server_of_the_pooler_is_waited_for_no_longer_than_a_unit_may() {
    let wait = Duration::from_secs(2);
    let database = database().await;
    let pooler = PgBouncer::with(TRANSACTIONS, database.url());
    let store = open(options(&pooler.url(database.url())).pooler(true).wait(wait)).await;
    let first = store.begin().await.expect("a unit");
    let _second = store.begin().await.expect("another");
    let begun = Instant::now();
    let error = store.begin().await.map(drop).unwrap_err();
    assert!((wait..wait * 20).contains(&begun.elapsed()), "{:?}", begun.elapsed());
    let StoreError::Unavailable { waited_for, .. } = &error else { panic!("{error:?}") };
    assert!(waited_for.starts_with("an answer of postgresql://127.0.0.1:"), "{error}");
    assert_eq!(error.retry(), Retry::WholeUnit);

    let begun = store.begin();
    let (third, first) = tokio::join!(begun, first.rollback());
    first.expect("rolled back");
    third.expect("its turn").rollback().await.expect("rolled back");
}

#[tokio::test]
async fn stores_that_open_an_empty_database_at_once_do_not_disturb_each_other() {
    let server = TestServer::get().await.expect("a server");
    let database = server.empty_database().await.expect("a database");
    let pooler = PgBouncer::with(TRANSACTIONS, database.url());
    let options = options(&pooler.url(database.url())).pooler(true).wait(Duration::from_secs(30));
    let mut stores = JoinSet::new();
    for number in 0..12 {
        let options = options.clone();
        stores.spawn(async move {
            let store = open(options).await;
            let mut unit = store.begin().await.expect("a unit");
            unit.workflows().add(workflow(&number.to_string())).await.expect("added");
            unit.commit().await.expect("committed");
        });
    }
    stores.join_all().await;
}

#[tokio::test]
async fn stores_open_while_others_use_the_servers() {
    let database = database().await;
    let pooler = PgBouncer::with(TRANSACTIONS, database.url());
    let options = options(&pooler.url(database.url())).pooler(true).wait(Duration::from_secs(30));
    let store = open(options.clone()).await;
    let mut others = JoinSet::new();
    for number in 0..6 {
        let store = store.clone();
        others.spawn(async move {
            for time in 0..5 {
                use_every_way(&store, &format!("{number} {time}")).await;
            }
        });
    }
    while others.try_join_next().is_none() {
        let status = postgres::migrations(&options).await.expect("a status");
        assert_eq!(status.pending, Vec::<&str>::new());
    }
    others.join_all().await;
}
