//! Writers of a store whose file may be taken away, and what they saw.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;
use tokio::time::sleep;
use wtb_domain::{Json, Timestamp, Workflow, WorkflowId};
use wtb_ports::{StoreError, StoreResult, UnitId, UnitOfWorkFactory};

/// How many write at once.
const WRITERS: u32 = 4;
/// How long a unit is open after it has written: so there is always one that is open when the file is taken away.
const OPEN: Duration = Duration::from_millis(1);

/// What writers saw.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// Which units were acknowledged.
    pub(super) acknowledged: Vec<(WorkflowId, UnitId)>,
    /// When the commit began that was acknowledged last.
    pub(super) last_commit: Option<Instant>,
    /// What each was refused with.
    pub(super) refusals: Vec<StoreError>,
}

/// Writes until everybody was refused, or it is time to stop.
pub(super) async fn write(store: Arc<dyn UnitOfWorkFactory>, stop: Instant) -> Seen {
    let seen = Arc::new(Mutex::new(Seen::default()));
    let mut writers = JoinSet::new();
    for writer in 0..WRITERS {
        let (store, seen) = (Arc::clone(&store), Arc::clone(&seen));
        writers.spawn(async move {
            for number in 0_u32.. {
                if Instant::now() >= stop {
                    return;
                }
                let id = WorkflowId::new(format!("{writer}-{number}")).expect("an id");
                let added = add(&*store, id.clone()).await;
                let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
                match added {
                    Ok((unit, began)) => {
                        seen.acknowledged.push((id, unit));
                        seen.last_commit = seen.last_commit.max(Some(began));
                    }
                    Err(error) => return seen.refusals.push(error),
                }
            }
        });
    }
    writers.join_all().await;
    Arc::try_unwrap(seen).expect("writers that left").into_inner().unwrap_or_else(PoisonError::into_inner)
}

/// Adds a workflow; answers when its commit began.
async fn add(store: &dyn UnitOfWorkFactory, id: WorkflowId) -> StoreResult<(UnitId, Instant)> {
    let mut unit = store.begin().await?;
    let token = unit.identify().await?;
    let name = id.to_string();
    unit.workflows().add(Workflow::new(id, name, Json::new("{}"), Timestamp::UNIX_EPOCH)).await?;
    sleep(OPEN).await;
    let began = Instant::now();
    unit.commit().await?;
    Ok((token, began))
}
