//! A reader that follows the log: each page in a unit of its own, again and again.

use std::time::Duration;
use tokio::time::{Instant, sleep};
use wtb_domain::{AuditEntry, ExecutionId};
use wtb_ports::{PageRequest, StoreResult, UnitOfWorkFactory};

/// How long committed entries may take to be settled: until every transaction has ended that was open, on a server that
/// others use too.
const PATIENCE: Duration = Duration::from_secs(90);
/// The pause between two looks.
const PAUSE: Duration = Duration::from_millis(5);

/// Follows the settled entries of a log: all, or those about an execution.
#[derive(Debug)]
pub struct Follower {
    execution_id: Option<ExecutionId>,
    request: PageRequest,
    /// How many entries of the page at `request` were seen.
    seen_of_page: usize,
    seen: Vec<AuditEntry>,
}

impl Follower {
    /// A follower that has seen nothing yet, and reads pages as `first` asks for.
    #[must_use]
    pub fn new(execution_id: Option<ExecutionId>, first: PageRequest) -> Self {
        Self { execution_id, request: first, seen_of_page: 0, seen: Vec::new() }
    }

    /// Reads what is settled now.
    ///
    /// # Errors
    /// The first of the store.
    pub async fn look(&mut self, store: &dyn UnitOfWorkFactory) -> StoreResult<()> {
        loop {
            let mut unit = store.begin_read().await?;
            let page = unit.audit_logs().list_settled(self.execution_id.as_ref(), self.request).await?;
            let entries = page.items.len();
            self.seen.extend(page.items.into_iter().skip(self.seen_of_page));
            let Some(next) = page.next else {
                self.seen_of_page = entries;
                return Ok(());
            };
            (self.request, self.seen_of_page) = (self.request.after(next), 0);
        }
    }

    /// Reads until this many entries were seen, or for as long as they may take.
    ///
    /// # Errors
    /// The first of the store.
    pub async fn look_until(&mut self, store: &dyn UnitOfWorkFactory, entries: usize) -> StoreResult<()> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            self.look(store).await?;
            if self.seen.len() >= entries || Instant::now() >= deadline {
                return Ok(());
            }
            sleep(PAUSE).await;
        }
    }

    /// Everything that was seen so far, in that order.
    #[must_use]
    pub fn seen(&self) -> &[AuditEntry] {
        &self.seen
    }
}
