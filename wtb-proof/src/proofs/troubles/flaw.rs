//! What a store in trouble may do wrong.

use async_trait::async_trait;
use clap::ValueEnum;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use wtb_contract::defective::{Defect, DefectiveStore, Gate, Inside, unavailable};
use wtb_ports::{BoxUnitOfWork, StoreError, StoreResult, UnitOfWorkFactory};

/// Room for all units of a proof.
const ROOM: u32 = 100;
/// How long a unit would wait for room.
const PATIENCE: Duration = Duration::from_mins(1);

/// What a store in trouble does wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Flaw {
    /// It tells callers that it failed, and no more.
    TellsNothing,
    /// It commits each call, instead of the unit.
    CommitsEachCall,
    /// It does not let anybody read any more, once it refused a write.
    StopsReading,
    /// It does not let anybody write any more, once it refused a write.
    StopsWriting,
}

impl Flaw {
    /// What it does, for the table.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::TellsNothing => "tells no more than that it failed",
            Self::CommitsEachCall => "commits each call",
            Self::StopsReading => "lets nobody read after a refusal",
            Self::StopsWriting => "lets nobody write after a refusal",
        }
    }

    /// The store with this flaw, if there is one.
    pub(super) fn on(flaw: Option<Self>, sound: Arc<dyn UnitOfWorkFactory>) -> Arc<dyn UnitOfWorkFactory> {
        let Some(flaw) = flaw else { return sound };
        let gate = Gate::with_room_for(ROOM, PATIENCE);
        let refused = Arc::default();
        Arc::new(DefectiveStore::new(sound, gate, Flawed { flaw, refused }))
    }
}

#[derive(Debug, Clone)]
struct Flawed {
    flaw: Flaw,
    /// Whether anything was refused so far.
    refused: Arc<AtomicBool>,
}

impl Flawed {
    fn told(&self, error: StoreError) -> StoreError {
        self.refused.store(true, Ordering::Relaxed);
        match self.flaw {
            Flaw::TellsNothing => StoreError::Backend { operation: "work", source: error.into() },
            _ => error,
        }
    }

    fn check(&self, forbidden_by: Flaw) -> StoreResult<()> {
        let stopped = self.flaw == forbidden_by && self.refused.load(Ordering::Relaxed);
        if stopped { Err(unavailable("better times")) } else { Ok(()) }
    }
}

#[async_trait]
impl Defect for Flawed {
    async fn begin(&self, store: &Arc<dyn UnitOfWorkFactory>) -> StoreResult<BoxUnitOfWork> {
        self.check(Flaw::StopsWriting)?;
        store.begin().await.map_err(|error| self.told(error))
    }

    async fn begin_read(&self, store: &Arc<dyn UnitOfWorkFactory>) -> StoreResult<BoxUnitOfWork> {
        self.check(Flaw::StopsReading)?;
        store.begin_read().await
    }

    async fn commit(&mut self, _inside: &mut Inside, unit: BoxUnitOfWork) -> StoreResult<()> {
        unit.commit().await.map_err(|error| self.told(error))
    }

    fn error(&self, error: StoreError) -> StoreError {
        self.told(error)
    }
}
