//! What is committed: the newest root.

use crate::freeing::free_if_many;
use crate::root::Root;
use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The newest committed root. The lock is held for pointer swaps only, except by a commit that lost too many races.
#[derive(Default)]
pub(crate) struct Committed(Mutex<Arc<Root>>);

impl Committed {
    /// Bars others from committing and from beginning.
    pub(crate) fn lock(&self) -> MutexGuard<'_, Arc<Root>> {
        #[cfg(feature = "interleaving")]
        crate::interleaving::pause();
        // The root behind the lock is replaced as a whole, so a panic cannot have left half of one.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is committed now.
    pub(crate) fn newest(&self) -> Arc<Root> {
        Arc::clone(&self.lock())
    }
}

#[cfg(test)]
impl From<Arc<Root>> for Committed {
    fn from(root: Arc<Root>) -> Self {
        Self(Mutex::new(root))
    }
}

impl Drop for Committed {
    fn drop(&mut self) {
        let root = self.0.get_mut().unwrap_or_else(PoisonError::into_inner);
        let rows = root.counts().into_iter().map(|(_, rows)| rows).sum();
        free_if_many(rows, || mem::take(root));
    }
}
