//! The rows that the clients of one history share, and what all of them count on.

use super::history::{Interval, Key, Row, Tag};
use crate::proof::Failure;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use wtb_contract::samples;
use wtb_domain::{AuditEntry, Execution, ExecutionId, Json, NodeId};
use wtb_ports::{BoxUnitOfWork, PageLimit, PageRequest, StoreError, StoreResult, UnitOfWorkFactory};

/// Rows that the clients share: few, so that units meet.
pub(super) const ROWS: usize = 5;

/// Why a step of a unit was not taken.
pub(super) enum Stopped {
    /// The store refused it.
    Refused(StoreError),
    /// What was read is nothing that anyone wrote.
    Foreign(String),
}

impl From<StoreError> for Stopped {
    fn from(error: StoreError) -> Self {
        Self::Refused(error)
    }
}

/// The rows of one history in a store, and its clock. Clones are the same.
#[derive(Clone)]
pub(super) struct Scene {
    pub(super) store: Arc<dyn UnitOfWorkFactory>,
    rows: Arc<[ExecutionId]>,
    clock: Arc<AtomicU64>,
}

impl Scene {
    /// Rows of their own in `sound`, which many histories share, for clients that use it through `store`.
    ///
    /// # Errors
    /// `Unable` if they cannot be made.
    pub(super) async fn new(
        sound: &dyn UnitOfWorkFactory,
        store: Arc<dyn UnitOfWorkFactory>,
        name: &str,
    ) -> Result<Self, Failure> {
        let workflow = samples::workflow(name);
        let rows: Vec<Execution> =
            (0..ROWS).map(|row| samples::execution(&format!("{name}-{row}"), &workflow)).collect();
        let ids = rows.iter().map(|row| row.id.clone()).collect();
        let made: StoreResult<()> = async {
            let mut unit = sound.begin().await?;
            unit.workflows().add(workflow).await?;
            unit.executions().add_all(rows).await?;
            unit.commit().await
        }
        .await;
        made.map_err(Failure::unable)?;
        Ok(Self { store, rows: ids, clock: Arc::default() })
    }

    /// The next moment.
    pub(super) fn now(&self) -> u64 {
        self.clock.fetch_add(1, Ordering::SeqCst)
    }

    /// When `action` was asked for and answered, and what it answered.
    pub(super) async fn timed<T>(&self, action: impl Future<Output = T>) -> (Interval, T) {
        let asked = self.now();
        let answer = action.await;
        (Interval { asked, answered: self.now() }, answer)
    }

    /// Reads a row; answers the entity too, to change it.
    pub(super) async fn read(&self, unit: &mut BoxUnitOfWork, key: Key) -> Result<(Row, Execution), Stopped> {
        let found = unit.executions().get_by_id(&self.rows[key]).await?;
        let found = found.ok_or_else(|| Stopped::Foreign(format!("row {key} is gone")))?;
        let list: Result<Vec<Tag>, String> =
            found.execution_path.iter().map(|node| node.as_str().parse()).collect();
        let register = match found.state.as_str() {
            "{}" => None,
            text => Some(text.trim_matches('"').parse().map_err(Stopped::Foreign)?),
        };
        let revision = usize::try_from(found.revision.get()).unwrap_or_default();
        Ok((Row { revision, list: list.map_err(Stopped::Foreign)?, register }, found))
    }

    /// Leaves `tag` behind in a row; answers the entity to go on with.
    pub(super) async fn change(
        unit: &mut BoxUnitOfWork,
        mut row: Execution,
        tag: Tag,
    ) -> StoreResult<Execution> {
        let text = tag.to_string();
        row.state = Json::new(format!("\"{text}\""));
        row.execution_path.push(samples::id::<NodeId>(&text));
        unit.executions().update(row).await
    }

    /// Reads the log about a row.
    pub(super) async fn read_log(&self, unit: &mut BoxUnitOfWork, key: Key) -> Result<Vec<Tag>, Stopped> {
        let all = PageRequest::first(PageLimit::MAX);
        let page = unit.audit_logs().get_by_execution(&self.rows[key], all).await?;
        page.items
            .iter()
            .map(|entry| entry.message.parse())
            .collect::<Result<_, _>>()
            .map_err(Stopped::Foreign)
    }

    /// Leaves `tag` behind in the log about a row.
    pub(super) async fn log(&self, unit: &mut BoxUnitOfWork, key: Key, tag: Tag) -> StoreResult<()> {
        let entry: AuditEntry = samples::audit_entry(&tag.to_string());
        unit.audit_logs().append_logs(Some(&self.rows[key]), vec![entry]).await
    }
}
