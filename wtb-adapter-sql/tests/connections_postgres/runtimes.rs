//! Units and runtimes that end in one order or the other.

use super::*;
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
