//! Who sees the writes of a unit, and which units may write.

use crate::calls::writes;
use crate::everything::{Everything, for_each_kind, store_every_kind};
use crate::expect::assert_refused;
use crate::shared::Subject;
use crate::{Backend, samples};
use wtb_ports::{BoxUnitOfWork, PageRequest, StoreError};

/// By id and in lists, for every kind.
pub async fn a_unit_sees_its_own_writes_at_once(store: Backend) {
    async fn sees_its_own<E: Subject>(unit: &mut BoxUnitOfWork) {
        let added = E::plain("added");
        E::add(unit, added.clone()).await.expect("added");
        assert_eq!(E::get_by_id(unit, added.id()).await.expect("read"), Some(added.clone()));

        let updated = E::update(unit, added.changed()).await.expect("updated");
        assert_eq!(E::get_by_id(unit, added.id()).await.expect("read"), Some(updated.clone()));
        let listed = E::list_all(unit, PageRequest::default()).await.expect("listed").items;
        assert_eq!(listed.last(), Some(&updated));

        E::delete(unit, added.id()).await.expect("deleted");
        assert_eq!(E::get_by_id(unit, added.id()).await.expect("read"), None);
        let listed = E::list_all(unit, PageRequest::default()).await.expect("listed").items;
        assert!(!listed.contains(&updated));
    }
    store_every_kind(&store).await;
    let mut unit = store.begin().await;
    for_each_kind!(sees_its_own(&mut unit));

    let entry = samples::audit_entry("seen");
    unit.audit_logs().append_logs(None, vec![entry.clone()]).await.expect("appended");
    let log = unit.audit_logs().list_all(PageRequest::default()).await.expect("listed");
    assert_eq!(log.items, [entry]);
}

/// Every write of every repository, in one unit.
pub async fn others_see_a_unit_only_after_its_commit_and_then_wholly(store: Backend) {
    store_every_kind(&store).await;
    let before = Everything::kept_by(&store).await;
    let mut unit = store.begin().await;
    for write in writes() {
        (write.on)(&mut unit).await.expect(write.name);
    }
    let own = Everything::seen_by(&mut unit).await;
    assert_ne!(own, before);
    assert_eq!(Everything::kept_by(&store).await, before, "not yet");
    unit.commit().await.expect("committed");

    assert_eq!(Everything::kept_by(&store).await, own);
}

/// Also when there is nothing to write.
pub async fn every_write_in_a_reading_unit_is_refused(store: Backend) {
    store_every_kind(&store).await;
    let before = Everything::kept_by(&store).await;
    for write in writes() {
        let mut unit = store.begin_read().await;
        assert_refused!((write.on)(&mut unit).await, StoreError::ReadOnly);
    }

    assert_eq!(Everything::kept_by(&store).await, before);
}
