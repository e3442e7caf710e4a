//! The connections of a store in PostgreSQL: which are kept, which are replaced, and how long anything is waited for.

#![expect(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "this file is tests")]

mod at_home;
mod changed_types;
mod given_up;
mod hostile_settings;
mod lost;
mod opening;
mod outcomes;
mod rights;
mod runtimes;
mod short_deadlines;
mod trips;
mod waiting;
mod without_a_server;

#[path = "../support/database.rs"]
mod database;
#[path = "../support/observer.rs"]
mod observer;
#[path = "../support/proxy.rs"]
mod proxy;

use database::{database, open, options};
use observer::Observer;
use std::time::{Duration, Instant};
use wtb_adapter_sql::postgres::{self, PostgresOptions, PostgresStore};
use wtb_domain::{Json, Timestamp, Workflow, WorkflowId};
use wtb_ports::{BoxUnitOfWork, Retry, StoreError, StoreResult, UnitOfWorkFactory};
use wtb_test_postgres::TestDatabase;

/// Much longer than anything takes here, much shorter than a hang.
const LONG: Duration = Duration::from_secs(30);

/// A database, and somebody who looks at it from outside of the store.
async fn place() -> (TestDatabase, Observer) {
    let database = database().await;
    let observer = Observer::of(database.url()).await;
    (database, observer)
}

fn workflow(id: &str) -> Workflow {
    Workflow::new(WorkflowId::new(id).expect("an id"), id, Json::new("{}"), Timestamp::UNIX_EPOCH)
}

/// What `begin` answers, however busy the machine is and however short a unit may wait.
async fn begun<F: Future<Output = StoreResult<BoxUnitOfWork>>>(begin: impl Fn() -> F) -> BoxUnitOfWork {
    let since = Instant::now();
    loop {
        match begin().await {
            Ok(unit) => return unit,
            Err(error) => assert!(error.retry() == Retry::WholeUnit && since.elapsed() < LONG, "{error:?}"),
        }
    }
}

/// A unit that has added a workflow.
async fn unit_that_wrote(store: &PostgresStore, id: &str) -> BoxUnitOfWork {
    let mut unit = begun(|| store.begin()).await;
    unit.workflows().add(workflow(id)).await.expect("added");
    unit
}

async fn add(store: &PostgresStore, id: &str) {
    unit_that_wrote(store, id).await.commit().await.expect("committed");
}

/// Whether a workflow is stored.
async fn is_stored(store: &PostgresStore, id: &str) -> bool {
    let mut unit = begun(|| store.begin_read()).await;
    let found = unit.workflows().get_by_id(&WorkflowId::new(id).expect("an id")).await.expect("read");
    unit.rollback().await.expect("rolled back");
    found.is_some()
}

/// A role that may read and write every table but sees no row where policies decide, and its url.
async fn ordinary_role(database: &TestDatabase, observer: &mut Observer) -> (String, String) {
    let role = format!("{}_ordinary", database.name());
    observer
        .execute(&format!(
            "CREATE ROLE \"{role}\" LOGIN PASSWORD 'hunter2';
             GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO \"{role}\""
        ))
        .await;
    let (_, server) = database.url().rsplit_once('@').expect("a user");
    let url = format!("postgresql://{role}:hunter2@{server}");
    (role, url)
}

async fn drop_role(role: &str, observer: &mut Observer) {
    observer.until_connections(0).await;
    observer.execute(&format!("DROP OWNED BY \"{role}\"; DROP ROLE \"{role}\"")).await;
}

/// What was waited for in vain; the whole unit may be tried again.
fn waited_for<T>(answer: StoreResult<T>) -> String {
    match answer {
        Err(error @ StoreError::Unavailable { .. }) => {
            assert_eq!(error.retry(), Retry::WholeUnit);
            error.to_string().strip_prefix("waited in vain for ").expect("what for").to_owned()
        }
        Err(other) => panic!("{other:?}"),
        Ok(_) => panic!("nothing was waited for"),
    }
}
