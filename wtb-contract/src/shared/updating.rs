//! Updating: every field is replaced, and only from the revision that is stored.

use super::{Subject, store_parents, stored};
use crate::Backend;
use crate::arrange::{add_one, list, read_back, update};
use crate::expect::assert_refused;
use wtb_ports::StoreError;

pub(crate) async fn update_replaces_every_field_and_answers_the_next_revision<E: Subject>(store: &Backend) {
    let [before] = stored::<E, 1>(store, ["first"]).await;
    let expected = before.changed().at_revision(before.revision().next());
    let mut unit = store.begin().await;
    assert_eq!(E::update(&mut unit, before.changed()).await.expect("updated"), expected);
    unit.commit().await.expect("committed");

    assert_eq!(read_back(store, &before).await, Some(expected));
}

pub(crate) async fn update_keeps_nothing_of_fields_that_are_now_empty<E: Subject>(store: &Backend) {
    store_parents::<E>(store).await;
    let full = E::full("first");
    add_one(store, &full).await;
    update(store, E::plain("first")).await;

    let expected = E::plain("first").at_revision(full.revision().next());
    assert_eq!(read_back(store, &full).await, Some(expected));
}

pub(crate) async fn update_changes_one_item_of_a_list_in_its_place<E: Subject>(store: &Backend) {
    let [first, second, third] = stored::<E, 3>(store, ["a", "b", "c"]).await;
    let second = update(store, second.changed()).await;

    assert_eq!(list::<E>(store).await, [first, second, third]);
}

pub(crate) async fn what_update_answers_can_be_updated_again<E: Subject>(store: &Backend) {
    let [first] = stored::<E, 1>(store, ["first"]).await;
    let mut unit = store.begin().await;
    let second = E::update(&mut unit, first.changed()).await.expect("updated");
    let back = first.clone().at_revision(second.revision());
    let third = E::update(&mut unit, back).await.expect("updated again");
    unit.commit().await.expect("committed");

    assert_eq!(third, first.at_revision(second.revision().next()));
    assert_eq!(read_back(store, &third).await, Some(third));
}

pub(crate) async fn updating_what_is_not_stored_is_refused<E: Subject>(store: &Backend) {
    let [decoy] = stored::<E, 1>(store, ["decoy"]).await;
    let absent = E::plain("absent");
    let mut unit = store.begin().await;
    assert_refused!(
        E::update(&mut unit, absent.clone()).await,
        StoreError::NotFound { entity, key } if entity == E::KIND && key == absent.id().as_ref(),
    );
    drop(unit);

    assert_eq!(list::<E>(store).await, [decoy]);
}

pub(crate) async fn updating_from_an_older_revision_is_refused<E: Subject>(store: &Backend) {
    let [older] = stored::<E, 1>(store, ["first"]).await;
    let newer = update(store, older.changed()).await;
    let mut unit = store.begin().await;
    assert_refused!(
        E::update(&mut unit, older.clone()).await,
        StoreError::Stale { entity, key } if entity == E::KIND && key == older.id().as_ref(),
    );
    drop(unit);

    assert_eq!(read_back(store, &older).await, Some(newer));
}

pub(crate) async fn updating_from_a_newer_revision_is_refused<E: Subject>(store: &Backend) {
    let [first] = stored::<E, 1>(store, ["first"]).await;
    let newer = first.changed().at_revision(first.revision().next());
    let mut unit = store.begin().await;
    assert_refused!(
        E::update(&mut unit, newer).await,
        StoreError::Stale { entity, key } if entity == E::KIND && key == first.id().as_ref(),
    );
    drop(unit);

    assert_eq!(read_back(store, &first).await, Some(first));
}

pub(crate) async fn updating_to_what_cannot_be_kept_is_refused<E: Subject>(store: &Backend) {
    let [first] = stored::<E, 1>(store, ["first"]).await;
    let (spoilt, spoilt_field) = first.spoilt();
    let mut unit = store.begin().await;
    assert_refused!(
        E::update(&mut unit, spoilt).await,
        StoreError::InvalidValue { entity, field, .. } if (entity, field) == (E::KIND, spoilt_field),
    );
    drop(unit);

    assert_eq!(read_back(store, &first).await, Some(first));
}
