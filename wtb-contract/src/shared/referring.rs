//! Parents: what an entity refers to is stored, or the entity is refused.

use super::{Referring, store_parents, stored};
use crate::Backend;
use crate::arrange::{list, read_back};
use crate::expect::{assert_refused, assert_spent};
use wtb_ports::StoreError;

pub(crate) async fn adding_under_an_absent_parent_is_refused<E: Referring>(store: &Backend) {
    store_parents::<E>(store).await;
    let mut unit = store.begin().await;
    assert_refused!(
        E::add(&mut unit, E::plain("orphan").orphaned()).await,
        StoreError::MissingReference { entity, refers_to }
            if entity == E::KIND && Some(refers_to) == E::PARENT,
    );
    assert_spent(unit).await;

    assert_eq!(list::<E>(store).await, []);
}

pub(crate) async fn add_all_with_one_under_an_absent_parent_is_refused_wholly<E: Referring>(store: &Backend) {
    store_parents::<E>(store).await;
    let mut unit = store.begin().await;
    assert_refused!(
        E::add_all(&mut unit, vec![E::plain("child"), E::plain("orphan").orphaned()]).await,
        StoreError::MissingReference { entity, refers_to }
            if entity == E::KIND && Some(refers_to) == E::PARENT,
    );
    assert_spent(unit).await;

    assert_eq!(list::<E>(store).await, []);
}

pub(crate) async fn updating_to_an_absent_parent_is_refused<E: Referring>(store: &Backend) {
    let [child] = stored::<E, 1>(store, ["child"]).await;
    let mut unit = store.begin().await;
    assert_refused!(
        E::update(&mut unit, child.orphaned()).await,
        StoreError::MissingReference { entity, refers_to }
            if entity == E::KIND && Some(refers_to) == E::PARENT,
    );
    assert_spent(unit).await;

    assert_eq!(read_back(store, &child).await, Some(child));
}
