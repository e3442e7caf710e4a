//! Upgrading files: what every database has to do, and what only files can suffer.

mod killed;
mod subject;

use super::*;
use crate::migrations::scenarios::{Subject, scenarios};
use std::time::Duration;
use subject::FileSubject;

scenarios!(FileSubject);

#[tokio::test(start_paused = true)]
async fn another_starter_is_waited_for_but_not_for_ever() {
    let subject = FileSubject::new().await;
    subject.upgrade(&STEPS).await.unwrap();
    let other = subject.connection();
    other.execute_batch("PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE").unwrap();
    for refused in [
        subject.upgrade(&STEPS).await.unwrap_err(),
        subject.open(Migrate::Verify, &STEPS).await.unwrap_err(),
        subject.status(&STEPS).await.unwrap_err(),
    ] {
        let thirty = Duration::from_secs(30);
        assert!(matches!(refused, OpenError::FileLocked { waited, .. } if waited == thirty), "{refused:?}");
    }
    other.execute_batch("ROLLBACK").unwrap();
    subject.upgrade(&STEPS).await.unwrap();
}

#[tokio::test]
async fn tables_of_others_with_the_same_name_as_the_history_are_theirs() {
    for theirs in [
        "CREATE TABLE schema_migrations (version TEXT PRIMARY KEY)",
        "CREATE TABLE schema_migrations (version BIGINT PRIMARY KEY, dirty BOOLEAN)",
        "CREATE VIEW schema_migrations AS SELECT 1 AS version",
    ] {
        let subject = FileSubject::new().await;
        subject.execute(theirs).await;
        let refused = subject.upgrade(&STEPS).await.unwrap_err();
        assert!(matches!(refused, OpenError::OtherDatabase { .. }), "{theirs}: {refused:?}");
    }
}
