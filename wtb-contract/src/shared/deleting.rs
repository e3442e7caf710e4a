//! Deleting: gone for good, and only what was asked for.

use super::{Subject, stored};
use crate::Backend;
use crate::arrange::{add_one, delete, list, read_back};
use crate::expect::assert_refused;
use wtb_ports::StoreError;

pub(crate) async fn delete_answers_whether_it_was_there<E: Subject>(store: &Backend) {
    let [first] = stored::<E, 1>(store, ["first"]).await;
    let mut unit = store.begin().await;
    assert!(E::delete(&mut unit, first.id()).await.expect("deleted"), "it was there");
    assert!(!E::delete(&mut unit, first.id()).await.expect("deleted"), "it is gone in this unit");
    unit.commit().await.expect("committed");

    let mut later = store.begin().await;
    assert!(!E::delete(&mut later, first.id()).await.expect("deleted"), "it is gone for good");
}

pub(crate) async fn what_is_deleted_is_found_no_more<E: Subject>(store: &Backend) {
    let [first, second, third] = stored::<E, 3>(store, ["a", "b", "c"]).await;
    delete(store, &second).await;

    assert_eq!(read_back(store, &second).await, None);
    let asked = [first.id(), second.id(), third.id()].map(Clone::clone);
    let found = E::get_by_ids(&mut store.begin_read().await, &asked).await.expect("read");
    assert_eq!(found, [first.clone(), third.clone()]);
    assert_eq!(list::<E>(store).await, [first, third]);
}

pub(crate) async fn updating_what_was_deleted_is_refused<E: Subject>(store: &Backend) {
    let [first] = stored::<E, 1>(store, ["first"]).await;
    delete(store, &first).await;
    let mut unit = store.begin().await;
    assert_refused!(
        E::update(&mut unit, first.changed()).await,
        StoreError::NotFound { entity, key } if entity == E::KIND && key == first.id().as_ref(),
    );
}

pub(crate) async fn a_deleted_id_can_be_used_again_at_the_end_of_lists<E: Subject>(store: &Backend) {
    let [first, second] = stored::<E, 2>(store, ["a", "b"]).await;
    delete(store, &first).await;
    let again = first.changed();
    add_one(store, &again).await;

    assert_eq!(list::<E>(store).await, [second, again]);
}
