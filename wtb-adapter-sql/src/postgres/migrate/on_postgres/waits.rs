//! Starters that wait for another, and what they find when it is their turn.

use super::super::{Migrated, STEPS, Upgrade, apply};
use super::subject::DatabaseSubject;
use crate::OpenError;
use crate::migrations::names;
use crate::migrations::scenarios::Subject;
use std::time::Duration;
use tokio::time::sleep;

/// An upgrade that has the lock and goes no further.
async fn holder(subject: &DatabaseSubject) -> Upgrade {
    let mut upgrade = Upgrade::connect(&subject.options(), &STEPS).await.unwrap();
    upgrade.lock().await.unwrap();
    upgrade
}

/// Comes back once somebody waits for the lock.
async fn until_somebody_waits(subject: &DatabaseSubject) {
    let waiting = "SELECT mode FROM pg_locks JOIN pg_stat_activity USING (pid)
        WHERE datname = current_database() AND locktype = 'advisory' AND NOT granted";
    while subject.texts(waiting).await.is_empty() {
        sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn another_starter_is_waited_for_but_not_for_ever() {
    let subject = DatabaseSubject::new().await;
    let holder = holder(&subject).await;
    let mut waits = Upgrade::connect(&subject.options(), &STEPS).await.unwrap();
    waits.patience = Duration::from_millis(20);
    let refused = waits.apply().await.unwrap_err();
    let waited_for =
        |error: &OpenError| matches!(error, OpenError::Busy { waited, .. } if *waited == waits.patience);
    assert!(waited_for(&refused), "{refused:?}");
    holder.close().await;
    waits.patience = Duration::from_secs(30);
    assert_eq!(waits.apply().await.unwrap().now, names(&STEPS));
}

#[tokio::test]
async fn a_table_that_others_lock_is_waited_for_but_not_for_ever() {
    let subject = DatabaseSubject::new().await;
    subject.upgrade(&STEPS).await.unwrap();
    let mut other = subject.connection().await;
    sqlx::raw_sql("BEGIN; LOCK TABLE schema_migrations").execute(&mut other).await.unwrap();
    let mut waits = Upgrade::connect(&subject.options(), &STEPS).await.unwrap();
    waits.patience = Duration::from_millis(20);
    let refused = waits.status().await.unwrap_err();
    assert!(matches!(refused, OpenError::Busy { .. }), "{refused:?}");
}

/// What one starter commits while another waits must be seen by that other.
async fn the_second_finds_it_done(subject: &DatabaseSubject) {
    let mut first = holder(subject).await;
    let options = subject.options();
    let second = tokio::spawn(async move { apply(&options, &STEPS).await });
    until_somebody_waits(subject).await;
    let done = first.apply_what_is_missing().await.unwrap();
    assert_eq!(done, Migrated { before: vec![], now: names(&STEPS) });
    let found = second.await.unwrap().unwrap();
    assert_eq!(found, Migrated { before: names(&STEPS), now: vec![] });
}

#[tokio::test]
async fn whoever_waited_finds_it_done() {
    the_second_finds_it_done(&DatabaseSubject::new().await).await;
}

#[tokio::test]
async fn whoever_waited_finds_it_done_whatever_isolation_the_database_is_set_to() {
    let subject = DatabaseSubject::new().await;
    let name = subject.database.name();
    let strict = format!("ALTER DATABASE \"{name}\" SET default_transaction_isolation = 'serializable'");
    subject.execute(&strict).await;
    the_second_finds_it_done(&subject).await;
}

#[tokio::test]
async fn whoever_waits_goes_on_when_the_other_is_killed() {
    let subject = DatabaseSubject::new().await;
    let mut killed = holder(&subject).await;
    killed.make_history().await.unwrap();
    let options = subject.options();
    let waits = tokio::spawn(async move { apply(&options, &STEPS).await });
    until_somebody_waits(&subject).await;
    // As the system closes what a killed process had open: without a word.
    drop(killed);
    assert_eq!(waits.await.unwrap().unwrap().now, names(&STEPS));
}
