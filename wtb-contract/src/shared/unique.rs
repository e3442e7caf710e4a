//! Unique fields: refused while they are taken, free again once they are given up.

use super::{Unique, store_parents, stored};
use crate::Backend;
use crate::arrange::{add_one, list, read_back, update};
use crate::expect::{assert_refused, assert_spent};
use wtb_ports::StoreError;

pub(crate) async fn adding_with_taken_unique_fields_is_refused<E: Unique>(store: &Backend) {
    let [first] = stored::<E, 1>(store, ["first"]).await;
    let mut unit = store.begin().await;
    assert_refused!(
        E::add(&mut unit, E::plain("second").with_unique_fields_of(&first)).await,
        StoreError::AlreadyExists { entity, field } if (entity, field) == (E::KIND, E::UNIQUE),
    );
    drop(unit);

    assert_eq!(list::<E>(store).await, [first]);
}

pub(crate) async fn a_taken_id_is_reported_before_other_unique_fields<E: Unique>(store: &Backend) {
    let [first, second] = stored::<E, 2>(store, ["first", "second"]).await;
    for taken_by in [&first, &second] {
        let mut unit = store.begin().await;
        assert_refused!(
            E::add(&mut unit, first.with_unique_fields_of(taken_by)).await,
            StoreError::AlreadyExists { entity, field: "id" } if entity == E::KIND,
        );
    }
}

pub(crate) async fn add_all_with_unique_fields_twice_is_refused_wholly<E: Unique>(store: &Backend) {
    store_parents::<E>(store).await;
    let first = E::plain("first");
    let entities = vec![first.clone(), E::plain("second").with_unique_fields_of(&first)];
    let mut unit = store.begin().await;
    assert_refused!(
        E::add_all(&mut unit, entities).await,
        StoreError::AlreadyExists { entity, field } if (entity, field) == (E::KIND, E::UNIQUE),
    );
    assert_spent(unit).await;

    assert_eq!(list::<E>(store).await, []);
}

pub(crate) async fn add_all_with_taken_unique_fields_is_refused_wholly<E: Unique>(store: &Backend) {
    let [first] = stored::<E, 1>(store, ["first"]).await;
    let entities = vec![E::plain("second"), E::plain("third").with_unique_fields_of(&first)];
    let mut unit = store.begin().await;
    assert_refused!(
        E::add_all(&mut unit, entities).await,
        StoreError::AlreadyExists { entity, field } if (entity, field) == (E::KIND, E::UNIQUE),
    );
    assert_spent(unit).await;

    assert_eq!(list::<E>(store).await, [first]);
}

pub(crate) async fn updating_to_taken_unique_fields_is_refused<E: Unique>(store: &Backend) {
    let [first, second] = stored::<E, 2>(store, ["first", "second"]).await;
    let mut unit = store.begin().await;
    assert_refused!(
        E::update(&mut unit, second.with_unique_fields_of(&first)).await,
        StoreError::AlreadyExists { entity, field } if (entity, field) == (E::KIND, E::UNIQUE),
    );
    drop(unit);

    assert_eq!(read_back(store, &second).await, Some(second));
}

pub(crate) async fn an_update_may_keep_its_unique_fields<E: Unique>(store: &Backend) {
    let [first] = stored::<E, 1>(store, ["first"]).await;
    let updated = update(store, first.changed().with_unique_fields_of(&first)).await;

    assert_eq!(read_back(store, &first).await, Some(updated));
}

/// In the same unit already.
pub(crate) async fn an_update_frees_the_unique_fields_it_gives_up<E: Unique>(store: &Backend) {
    let [first] = stored::<E, 1>(store, ["first"]).await;
    let heir = E::plain("second").with_unique_fields_of(&first);
    let mut unit = store.begin().await;
    let first = E::update(&mut unit, first.changed()).await.expect("updated");
    E::add(&mut unit, heir.clone()).await.expect("its unique fields are free");
    unit.commit().await.expect("committed");

    assert_eq!(list::<E>(store).await, [first, heir]);
}

/// In the same unit for one, in a later unit for the next.
pub(crate) async fn a_delete_frees_its_unique_fields<E: Unique>(store: &Backend) {
    let [first] = stored::<E, 1>(store, ["first"]).await;
    let [second, third] = ["second", "third"].map(|name| E::plain(name).with_unique_fields_of(&first));
    let mut unit = store.begin().await;
    E::delete(&mut unit, first.id()).await.expect("deleted");
    E::add(&mut unit, second.clone()).await.expect("its unique fields are free");
    E::delete(&mut unit, second.id()).await.expect("deleted");
    unit.commit().await.expect("committed");
    add_one(store, &third).await;

    assert_eq!(list::<E>(store).await, [third]);
}
