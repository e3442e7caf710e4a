//! Which rows are forgotten.

use super::*;
use crate::DatabaseUrl;
use crate::postgres::{self, PostgresOptions, PostgresStore};
use sqlx::{Connection, PgConnection, raw_sql};
use wtb_ports::UnitOfWorkFactory;
use wtb_ports::UnitOutcome::{Forgotten, Kept, NotKept};
use wtb_test_postgres::TestServer;

/// The ids of units of which some commit.
async fn units<const N: usize>(store: &PostgresStore, commits: [bool; N]) -> Vec<UnitId> {
    let mut ids = Vec::new();
    for commits in commits {
        let mut unit = store.begin().await.unwrap();
        ids.push(unit.identify().await.unwrap());
        if commits { unit.commit().await } else { unit.rollback().await }.unwrap();
    }
    ids
}

/// What became of them for a store that remembers this many.
async fn outcomes(store: &PostgresStore, ids: &[UnitId], remembered: i64) -> Vec<UnitOutcome> {
    let mut outcomes = Vec::new();
    for id in ids {
        let (place, asked) = parsed(id).unwrap();
        let (lease, own) =
            store.primary.begin_to_write(deadline_after(Duration::from_mins(1))).await.unwrap();
        let engine = PostgresEngine::writing(lease, own, None);
        outcomes.push(look(engine, place, asked, own, remembered).await.unwrap().unwrap());
    }
    outcomes
}

#[tokio::test]
async fn only_the_newest_units_are_remembered() {
    let database = TestServer::get().await.unwrap().empty_database().await.unwrap();
    let DatabaseUrl::Postgres(url) = DatabaseUrl::parse(database.url()).unwrap() else { panic!("a url") };
    let store = postgres::open(PostgresOptions::new(url)).await.unwrap();
    let ids = units(&store, [true, false, true, true, true]).await;
    forget_all_but(&store.primary, 2).await.unwrap();
    assert_eq!(outcomes(&store, &ids, 2).await, [Forgotten, Forgotten, Forgotten, Kept, Kept]);
}

#[tokio::test]
async fn new_units_are_remembered_after_the_clock_of_the_server_was_set_back() {
    let database = TestServer::get().await.unwrap().empty_database().await.unwrap();
    let DatabaseUrl::Postgres(url) = DatabaseUrl::parse(database.url()).unwrap() else { panic!("a url") };
    let store = postgres::open(PostgresOptions::new(url)).await.unwrap();
    let mut observer: PgConnection = PgConnection::connect(database.url()).await.unwrap();
    let earlier =
        "INSERT INTO kept_units SELECT now() + n * interval '1 day', n FROM generate_series(1, 10) AS n";
    raw_sql(earlier).execute(&mut observer).await.unwrap();
    let ids = units(&store, [true, false, true]).await;
    assert_eq!(outcomes(&store, &ids, 10).await, [Kept, NotKept, Kept]);
    forget_all_but(&store.primary, 10).await.unwrap();
    assert_eq!(outcomes(&store, &ids, 10).await, [Kept, NotKept, Kept]);
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
