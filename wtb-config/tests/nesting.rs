//! A unit that writes inside the body of another one of the same store.

#![expect(clippy::unwrap_used, reason = "a test that cannot be arranged has failed")]

use tempfile::TempDir;
use wtb_config::{Preset, Settings, Store, open};
use wtb_domain::WorkflowId;
use wtb_ports::{StoreError, StoreResult};

/// A store in memory and one in SQLite. What should not be waited for fails soon.
async fn stores(folder: &TempDir) -> [Store; 2] {
    let url = format!("sqlite:///{}", folder.path().join("wtb.db").display());
    let alone = || Settings::loader(Preset::Testing).alone();
    let sqlite = alone()
        .store(url, "test")
        .set("storage.wait_ms", "100", "test")
        .set("retry.window_ms", "100", "test")
        .load()
        .unwrap();
    [open(&alone().load().unwrap()).await.unwrap(), open(&sqlite).await.unwrap()]
}

async fn delete_nothing(store: &Store) -> StoreResult<bool> {
    let id = &WorkflowId::new("loans").unwrap();
    store.run(|unit| Box::pin(async move { unit.workflows().delete(id).await })).await
}

#[tokio::test]
async fn a_second_unit_of_the_same_store_is_refused_at_once_and_not_retried() {
    let folder = TempDir::new().unwrap();
    for store in stores(&folder).await {
        let mut runs = 0;
        let inner = &store.clone();
        let outcome = store.run(|_| {
            runs += 1;
            Box::pin(async move { delete_nothing(inner).await })
        });
        let error = outcome.await.unwrap_err();
        assert!(matches!(error, StoreError::NestedUnit), "{store:?}: {error:?}");
        assert_eq!(runs, 1, "{store:?}");

        let outcome = store.run(|_| Box::pin(async move { inner.begin().await.map(drop) }));
        let error = outcome.await.unwrap_err();
        assert!(matches!(error, StoreError::NestedUnit), "{store:?}: {error:?}");
        delete_nothing(&store).await.unwrap();
    }
}

#[tokio::test]
async fn a_unit_of_another_store_between_two_does_not_hide_the_first() {
    let folder = TempDir::new().unwrap();
    let [memory, sqlite] = &stores(&folder).await;
    let outcome = memory.run(|_| {
        Box::pin(async move { sqlite.run(|_| Box::pin(async move { delete_nothing(memory).await })).await })
    });
    let error = outcome.await.unwrap_err();
    assert!(matches!(error, StoreError::NestedUnit), "{error:?}");
}

#[tokio::test]
async fn units_that_do_not_wait_for_each_other_are_allowed() {
    let folder = TempDir::new().unwrap();
    let [memory, sqlite] = &stores(&folder).await;
    for (outer, other) in [(memory, sqlite), (sqlite, memory)] {
        outer.run(|_| Box::pin(async move { delete_nothing(other).await })).await.unwrap();
        outer.read(|_| Box::pin(async move { delete_nothing(outer).await })).await.unwrap();
        let reading = outer.run(|_| {
            Box::pin(async move {
                let id = &WorkflowId::new("loans").unwrap();
                outer.read(|unit| Box::pin(async move { unit.workflows().get_by_id(id).await })).await
            })
        });
        assert_eq!(reading.await.unwrap(), None);
        let (left, right) = tokio::join!(delete_nothing(outer), delete_nothing(outer));
        assert!(!left.unwrap() && !right.unwrap());
    }
}
