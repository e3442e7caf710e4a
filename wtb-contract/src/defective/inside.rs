//! The unit beneath one of a store with a defect.

use super::gate::Place;
use std::sync::Arc;
use wtb_ports::{BoxUnitOfWork, UnitOfWorkFactory};

/// What a defect gets to see of a unit.
pub struct Inside {
    /// The other store.
    pub sound: Arc<dyn UnitOfWorkFactory>,
    /// Whether the unit may write.
    pub writes: bool,
    pub(super) unit: Option<(BoxUnitOfWork, Place)>,
}

impl Inside {
    /// The other store's unit.
    pub fn unit(&mut self) -> &mut BoxUnitOfWork {
        let (unit, _) = self.unit.as_mut().expect("the unit has not ended");
        unit
    }

    /// Goes on in a new unit of the other store; answers the one before.
    pub async fn renew(&mut self) -> BoxUnitOfWork {
        let next = if self.writes { self.sound.begin().await } else { self.sound.begin_read().await };
        std::mem::replace(self.unit(), next.expect("a unit"))
    }

    /// Commits what was written so far.
    pub async fn commit_and_go_on(&mut self) {
        self.renew().await.commit().await.expect("committed");
        // The first of the two began too early to see what was committed.
        self.renew().await.rollback().await.expect("rolled back");
    }
}
