//! The right to fill a store while nobody else does.

use crate::BoxFuture;
use std::fmt;

/// The right to fill a store while nobody else does; see [`Store::take_turn`](crate::Store::take_turn).
///
/// It lasts until it is ended or dropped, or its process ends.
#[must_use = "a turn ends when it is dropped"]
pub struct Turn(BoxFuture<'static, ()>);

impl fmt::Debug for Turn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Turn")
    }
}

impl Turn {
    /// A turn that belongs to `end`: it lasts until that was awaited or is dropped.
    pub(crate) fn until(end: impl Future<Output = ()> + Send + 'static) -> Self {
        Self(Box::pin(end))
    }

    /// Lets the next one begin.
    pub async fn end(self) {
        self.0.await;
    }
}
