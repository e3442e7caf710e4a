//! The store under test, and what keeps it alive.

use std::any::Any;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use wtb_ports::{BoxUnitOfWork, UnitOfWorkFactory};

/// How the store for one case has to be opened.
#[derive(Debug, Clone, Copy)]
pub struct StoreSpec {
    /// Group and case, separated by `::`; different for every case, so it can name a file or a database.
    pub case: &'static str,
    /// How many connections the store may hold at once, where it has any. No case needs more than two at a time.
    pub connections: u32,
    /// How long the store may wait for a connection or a lock.
    pub wait: Duration,
}

impl StoreSpec {
    /// What the cases of `group` need: room and patience, but for those about waiting.
    pub fn new(group: &str, case: &'static str) -> Self {
        match group {
            "waiting" => Self { case, connections: 1, wait: Duration::from_millis(200) },
            "outcomes" => Self { case, connections: 8, wait: Duration::from_secs(3) },
            _ => Self { case, connections: 8, wait: Duration::from_secs(30) },
        }
    }
}

/// An empty store under test.
pub struct Backend {
    factory: Arc<dyn UnitOfWorkFactory>,
    kept: Vec<Box<dyn Any + Send + Sync>>,
}

impl Backend {
    /// Tests the store that `factory` opens units of.
    pub fn new(factory: impl UnitOfWorkFactory + 'static) -> Self {
        Self::from(Arc::new(factory) as Arc<dyn UnitOfWorkFactory>)
    }

    /// Keeps `guard`, such as a temporary folder, for as long as the store is used.
    #[must_use]
    pub fn keeping(mut self, guard: impl Any + Send + Sync) -> Self {
        self.kept.push(Box::new(guard));
        self
    }

    /// The same store seen through a decorator.
    #[must_use]
    pub fn decorated(
        self,
        decorate: impl FnOnce(Arc<dyn UnitOfWorkFactory>) -> Arc<dyn UnitOfWorkFactory>,
    ) -> Self {
        Self { factory: decorate(self.factory), kept: self.kept }
    }

    /// The store, for tasks that share it.
    pub fn factory(&self) -> Arc<dyn UnitOfWorkFactory> {
        Arc::clone(&self.factory)
    }

    /// A unit that may write.
    ///
    /// # Panics
    /// When the store has none to give.
    pub async fn begin(&self) -> BoxUnitOfWork {
        self.factory.begin().await.unwrap_or_else(|error| panic!("a unit begins: {error:?}"))
    }

    /// A unit that reads.
    ///
    /// # Panics
    /// When the store has none to give.
    pub async fn begin_read(&self) -> BoxUnitOfWork {
        self.factory.begin_read().await.unwrap_or_else(|error| panic!("a reading unit begins: {error:?}"))
    }

    /// A unit that reads, and sees at least what the store's units have committed.
    ///
    /// # Panics
    /// When the store has none to give.
    pub async fn begin_read_own_writes(&self) -> BoxUnitOfWork {
        let unit = self.factory.begin_read_own_writes().await;
        unit.unwrap_or_else(|error| panic!("a unit that reads own writes begins: {error:?}"))
    }
}

/// Tests a store that others share.
impl From<Arc<dyn UnitOfWorkFactory>> for Backend {
    fn from(factory: Arc<dyn UnitOfWorkFactory>) -> Self {
        Self { factory, kept: Vec::new() }
    }
}

impl fmt::Debug for Backend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Backend").field("factory", &self.factory).finish_non_exhaustive()
    }
}
