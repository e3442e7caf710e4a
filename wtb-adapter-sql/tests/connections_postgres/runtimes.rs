//! Units and runtimes that end in one order or the other.

use super::*;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use tokio::runtime::{Builder, Runtime};

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().expect("a runtime")
}

#[test]
fn a_unit_that_is_dropped_outside_of_any_runtime_is_rolled_back() {
    let runtime = runtime();
    let (database, mut observer) = runtime.block_on(place());
    let store = runtime.block_on(open(options(database.url())));
    drop(runtime.block_on(unit_that_wrote(&store, "dropped")));
    runtime.block_on(observer.until_no_transactions());
    assert!(!runtime.block_on(is_stored(&store, "dropped")));
}

#[test]
fn a_unit_that_outlives_its_runtime_is_rolled_back() {
    let ours = runtime();
    let (database, mut observer) = ours.block_on(place());
    let theirs = runtime();
    let store = theirs.block_on(open(options(database.url())));
    let unit = theirs.block_on(unit_that_wrote(&store, "dropped"));
    drop(theirs);
    drop(unit);
    ours.block_on(observer.until_no_transactions());
}

#[test]
fn a_unit_of_a_runtime_that_shuts_down_is_rolled_back() {
    let ours = runtime();
    let (database, mut observer) = ours.block_on(place());
    let theirs = runtime();
    let store = theirs.block_on(open(options(database.url())));
    let unit = theirs.block_on(unit_that_wrote(&store, "dropped"));
    theirs.spawn(async move {
        let _unit = unit;
        std::future::pending::<()>().await;
    });
    theirs.shutdown_background();
    ours.block_on(observer.until_no_transactions());
}

#[test]
fn a_store_goes_on_in_another_runtime() {
    let ours = runtime();
    let (database, _observer) = ours.block_on(place());
    let theirs = runtime();
    let store = theirs.block_on(open(options(database.url())));
    theirs.block_on(add(&store, "theirs"));
    drop(theirs);
    ours.block_on(add(&store, "ours"));
    assert!(ours.block_on(is_stored(&store, "theirs")));
}

/// What a call answers that is made outside of any runtime and has nothing to wait for.
fn outside<T>(call: impl Future<Output = T>) -> T {
    match pin!(call).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(answer) => answer,
        Poll::Pending => panic!("it waits for something"),
    }
}

#[test]
fn outside_of_any_runtime_calls_fail_and_say_why() {
    let runtime = runtime();
    let (database, mut observer) = runtime.block_on(place());
    let store = runtime.block_on(open(options(database.url())));
    let no_runtime = |error: StoreError| {
        let StoreError::Backend { source, .. } = error else { panic!("{error:?}") };
        assert_eq!(source.to_string(), "there is no tokio runtime here; use the store inside of one");
    };
    no_runtime(outside(store.begin()).map(drop).unwrap_err());
    no_runtime(outside(store.begin_read()).map(drop).unwrap_err());
    no_runtime(outside(store.take_turn(LONG)).map(drop).unwrap_err());
    let mut unit = runtime.block_on(unit_that_wrote(&store, "half"));
    no_runtime(outside(unit.workflows().add(workflow("other"))).map(drop).unwrap_err());
    let unit = runtime.block_on(unit_that_wrote(&store, "half"));
    no_runtime(outside(unit.commit()).unwrap_err());
    let refused = outside(postgres::open(options(database.url()))).unwrap_err();
    assert!(refused.to_string().contains("there is no tokio runtime here"), "{refused}");
    runtime.block_on(observer.until_no_transactions());
    assert!(!runtime.block_on(is_stored(&store, "half")));
}
