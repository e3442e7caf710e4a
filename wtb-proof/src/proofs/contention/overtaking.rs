//! A defect: one writer goes first, whoever came before it.

use async_trait::async_trait;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::sleep;
use wtb_contract::defective::{Defect, DefectiveStore, Gate, Place};
use wtb_ports::{StoreResult, UnitOfWorkFactory};

/// How long anybody would wait.
const PATIENCE: Duration = Duration::from_mins(1);
/// Between two looks of a writer that is overtaken.
const PAUSE: Duration = Duration::from_millis(5);

/// A handle of `store` for each writer; if there is `overtaking`, the first writer waits for its turn and the others look
/// now and then whether there is one.
pub(super) fn handles(
    store: &Arc<dyn UnitOfWorkFactory>,
    writers: u32,
    overtaking: bool,
) -> Vec<Arc<dyn UnitOfWorkFactory>> {
    let gate = Gate::with_room_for(1, PATIENCE);
    let handle = |writer| -> Arc<dyn UnitOfWorkFactory> {
        let sound = Arc::clone(store);
        if overtaking {
            Arc::new(DefectiveStore::new(sound, gate.clone(), Overtaking { first: writer == 0 }))
        } else {
            sound
        }
    };
    (0..writers).map(handle).collect()
}

#[derive(Debug, Clone)]
struct Overtaking {
    first: bool,
}

#[async_trait]
impl Defect for Overtaking {
    async fn wait(&self, gate: &Gate, writes: bool) -> StoreResult<Place> {
        loop {
            if self.first {
                return gate.wait(writes).await;
            }
            if let Ok(place) = gate.enter_at_once(writes) {
                return Ok(place);
            }
            sleep(PAUSE).await;
        }
    }
}
