//! Upgrading databases: what every one has to do, and what only servers can suffer.

mod rights;
mod subject;
mod waits;

use super::*;
use crate::migrations::scenarios::{Subject, scenarios};
use subject::DatabaseSubject;

scenarios!(DatabaseSubject);

#[tokio::test]
async fn tables_of_others_with_the_same_name_as_the_history_are_theirs() {
    for theirs in [
        "CREATE TABLE schema_migrations (version TEXT PRIMARY KEY)",
        "CREATE TABLE schema_migrations (version BIGINT PRIMARY KEY, dirty BOOLEAN)",
    ] {
        let subject = DatabaseSubject::new().await;
        subject.execute(theirs).await;
        let refused = subject.upgrade(&STEPS).await.unwrap_err();
        assert!(matches!(refused, OpenError::OtherDatabase { .. }), "{theirs}: {refused:?}");
    }
}
