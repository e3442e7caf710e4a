//! Which rows are forgotten.

use super::*;
use crate::DatabaseUrl;
use crate::postgres::{self, PostgresOptions};
use wtb_ports::UnitOfWorkFactory;
use wtb_ports::UnitOutcome::{Forgotten, Kept};
use wtb_test_postgres::TestServer;

#[tokio::test]
async fn only_the_newest_units_are_remembered() {
    let database = TestServer::get().await.unwrap().empty_database().await.unwrap();
    let DatabaseUrl::Postgres(url) = DatabaseUrl::parse(database.url()).unwrap() else { panic!("a url") };
    let store = postgres::open(PostgresOptions::new(url)).await.unwrap();
    let mut ids = Vec::new();
    for commits in [true, false, true, true, true] {
        let mut unit = store.begin().await.unwrap();
        ids.push(unit.identify().await.unwrap());
        if commits { unit.commit().await } else { unit.rollback().await }.unwrap();
    }
    forget_all_but(&store.primary, 2).await.unwrap();
    let mut outcomes = Vec::new();
    for id in &ids {
        let (place, asked) = parsed(id).unwrap();
        let (lease, own) =
            store.primary.begin_to_write(deadline_after(Duration::from_mins(1))).await.unwrap();
        let engine = PostgresEngine::writing(lease, own, None);
        outcomes.push(look(engine, place, asked, own, 2).await.unwrap().unwrap());
    }
    assert_eq!(outcomes, [Forgotten, Forgotten, Forgotten, Kept, Kept]);
}

#[tokio::test]
async fn old_units_are_forgotten_now_and_then() {
    let database = TestServer::get().await.unwrap().empty_database().await.unwrap();
    let DatabaseUrl::Postgres(url) = DatabaseUrl::parse(database.url()).unwrap() else { panic!("a url") };
    let store = postgres::open(PostgresOptions::new(url)).await.unwrap();
    let since = || store.primary.kept_units.since.load(Ordering::Relaxed);
    for _ in 1..BETWEEN_LOOKS {
        store.primary.unit_is_kept();
    }
    assert_eq!(since(), BETWEEN_LOOKS - 1);
    store.primary.unit_is_kept();
    assert_eq!(since(), 0);
}
