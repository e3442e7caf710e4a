//! How often a unit waits for the server; each time costs a way there and back.

use super::*;
use crate::proxy::Proxy;
use wtb_domain::{AuditEntry, EventType, Severity};

const BEGIN: &str = "Q";
const END: &str = "Q";
/// The server reads a statement and says what it needs and answers.
const PREPARE: &str = "PDS";
/// The server executes a statement that it has read.
const EXECUTE: &str = "BECS";
/// The server gets ready for a stream.
const COPY: &str = "Q";
/// A portion of a stream, which nobody answers.
const PORTION: char = 'd';
/// The server has all of a stream.
const END_OF_COPY: &str = "c";

async fn read(store: &PostgresStore) {
    assert!(!is_stored(store, "nobody").await);
}

async fn append(store: &PostgresStore, count: usize) {
    let entry = AuditEntry::new(Timestamp::UNIX_EPOCH, EventType::NODE_STARTED, Severity::Info, "started");
    let mut unit = store.begin().await.expect("a unit");
    unit.audit_logs().append_logs(None, vec![entry; count]).await.expect("appended");
    unit.commit().await.expect("committed");
}

#[tokio::test]
async fn a_statement_that_is_known_is_one_trip() {
    let (database, _observer) = place().await;
    let proxy = Proxy::before(database.url()).await;
    let store = open(options(&proxy.url(database.url())).max_connections(1.try_into().unwrap())).await;
    let _ = proxy.trips();

    add(&store, "one").await;
    assert_eq!(proxy.trips(), [BEGIN, PREPARE, EXECUTE, END]);
    add(&store, "other").await;
    assert_eq!(proxy.trips(), [BEGIN, EXECUTE, END]);

    read(&store).await;
    assert_eq!(proxy.trips(), [BEGIN, PREPARE, EXECUTE, END]);
    read(&store).await;
    assert_eq!(proxy.trips(), [BEGIN, EXECUTE, END]);

    // Only a unit that sees a row in the way asks whether it is still there. Statements are kept through failures.
    for (next, asks) in [("third", [PREPARE, EXECUTE].as_slice()), ("fourth", &[EXECUTE])] {
        let mut failed = store.begin().await.expect("a unit");
        failed.workflows().add(workflow("one")).await.unwrap_err();
        add(&store, next).await;
        assert_eq!(proxy.trips(), [&[BEGIN, EXECUTE], asks, &[END], &[BEGIN, EXECUTE, END]].concat());
    }
}

#[tokio::test]
async fn a_unit_that_can_be_asked_about_costs_no_trip_but_once() {
    let (database, _observer) = place().await;
    let proxy = Proxy::before(database.url()).await;
    let store = open(options(&proxy.url(database.url())).max_connections(1.try_into().unwrap())).await;
    add(&store, "before").await;
    let _ = proxy.trips();
    for (id, asks) in [("first", [PREPARE, EXECUTE].as_slice()), ("second", &[])] {
        let mut unit = unit_that_wrote(&store, id).await;
        unit.identify().await.expect("identified");
        unit.commit().await.expect("committed");
        assert_eq!(proxy.trips(), [&[BEGIN, EXECUTE], asks, &[END]].concat());
    }
}

#[tokio::test]
async fn a_thousand_rows_are_one_trip_and_ten_thousand_are_two() {
    let (database, _observer) = place().await;
    let proxy = Proxy::before(database.url()).await;
    let store = open(options(&proxy.url(database.url()))).await;
    append(&store, 1).await;
    let _ = proxy.trips();
    append(&store, 1_000).await;
    assert_eq!(proxy.trips(), [BEGIN, EXECUTE, END]);
    for (rows, streams) in [(1_001, 1), (10_000, 1), (10_001, 2)] {
        append(&store, rows).await;
        let trips = proxy.trips();
        let trips: Vec<_> = trips.iter().map(|trip| trip.trim_start_matches(PORTION)).collect();
        assert_eq!(trips, [[BEGIN].as_slice(), &[COPY, END_OF_COPY].repeat(streams), &[END]].concat());
    }
}

/// Where rows may be in the way of others, a stream is one trip more: it cannot look for them itself.
#[tokio::test]
async fn a_stream_of_entities_is_one_look_and_two_trips() {
    let (database, _observer) = place().await;
    let proxy = Proxy::before(database.url()).await;
    let store = open(options(&proxy.url(database.url()))).await;
    let add_all = async |name: &str| {
        let workflows = (0..1_001).map(|number| workflow(&format!("{name}-{number}"))).collect();
        let mut unit = store.begin().await.expect("a unit");
        unit.workflows().add_all(workflows).await.expect("added");
        unit.commit().await.expect("committed");
    };
    add_all("first").await;
    let _ = proxy.trips();
    add_all("second").await;
    let trips = proxy.trips();
    let trips: Vec<_> = trips.iter().map(|trip| trip.trim_start_matches(PORTION)).collect();
    assert_eq!(trips, [BEGIN, EXECUTE, COPY, END_OF_COPY, END]);
}

#[tokio::test]
async fn through_a_pooler_every_statement_is_two_trips() {
    let (database, _observer) = place().await;
    let proxy = Proxy::before(database.url()).await;
    let store = open(options(&proxy.url(database.url())).pooler(true)).await;
    let _ = proxy.trips();
    for id in ["one", "other"] {
        add(&store, id).await;
        assert_eq!(proxy.trips(), [BEGIN, PREPARE, EXECUTE, END]);
    }
}

#[tokio::test]
async fn a_unit_that_is_dropped_is_rolled_back_in_one_trip() {
    let (database, mut observer) = place().await;
    let proxy = Proxy::before(database.url()).await;
    let store = open(options(&proxy.url(database.url()))).await;
    let _ = proxy.trips();
    drop(store.begin().await.expect("a unit"));
    observer.until_no_transactions().await;
    assert_eq!(proxy.trips(), [BEGIN, END]);
}
