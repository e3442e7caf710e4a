//! Reads of own writes that come too early, or are no reads.

use super::caught;
use async_trait::async_trait;
use std::fmt;
use std::sync::{Arc, Mutex};
use wtb_contract::defective::{Defect, Inside};
use wtb_ports::{BoxUnitOfWork, StoreResult, UnitOfWorkFactory};

/// They see the state before the last commit, as on a replica that lags.
#[derive(Clone, Default)]
struct ReadsOwnWritesTooEarly(Arc<Mutex<Option<BoxUnitOfWork>>>);

impl fmt::Debug for ReadsOwnWritesTooEarly {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ReadsOwnWritesTooEarly")
    }
}

#[async_trait]
impl Defect for ReadsOwnWritesTooEarly {
    async fn commit(&mut self, inside: &mut Inside, unit: BoxUnitOfWork) -> StoreResult<()> {
        let before = inside.sound.begin_read().await?;
        *self.0.lock().expect("nobody panicked") = Some(before);
        unit.commit().await
    }

    async fn begin_read_own_writes(&self, store: &Arc<dyn UnitOfWorkFactory>) -> StoreResult<BoxUnitOfWork> {
        let before = self.0.lock().expect("nobody panicked").take();
        match before {
            Some(before) => Ok(before),
            None => store.begin_read().await,
        }
    }
}

/// They may write.
#[derive(Debug, Clone)]
struct WritesWhereItReadsOwnWrites;

#[async_trait]
impl Defect for WritesWhereItReadsOwnWrites {
    async fn begin_read_own_writes(&self, store: &Arc<dyn UnitOfWorkFactory>) -> StoreResult<BoxUnitOfWork> {
        store.begin().await
    }
}

caught! {
    reading_own_writes_too_early: ReadsOwnWritesTooEarly::default() => [
        "units::own_writes_are_read_right_after_their_commit",
        "units::a_commit_given_up_half_way_is_an_own_write_once_it_is_seen",
    ];
    writing_where_own_writes_are_read: WritesWhereItReadsOwnWrites => [
        "units::a_unit_that_reads_own_writes_reads_one_snapshot_and_writes_nothing",
    ];
}
