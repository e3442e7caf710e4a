//! Values: read back bit for bit, or refused alike by every store.

mod documents;
mod numbers;
mod refused;
mod texts;

pub use documents::*;
pub use numbers::*;
pub use refused::*;
pub use texts::*;

use crate::arrange::{add, list, read_back};
use crate::everything::all;
use crate::expect::{assert_refused, whole};
use crate::stored::Stored;
use crate::{Backend, samples};
use wtb_domain::{AuditEntry, EntityKind};
use wtb_ports::{PageRequest, StoreError};

/// Panics unless the entities are answered as they are when they are added, and read back so.
async fn assert_kept<E: Stored>(store: &Backend, entities: &[E]) {
    let before = all::<E>(&mut store.begin_read().await).await;
    let mut unit = store.begin().await;
    for entity in entities {
        assert_eq!(E::add(&mut unit, entity.clone()).await.expect("added"), *entity);
    }
    unit.commit().await.expect("committed");

    let ids: Vec<_> = entities.iter().map(|entity| entity.id().clone()).collect();
    let mut unit = store.begin_read().await;
    assert_eq!(E::get_by_ids(&mut unit, &ids).await.expect("read"), entities);
    assert_eq!(all::<E>(&mut unit).await, [&before, entities].concat());
}

/// Panics unless the entries are read back as they are.
async fn assert_logged(store: &Backend, entries: &[AuditEntry]) {
    let mut unit = store.begin().await;
    unit.audit_logs().append_logs(None, entries.to_vec()).await.expect("appended");
    unit.commit().await.expect("committed");

    let log = whole(store.begin_read().await.audit_logs().list_all(PageRequest::default()).await);
    assert_eq!(log, entries);
}

/// A field and how to write a value into it.
type Field<E, V> = (&'static str, fn(&mut E, V));

/// Panics unless the sound entity is refused with the bad value in any of the fields, however it comes.
async fn assert_fields_refuse<E: Stored, V: Clone>(
    store: &Backend,
    sound: E,
    bad: &V,
    fields: &[Field<E, V>],
) {
    let spoilt: Vec<_> = fields
        .iter()
        .map(|(field, write)| {
            let mut spoilt = sound.clone();
            write(&mut spoilt, bad.clone());
            (*field, spoilt)
        })
        .collect();
    let before = list::<E>(store).await;
    for (bad_field, spoilt) in spoilt.clone() {
        let added = E::add(&mut store.begin().await, spoilt.clone()).await;
        assert_refused!(
            added, StoreError::InvalidValue { entity, field, .. } if (entity, field) == (E::KIND, bad_field)
        );
        let added = E::add_all(&mut store.begin().await, vec![spoilt]).await;
        assert_refused!(
            added, StoreError::InvalidValue { entity, field, .. } if (entity, field) == (E::KIND, bad_field)
        );
    }
    assert_eq!(list::<E>(store).await, before, "nothing of it is kept");

    add(store, std::slice::from_ref(&sound)).await;
    for (bad_field, spoilt) in spoilt {
        let updated = E::update(&mut store.begin().await, spoilt).await;
        assert_refused!(
            updated, StoreError::InvalidValue { entity, field, .. } if (entity, field) == (E::KIND, bad_field)
        );
    }
    assert_eq!(read_back(store, &sound).await, Some(sound), "nothing of it is kept");
}

/// Panics unless an entry with the bad value in any of the fields is refused.
async fn assert_entries_refuse<V: Clone>(store: &Backend, bad: &V, fields: &[Field<AuditEntry, V>]) {
    for (bad_field, write) in fields {
        let mut spoilt = samples::audit_entry("sound");
        write(&mut spoilt, bad.clone());
        let entries = vec![samples::audit_entry("sound"), spoilt];
        let answer = store.begin().await.audit_logs().append_logs(None, entries).await;
        assert_refused!(
            answer,
            StoreError::InvalidValue { entity: EntityKind::AuditEntry, field, .. } if field == *bad_field
        );
    }
    let log = whole(store.begin_read().await.audit_logs().list_all(PageRequest::default()).await);
    assert_eq!(log, [], "nothing of it is kept");
}
