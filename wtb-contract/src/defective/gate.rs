//! Room for a number of units at a time, and a bounded wait for it.

use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;
use wtb_ports::{StoreError, StoreResult};

/// A unit's room; dropping it makes room for another.
pub type Place = OwnedSemaphorePermit;

/// Where units wait for room: those that write at one door, those that read at another.
#[derive(Debug, Clone)]
pub struct Gate {
    writers: Arc<Semaphore>,
    readers: Arc<Semaphore>,
    room: u32,
    patience: Duration,
}

impl Gate {
    /// Room for so many units at each door.
    pub fn with_room_for(units: u32, patience: Duration) -> Self {
        let door = || Arc::new(Semaphore::new(units as usize));
        Self { writers: door(), readers: door(), room: units, patience }
    }

    /// Waits for room as long as may be.
    ///
    /// # Errors
    /// `Unavailable` if there is none by then.
    pub async fn wait(&self, writes: bool) -> StoreResult<Place> {
        self.wait_for(self.patience, writes).await
    }

    /// Waits so long for room.
    ///
    /// # Errors
    /// `Unavailable` if there is none by then.
    pub async fn wait_for(&self, patience: Duration, writes: bool) -> StoreResult<Place> {
        timeout(patience, self.wait_forever(writes)).await.map_err(|_| unavailable("room for a unit"))
    }

    /// Does not wait for room.
    ///
    /// # Errors
    /// `Unavailable` if there is none.
    pub fn enter_at_once(&self, writes: bool) -> StoreResult<Place> {
        let place = Arc::clone(self.door(writes)).try_acquire_owned();
        place.map_err(|_| unavailable("room for a unit"))
    }

    /// Waits for room, however long.
    pub async fn wait_forever(&self, writes: bool) -> Place {
        Arc::clone(self.door(writes)).acquire_owned().await.expect("a gate is never closed")
    }

    fn door(&self, writes: bool) -> &Arc<Semaphore> {
        if writes { &self.writers } else { &self.readers }
    }

    /// Waits until a unit has all the room there is, but not long.
    ///
    /// # Errors
    /// `Unavailable` if others have room by then.
    pub async fn wait_to_be_alone(&self) -> StoreResult<Place> {
        let all = Arc::clone(&self.writers).acquire_many_owned(self.room);
        let waited = timeout(Duration::from_millis(50), all).await;
        Ok(waited.map_err(|_| unavailable("all other units"))?.expect("a gate is never closed"))
    }
}

/// What a store answers that waited in vain for this.
pub fn unavailable(waited_for: &'static str) -> StoreError {
    StoreError::Unavailable { waited_for: waited_for.into(), source: None }
}
