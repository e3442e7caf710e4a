//! What the cases expect of an answer.

use crate::Backend;
use crate::stored::Stored;
use std::fmt::Debug;
use wtb_ports::{BoxUnitOfWork, Page, StoreError, StoreResult};

/// Panics unless the answer is an error of this pattern.
macro_rules! assert_refused {
    ($answer:expr, $pattern:pat $(if $guard:expr)? $(,)?) => {
        match $answer {
            Err($pattern) $(if $guard)? => {}
            other => panic!("expected {}, got {other:?}", stringify!($pattern $(if $guard)?)),
        }
    };
}
pub(crate) use assert_refused;

/// The items of a list that fits on one page.
pub(crate) fn whole<T: Debug>(page: StoreResult<Page<T>>) -> Vec<T> {
    let page = page.expect("a page");
    assert_eq!(page.next, None, "nothing is left after {:?}", page.items);
    page.items
}

/// Panics unless the unit refuses to commit because an earlier call of it was refused.
pub(crate) async fn assert_spent(unit: BoxUnitOfWork) {
    assert_refused!(unit.commit().await, StoreError::Aborted);
}

/// Panics unless the entity, which is stored, is kept because something refers to it.
pub(crate) async fn assert_held<E: Stored>(store: &Backend, held: &E) {
    let mut unit = store.begin().await;
    assert_refused!(
        E::delete(&mut unit, held.id()).await,
        StoreError::StillReferenced { entity } if entity == E::KIND,
    );
    assert_spent(unit).await;

    let stored = E::get_by_id(&mut store.begin_read().await, held.id()).await.expect("read");
    assert_eq!(stored.as_ref(), Some(held));
}
