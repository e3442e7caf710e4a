//! The whole contract, on a store that reads from a replica.

use crate::support::pair::{Pair, Server};
use async_trait::async_trait;
use std::num::NonZeroU32;
use std::sync::Arc;
use tokio::task::JoinSet;
use wtb_adapter_sql::OpenError;
use wtb_adapter_sql::postgres::{self, PostgresOptions, SchemaName};
use wtb_contract::{Backend, Case, StoreSpec, all_cases};
use wtb_ports::{BoxUnitOfWork, StoreError, StoreResult, UnitId, UnitOfWorkFactory, UnitOutcome};

/// How many cases run at the same time.
const AT_ONCE: usize = 4;

/// Every unit that reads asks for own writes, as the cases do not expect a state of a while ago.
#[derive(Debug)]
struct ReadsOwnWrites(Arc<dyn UnitOfWorkFactory>);

#[async_trait]
impl UnitOfWorkFactory for ReadsOwnWrites {
    async fn begin(&self) -> StoreResult<BoxUnitOfWork> {
        self.0.begin().await
    }

    async fn begin_read(&self) -> StoreResult<BoxUnitOfWork> {
        self.0.begin_read_own_writes().await
    }

    async fn begin_read_own_writes(&self) -> StoreResult<BoxUnitOfWork> {
        self.0.begin_read_own_writes().await
    }

    async fn outcome_of(&self, unit: &UnitId) -> StoreResult<UnitOutcome> {
        self.0.outcome_of(unit).await
    }
}

/// A store in a new schema that has connected, however busy the machine is and however short a unit may wait.
async fn open(options: PostgresOptions, case: Case, number: usize) -> Backend {
    let StoreSpec { connections, wait, .. } = StoreSpec::new(case.group, case.name);
    let schema = SchemaName::new(format!("case_{number}")).expect("a name");
    let connections = NonZeroU32::new(connections).expect("at least one connection");
    let options = options.schema(schema).max_connections(connections).wait(wait);
    let store = loop {
        match postgres::open(options.clone()).await {
            Ok(store) => break store,
            Err(error) => assert!(matches!(error, OpenError::Unreachable { .. }), "{error:?}"),
        }
    };
    while let Err(error) = store.begin_read().await {
        assert!(matches!(error, StoreError::Unavailable { .. }), "{error:?}");
    }
    Backend::new(store)
}

/// Runs every case on a store of its own and answers how many there are, and the names of those that fail.
async fn failing(
    options: &PostgresOptions,
    decorate: impl Fn(Backend) -> Backend + Copy + Send + Sync + 'static,
) -> (i64, Vec<String>) {
    let (mut running, mut failing) = (JoinSet::new(), Vec::new());
    let mut cases = all_cases().into_iter().zip(0..);
    let mut count = 0;
    loop {
        while running.len() < AT_ONCE
            && let Some((case, number)) = cases.next()
        {
            let options = options.clone();
            running.spawn(async move {
                let store = decorate(open(options, case, number).await);
                let run = tokio::spawn(async move { case.run(store).await });
                (format!("{case:?}"), run.await.is_ok())
            });
        }
        let Some(done) = running.join_next().await else { return (count, failing) };
        let (name, passes) = done.expect("a store for every case");
        failing.extend((!passes).then_some(name));
        count += 1;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes many minutes on a busy machine, and was not yet seen to the end; run with --run-ignored all"]
async fn the_contract_holds_where_units_read_own_writes_from_a_replica() {
    let pair = Pair::start().await;
    let decorate = |backend: Backend| backend.decorated(|store| Arc::new(ReadsOwnWrites(store)));
    let (cases, failing) = failing(&pair.options(), decorate).await;
    assert_eq!(failing, [""; 0]);

    // The replica counts how often the tables of each case were read there.
    let read_there =
        "SELECT count(DISTINCT schemaname) FROM pg_stat_user_tables WHERE seq_scan + idx_scan > 0";
    let read_there: i64 = pair.ask(Server::Replica, read_there).await;
    assert!(10 * read_there > 9 * cases, "{read_there} of {cases} cases read from the replica");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes many minutes on a busy machine, and was not yet seen to the end; run with --run-ignored all"]
async fn the_contract_holds_where_units_read_from_the_same_server() {
    let pair = Pair::start().await;
    let options = pair.options();
    let options = options.clone().read_url(options.url);
    let (_, failing) = failing(&options, |backend| backend).await;
    assert_eq!(failing, [""; 0]);
}
