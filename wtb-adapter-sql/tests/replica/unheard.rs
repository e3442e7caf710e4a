//! A commit whose outcome nobody heard is not missed.

use crate::support::pair::{PAUSE, Pair, Server, add, sees};
use tokio::time::sleep;
use wtb_adapter_sql::postgres::PostgresStore;
use wtb_contract::samples;
use wtb_domain::Workflow;
use wtb_ports::{StoreError, StoreResult, UnitOfWorkFactory};

/// Somebody has committed and waits for the replica.
const SOMEBODY_COMMITS: &str =
    "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE application_name = 'wtb' AND wait_event = 'SyncRep')";

/// Every commit waits until the replica has it, or none.
async fn set_commits_wait(pair: &Pair, wait: bool) {
    let (commit, names) = if wait { ("remote_apply", "*") } else { ("on", "") };
    pair.run(Server::Primary, &format!("ALTER SYSTEM SET synchronous_commit = {commit}")).await;
    pair.run(Server::Primary, &format!("ALTER SYSTEM SET synchronous_standby_names = '{names}'")).await;
    pair.run(Server::Primary, "SELECT pg_reload_conf()").await;
    pair.until(Server::Primary, &format!("SELECT current_setting('synchronous_standby_names') = '{names}'"))
        .await;
}

/// Replay has stopped, and a commit waits for it.
async fn commit_that_waits(
    pair: &Pair,
    store: &PostgresStore,
) -> (Workflow, tokio::task::JoinHandle<StoreResult<()>>) {
    set_commits_wait(pair, true).await;
    let workflow = samples::workflow("loans");
    let mut unit = store.begin().await.expect("a unit");
    unit.workflows().add(workflow.clone()).await.expect("added");
    pair.stop_replay().await;
    let commit = tokio::spawn(unit.commit());
    pair.until(Server::Primary, SOMEBODY_COMMITS).await;
    (workflow, commit)
}

/// Panics unless own writes are read from the primary until the place of a later commit is known.
async fn assert_not_missed(pair: &Pair, store: &PostgresStore, workflow: &Workflow) {
    let mut unit = store.begin_read_own_writes().await.expect("a unit");
    assert!(sees(&mut unit, workflow).await);
    assert_eq!(pair.server_of_open_unit().await, Server::Primary);
    unit.rollback().await.expect("rolled back");

    pair.resume_replay().await;
    loop {
        add(store, "later").await;
        let mut unit = store.begin_read_own_writes().await.expect("a unit");
        assert!(sees(&mut unit, workflow).await);
        if pair.server_of_open_unit().await == Server::Replica {
            break;
        }
        unit.rollback().await.expect("rolled back");
        sleep(PAUSE).await;
    }
}

#[tokio::test]
async fn a_commit_that_lost_its_server_is_an_own_write() {
    let pair = Pair::start().await;
    let store = pair.store().await;
    let (workflow, commit) = commit_that_waits(&pair, &store).await;
    pair.run(
        Server::Primary,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'",
    )
    .await;
    let outcome = commit.await.expect("no panic");
    assert!(matches!(outcome, Err(StoreError::OutcomeUnknown { .. })), "{outcome:?}");
    set_commits_wait(&pair, false).await;
    assert_not_missed(&pair, &store, &workflow).await;
}

#[tokio::test]
async fn a_commit_that_was_given_up_is_an_own_write() {
    let pair = Pair::start().await;
    let store = pair.store().await;
    let (workflow, commit) = commit_that_waits(&pair, &store).await;
    commit.abort();
    commit.await.expect_err("given up");
    set_commits_wait(&pair, false).await;
    pair.until(Server::Primary, "SELECT EXISTS (SELECT FROM workflows)").await;
    assert_not_missed(&pair, &store, &workflow).await;
}
