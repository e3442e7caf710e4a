//! What became of a unit whose commit nobody heard of, asked through another connection.

use super::*;
use crate::proxy::{Fault, Proxy};
use wtb_ports::{UnitId, UnitOutcome};

/// How long the server may take, and how long its answer.
const LIMIT: Duration = Duration::from_secs(1);

async fn outcome(store: &PostgresStore, unit: &UnitId) -> UnitOutcome {
    let since = Instant::now();
    loop {
        match store.outcome_of(unit).await {
            Ok(outcome) => return outcome,
            Err(error) => assert!(error.retry() == Retry::WholeUnit && since.elapsed() < LONG, "{error:?}"),
        }
    }
}

/// A unit that was identified and has added a workflow.
async fn identified(store: &PostgresStore, workflow: &str) -> (UnitId, BoxUnitOfWork) {
    let mut unit = unit_that_wrote(store, workflow).await;
    (unit.identify().await.expect("identified"), unit)
}

async fn committed(store: &PostgresStore, workflow: &str) -> UnitId {
    let (id, unit) = identified(store, workflow).await;
    unit.commit().await.expect("committed");
    id
}

#[tokio::test]
async fn a_commit_that_is_cut_off_is_told_as_it_was() {
    let (database, mut observer) = place().await;
    let healthy = open(options(database.url())).await;
    for (number, fault, expected) in [
        (1, Fault::CutBefore, UnitOutcome::NotKept),
        (2, Fault::CutAfter, UnitOutcome::Kept),
        (3, Fault::SilentAfter, UnitOutcome::Kept),
        (4, Fault::SilentBefore, UnitOutcome::NotKept),
    ] {
        let proxy = Proxy::before(database.url()).await;
        let store = open(options(&proxy.url(database.url())).wait(LIMIT).statement_timeout(LIMIT)).await;
        let name = number.to_string();
        let (id, unit) = identified(&store, &name).await;
        proxy.on("COMMIT", fault);
        let error = unit.commit().await.unwrap_err();
        assert!(matches!(error, StoreError::OutcomeUnknown { .. }), "{error:?}");
        drop((proxy, store));
        assert_eq!(outcome(&healthy, &id).await, expected, "{fault:?}");
        assert_eq!(is_stored(&healthy, &name).await, expected == UnitOutcome::Kept, "{fault:?}");
        observer.until_no_transactions().await;
    }
}

#[tokio::test]
async fn an_open_unit_is_waited_for_as_long_as_was_said() {
    let (database, _observer) = place().await;
    let store = open(options(database.url()).wait(LIMIT)).await;
    let (id, unit) = identified(&store, "open").await;
    let since = Instant::now();
    let waited_for = waited_for(store.outcome_of(&id).await);
    assert_eq!(waited_for, format!("the end of a unit in {}", options(database.url()).url));
    assert!((LIMIT / 2..LONG).contains(&since.elapsed()), "{:?}", since.elapsed());
    let (asked, committed) = tokio::join!(outcome(&store, &id), unit.commit());
    committed.expect("committed");
    assert_eq!(asked, UnitOutcome::Kept);
}

#[tokio::test]
async fn units_of_other_databases_and_schemas_are_forgotten() {
    let ((one, _), (other, _)) = (place().await, place().await);
    let (here, there) = (open(options(one.url())).await, open(options(other.url())).await);
    let beside = open(options(one.url()).schema("beside".parse().unwrap())).await;
    let id = committed(&here, "here").await;
    for store in [&there, &beside] {
        committed(store, "there").await;
        assert_eq!(outcome(store, &id).await, UnitOutcome::Forgotten);
    }
    assert_eq!(outcome(&open(options(one.url())).await, &id).await, UnitOutcome::Kept);
}

/// The id of a unit with another transaction: what remains when the server gives an id that it lost to a second one.
fn with_transaction(id: &UnitId, xid: impl Fn(i64) -> i64, began: impl Fn(i64) -> i64) -> UnitId {
    let parts: Vec<&str> = id.as_str().split('.').collect();
    let [database, schema, number, micros] = parts[..] else { panic!("{id}") };
    let (number, micros) = (xid(number.parse().unwrap()), began(micros.parse().unwrap()));
    format!("{database}.{schema}.{number}.{micros}").parse().unwrap()
}

#[tokio::test]
async fn a_transaction_that_the_server_lost_is_not_taken_for_one_with_the_same_id() {
    let (database, _observer) = place().await;
    let store = open(options(database.url())).await;
    let id = committed(&store, "second").await;
    let lost = with_transaction(&id, |xid| xid, |began| began - 1_000_000);
    assert_eq!(outcome(&store, &lost).await, UnitOutcome::NotKept);
    let not_given_again_yet = with_transaction(&id, |xid| xid + 1_000_000, |began| began);
    assert_eq!(outcome(&store, &not_given_again_yet).await, UnitOutcome::NotKept);
    assert_eq!(outcome(&store, &id).await, UnitOutcome::Kept);
}

#[tokio::test]
async fn an_error_of_a_commit_that_proves_no_rollback_leaves_it_in_doubt_until_it_is_asked_about() {
    let (database, mut observer) = place().await;
    let store = open(options(database.url())).await;
    observer
        .execute(
            "CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS
                 $$ BEGIN RAISE EXCEPTION USING ERRCODE = NEW.id; END $$;
             CREATE CONSTRAINT TRIGGER fail AFTER INSERT ON workflows DEFERRABLE INITIALLY DEFERRED
                 FOR EACH ROW EXECUTE FUNCTION fail()",
        )
        .await;
    for (code, in_doubt) in [("XX000", true), ("57P01", true), ("40001", false), ("23514", false)] {
        let (id, unit) = identified(&store, code).await;
        let error = unit.commit().await.unwrap_err();
        assert_eq!(matches!(error, StoreError::OutcomeUnknown { .. }), in_doubt, "{code}: {error:?}");
        assert_eq!(outcome(&store, &id).await, UnitOutcome::NotKept, "{code}");
    }
}
