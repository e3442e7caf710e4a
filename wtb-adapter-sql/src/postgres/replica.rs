//! Reading from a replica: the state of a while ago, or one that has what the store itself has written.

use super::PostgresOptions;
use super::lease::Lease;
use super::original::Original;
use super::own_writes::{LogPlace, OwnWrites};
use super::pool::Pool;
use crate::deadline::deadline_after;
use crate::failure::Failure;
use crate::unit::Access;
use crate::{OpenError, PostgresUrl};
use sqlx::Row;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::{Instant, sleep};
use wtb_ports::{StoreError, StoreResult};

/// The first pause between two looks at how far the replica has come; each is twice as long as the one before.
const FIRST_PAUSE: Duration = Duration::from_millis(1);
/// The longest of them.
const LONGEST_PAUSE: Duration = Duration::from_millis(50);

/// Another server that shows the database of a store, a little later.
pub(super) struct Replica {
    pool: Arc<Pool>,
    own_writes: Arc<OwnWrites>,
    /// How long to wait for own writes.
    wait: Duration,
    /// After a unit has waited in vain: how long no other one waits.
    left_alone_until: Mutex<Option<Instant>>,
}

impl Replica {
    /// The replica at `url` of the database that `options` name. It need not answer yet.
    ///
    /// # Errors
    /// `NotAReplica` when it answers and is none.
    pub(super) async fn open(url: &PostgresUrl, options: &PostgresOptions) -> Result<Self, OpenError> {
        let (original, end) = Original::look(options).await?;
        let replica = Self {
            pool: Pool::new(url, options, Some(original))?,
            own_writes: OwnWrites::since(end),
            wait: options.replica_wait,
            left_alone_until: Mutex::default(),
        };
        // The first units that read shall find the schema that may have been upgraded just now.
        let turn = replica.pool.turn(deadline_after(options.wait)).await;
        let begun = match turn {
            Ok(turn) => replica.begin_after(end, turn).await,
            Err(error) => Err(error),
        };
        replica.note(&begun);
        match begun {
            Err(StoreError::Backend { operation, source }) => Err(match source.downcast::<OpenError>() {
                Ok(refused) => *refused,
                Err(source) => OpenError::Backend { database: url.to_string(), operation, source },
            }),
            _ => Ok(replica),
        }
    }

    /// Its connections, for units of a while ago.
    pub(super) fn pool(&self) -> &Arc<Pool> {
        &self.pool
    }

    /// Where units note what they commit.
    pub(super) fn own_writes(&self) -> Arc<OwnWrites> {
        Arc::clone(&self.own_writes)
    }

    /// A unit that sees everything the store has committed, if the replica has it in time.
    ///
    /// # Errors
    /// `Unavailable` when there is no connection left; what is wrong with the replica is no error.
    pub(super) async fn begin_with_own_writes(&self) -> StoreResult<Option<Lease>> {
        let Some(place) = self.own_writes.place() else {
            tracing::debug!("own writes are read from the primary, as the outcome of a commit is not known");
            return Ok(None);
        };
        let turn = self.pool.turn(deadline_after(self.pool.options.wait)).await?;
        if !self.may_wait() {
            return Ok(None);
        }
        let begun = self.begin_after(place, turn).await;
        self.note(&begun);
        Ok(begun.unwrap_or(None))
    }

    /// A unit of the replica, as soon as that has everything before `place`; nothing if it has not in time.
    async fn begin_after(
        &self,
        place: LogPlace,
        mut turn: OwnedSemaphorePermit,
    ) -> StoreResult<Option<Lease>> {
        let deadline = deadline_after(self.wait);
        let mut pause = FIRST_PAUSE;
        loop {
            let (lease, rows) = self.pool.begin_with(turn, Access::Read, Some(place), deadline).await?;
            let has_come_so_far = rows[0].try_get(0).map_err(|error| Failure::from(error).during("begin"))?;
            match has_come_so_far {
                Some(true) => return Ok(Some(lease)),
                Some(false) if Instant::now() + pause < deadline => {}
                // It lags, or it is the primary itself by another name.
                _ => return Ok(None),
            }
            // A snapshot that is kept may keep the replica from going on.
            let Some(again) = lease.roll_back_for_another(deadline).await else { return Ok(None) };
            turn = again;
            sleep(pause).await;
            pause = (2 * pause).min(LONGEST_PAUSE);
        }
    }

    fn left_alone_until(&self) -> MutexGuard<'_, Option<Instant>> {
        self.left_alone_until.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a unit may wait for the replica. Where one has waited in vain, it is one at a time until one succeeds.
    fn may_wait(&self) -> bool {
        let mut until = self.left_alone_until();
        match *until {
            None => true,
            Some(until) if Instant::now() < until => false,
            Some(_) => {
                *until = Some(deadline_after(2 * self.wait));
                true
            }
        }
    }

    /// Learns from what became of a wait.
    fn note(&self, begun: &StoreResult<Option<Lease>>) {
        let replica = self.pool.name();
        match begun {
            Ok(Some(_)) => {
                *self.left_alone_until() = None;
                return;
            }
            Ok(None) => tracing::warn!(replica, "the replica has not the newest own writes"),
            Err(error) => tracing::warn!(replica, %error, "the replica cannot be read"),
        }
        *self.left_alone_until() = Some(deadline_after(self.wait));
    }
}
