//! Adding: what is stored, what is answered, what is refused.

use super::{Subject, store_parents, stored};
use crate::Backend;
use crate::arrange::{list, read_back};
use crate::expect::{assert_refused, assert_spent};
use wtb_domain::Revision;
use wtb_ports::StoreError;

/// Equal in every field, with all of them filled and with as few as possible.
pub(crate) async fn what_is_added_is_answered_and_found_by_its_id<E: Subject>(store: &Backend) {
    store_parents::<E>(store).await;
    let (plain, full) = (E::plain("plain"), E::full("full"));
    let mut unit = store.begin().await;
    assert_eq!(E::add(&mut unit, plain.clone()).await.expect("added"), plain);
    assert_eq!(E::add(&mut unit, full.clone()).await.expect("added"), full);
    unit.commit().await.expect("committed");

    assert_eq!(read_back(store, &plain).await, Some(plain));
    assert_eq!(read_back(store, &full).await, Some(full));
}

/// So that entities can be copied between stores.
pub(crate) async fn add_keeps_the_revision_it_is_given<E: Subject>(store: &Backend) {
    store_parents::<E>(store).await;
    let seventh = E::plain("copied").at_revision(Revision::new(7).expect("above 0"));
    let mut unit = store.begin().await;
    assert_eq!(E::add(&mut unit, seventh.clone()).await.expect("added"), seventh);
    unit.commit().await.expect("committed");

    assert_eq!(read_back(store, &seventh).await, Some(seventh));
}

pub(crate) async fn adding_under_a_taken_id_is_refused<E: Subject>(store: &Backend) {
    let [first] = stored::<E, 1>(store, ["first"]).await;
    let mut unit = store.begin().await;
    assert_refused!(
        E::add(&mut unit, E::plain("second").with_id(first.id())).await,
        StoreError::AlreadyExists { entity, field: "id" } if entity == E::KIND,
    );
    drop(unit);

    assert_eq!(list::<E>(store).await, [first]);
}

pub(crate) async fn adding_what_cannot_be_kept_is_refused<E: Subject>(store: &Backend) {
    store_parents::<E>(store).await;
    let (spoilt, spoilt_field) = E::plain("spoilt").spoilt();
    let mut unit = store.begin().await;
    assert_refused!(
        E::add(&mut unit, spoilt).await,
        StoreError::InvalidValue { entity, field, .. } if (entity, field) == (E::KIND, spoilt_field),
    );
}

pub(crate) async fn add_all_answers_and_lists_in_the_order_given<E: Subject>(store: &Backend) {
    let [before] = stored::<E, 1>(store, ["m"]).await;
    let entities = ["c", "a", "b"].map(E::plain).to_vec();
    let mut unit = store.begin().await;
    assert_eq!(E::add_all(&mut unit, entities.clone()).await.expect("added"), entities);
    unit.commit().await.expect("committed");

    assert_eq!(list::<E>(store).await, [vec![before], entities].concat());
}

pub(crate) async fn add_all_of_nothing_changes_nothing<E: Subject>(store: &Backend) {
    let before = stored::<E, 1>(store, ["first"]).await;
    let mut unit = store.begin().await;
    assert_eq!(E::add_all(&mut unit, Vec::new()).await.expect("added"), []);
    unit.commit().await.expect("committed");

    assert_eq!(list::<E>(store).await, before);
}

pub(crate) async fn add_all_with_an_id_twice_is_refused_wholly<E: Subject>(store: &Backend) {
    store_parents::<E>(store).await;
    let first = E::plain("first");
    let entities = vec![first.clone(), E::plain("second").with_id(first.id())];
    let mut unit = store.begin().await;
    assert_refused!(
        E::add_all(&mut unit, entities).await,
        StoreError::AlreadyExists { entity, field: "id" } if entity == E::KIND,
    );
    assert_spent(unit).await;

    assert_eq!(list::<E>(store).await, []);
}

pub(crate) async fn add_all_with_a_taken_id_is_refused_wholly<E: Subject>(store: &Backend) {
    let [first] = stored::<E, 1>(store, ["first"]).await;
    let entities = vec![E::plain("second"), E::plain("third").with_id(first.id())];
    let mut unit = store.begin().await;
    assert_refused!(
        E::add_all(&mut unit, entities).await,
        StoreError::AlreadyExists { entity, field: "id" } if entity == E::KIND,
    );
    assert_spent(unit).await;

    assert_eq!(list::<E>(store).await, [first]);
}

pub(crate) async fn add_all_with_one_that_cannot_be_kept_is_refused_wholly<E: Subject>(store: &Backend) {
    store_parents::<E>(store).await;
    let (spoilt, spoilt_field) = E::plain("spoilt").spoilt();
    let mut unit = store.begin().await;
    assert_refused!(
        E::add_all(&mut unit, vec![E::plain("first"), spoilt]).await,
        StoreError::InvalidValue { entity, field, .. } if (entity, field) == (E::KIND, spoilt_field),
    );
    assert_spent(unit).await;

    assert_eq!(list::<E>(store).await, []);
}
