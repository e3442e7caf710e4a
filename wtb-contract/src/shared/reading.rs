//! Reading by id, by ids, and all there is.

use super::{Subject, stored};
use crate::Backend;
use crate::arrange::{add_one, list, read_back};

pub(crate) async fn an_absent_id_is_answered_with_none<E: Subject>(store: &Backend) {
    stored::<E, 1>(store, ["there"]).await;

    assert_eq!(read_back(store, &E::plain("absent")).await, None);
}

/// The order is neither that of ids nor that of insertion.
pub(crate) async fn get_by_ids_answers_in_the_order_asked_without_the_absent<E: Subject>(store: &Backend) {
    let [b, c, _decoy, a] = stored::<E, 4>(store, ["b", "c", "d", "a"]).await;
    let absent = E::plain("absent");

    let asked = [c.id(), absent.id(), a.id(), b.id()].map(Clone::clone);
    let found = E::get_by_ids(&mut store.begin_read().await, &asked).await.expect("read");
    assert_eq!(found, [c, a, b]);
}

pub(crate) async fn get_by_ids_answers_an_id_asked_twice_twice<E: Subject>(store: &Backend) {
    let [first, second] = stored::<E, 2>(store, ["a", "b"]).await;

    let asked = [first.id(), second.id(), first.id()].map(Clone::clone);
    let found = E::get_by_ids(&mut store.begin_read().await, &asked).await.expect("read");
    assert_eq!(found, [first.clone(), second, first]);
}

pub(crate) async fn get_by_ids_of_no_ids_is_empty<E: Subject>(store: &Backend) {
    stored::<E, 1>(store, ["decoy"]).await;

    assert_eq!(E::get_by_ids(&mut store.begin_read().await, &[]).await.expect("read"), []);
}

/// Neither by id nor by anything else, also when added in several units.
pub(crate) async fn list_all_is_in_insertion_order<E: Subject>(store: &Backend) {
    let [first, second] = stored::<E, 2>(store, ["b", "c"]).await;
    let third = E::plain("a");
    add_one(store, &third).await;

    assert_eq!(list::<E>(store).await, [first, second, third]);
}

pub(crate) async fn list_all_of_an_empty_store_is_empty<E: Subject>(store: &Backend) {
    assert_eq!(list::<E>(store).await, []);
}
