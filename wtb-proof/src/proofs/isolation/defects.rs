//! Stores that break snapshot isolation, each in another way.

use async_trait::async_trait;
use std::any::Any;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use wtb_contract::Stored;
use wtb_contract::defective::{Defect, Inside};
use wtb_domain::{AuditEntry, Execution, ExecutionId};
use wtb_ports::{BoxUnitOfWork, StoreError, StoreResult, UnitOfWorkFactory};

/// What is rolled back is committed: others read what was undone.
#[derive(Debug, Clone)]
pub(super) struct KeepsWhatIsRolledBack;

#[async_trait]
impl Defect for KeepsWhatIsRolledBack {
    async fn rollback(&mut self, unit: BoxUnitOfWork) -> StoreResult<()> {
        unit.commit().await
    }
}

/// Every call of a unit that writes is kept at once: others see half of it.
#[derive(Debug, Clone)]
pub(super) struct KeepsEachCall;

#[async_trait]
impl Defect for KeepsEachCall {
    async fn after_call(&mut self, inside: &mut Inside, succeeded: bool) {
        if !succeeded || !inside.writes {
            return;
        }
        // The write connection has to be free before the next unit can write.
        let Ok(reader) = inside.sound.begin_read().await else { return };
        let half = std::mem::replace(inside.unit(), reader);
        // Whoever came too late is told so by a later call, or by nobody.
        let _ = half.commit().await;
        if let Ok(writer) = inside.sound.begin().await {
            drop(std::mem::replace(inside.unit(), writer));
        }
    }
}

/// Each call of a unit that reads sees the newest state: rows of different moments.
#[derive(Debug, Clone)]
pub(super) struct ReadsEachRowAsOfNow;

#[async_trait]
impl Defect for ReadsEachRowAsOfNow {
    async fn before_call(&mut self, inside: &mut Inside) {
        if !inside.writes {
            drop(inside.renew().await);
        }
    }
}

/// A unit that reads is given the snapshot that was taken for the one before.
#[derive(Clone, Default)]
pub(super) struct ReadsAnOldSnapshot {
    shelf: Arc<Mutex<Option<BoxUnitOfWork>>>,
}

impl fmt::Debug for ReadsAnOldSnapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReadsAnOldSnapshot").finish_non_exhaustive()
    }
}

#[async_trait]
impl Defect for ReadsAnOldSnapshot {
    async fn begin_read(&self, store: &Arc<dyn UnitOfWorkFactory>) -> StoreResult<BoxUnitOfWork> {
        let fresh = store.begin_read().await?;
        let old = self.shelf.lock().unwrap_or_else(PoisonError::into_inner).replace(fresh);
        match old {
            Some(old) => Ok(old),
            None => store.begin_read().await,
        }
    }
}

/// A unit reads without holding anything, and writes at its end over whatever is there: updates are lost.
#[derive(Debug, Clone, Default)]
pub(super) struct OverwritesWhatOthersWrote {
    rows: Vec<Execution>,
}

#[async_trait]
impl Defect for OverwritesWhatOthersWrote {
    async fn begin(&self, store: &Arc<dyn UnitOfWorkFactory>) -> StoreResult<BoxUnitOfWork> {
        store.begin_read().await
    }

    async fn get_by_id<E: Stored>(&mut self, inside: &mut Inside, id: &E::Id) -> StoreResult<Option<E>> {
        let found = E::get_by_id(inside.unit(), id).await?;
        let own = self.rows.iter().rev().find(|row| row.id.as_str() == id.as_ref());
        Ok(own.and_then(|row| (row as &dyn Any).downcast_ref().cloned()).or(found))
    }

    async fn update<E: Stored>(&mut self, _inside: &mut Inside, entity: E) -> StoreResult<E> {
        let next = entity.revision().next();
        let entity = entity.at_revision(next);
        self.rows.extend((&entity as &dyn Any).downcast_ref().cloned());
        Ok(entity)
    }

    /// It is a defect of rows alone.
    async fn append_logs(
        &mut self,
        _inside: &mut Inside,
        _execution_id: Option<&ExecutionId>,
        _entries: Vec<AuditEntry>,
    ) -> StoreResult<()> {
        Err(StoreError::Conflict { operation: "append", source: None })
    }

    async fn commit(&mut self, inside: &mut Inside, reader: BoxUnitOfWork) -> StoreResult<()> {
        drop(reader);
        let mut unit = inside.sound.begin().await?;
        for row in &self.rows {
            let Some(now) = unit.executions().get_by_id(&row.id).await? else { continue };
            unit.executions().update(Execution { revision: now.revision, ..row.clone() }).await?;
        }
        unit.commit().await
    }
}
