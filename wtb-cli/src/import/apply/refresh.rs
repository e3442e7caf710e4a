//! Writing a row of the source over the stored one, where only the source changed.

use super::difference::Difference;
use super::entities::{Imported, Parent};
use super::stop::Stop;
use crate::import::mapping::{About, Found};
use serde::{Deserialize, Serialize};
use wtb_domain::{AuditEntry, Entity, EntityKind, EventType, ExecutionId, Json, Revision, Severity};
use wtb_ports::{Clock, SystemClock, UnitOfWork};

/// The event of an entry that notes what `--refresh` wrote.
pub(super) const REFRESHED: &str = "import_refreshed";

/// The details of such an entry.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Written {
    pub(super) entity: String,
    pub(super) id: String,
    /// The revision that the import wrote.
    pub(super) revision: i64,
}

/// The right to write a row of the source over the stored one.
#[derive(Debug)]
pub(super) struct Refresh {
    execution: Option<ExecutionId>,
}

impl Refresh {
    /// The right to write `incoming` over `stored`, which has this revision: only the source changed since an import
    /// wrote it. A row that an import added has the first revision; which one it wrote later is noted in the log.
    ///
    /// # Errors
    /// If the store changed too, or has another row under the same id.
    pub(super) fn of<E: Imported>(
        stored: &E,
        incoming: &E,
        revision: Revision,
        found: &mut Found,
    ) -> Result<Self, Stop> {
        let id = incoming.id().as_ref();
        let noted = found.seen.note(About::Refreshed(E::KIND.as_str()), id.as_bytes());
        let written = noted.unwrap_or_else(|| Revision::FIRST.get().to_string());
        if written != revision.get().to_string() {
            return Err(Stop::BothChanged(Difference::between(stored, incoming)?));
        }
        if !stored.is_same_row(incoming) {
            return Err(Stop::Differs(Difference::between(stored, incoming)?));
        }
        let execution = match incoming.parent() {
            Some(Parent::Execution(execution)) => Some(execution),
            _ if E::KIND == EntityKind::Execution => ExecutionId::new(id).ok(),
            _ => None,
        };
        Ok(Self { execution })
    }

    /// Notes in the log that an import from `source` wrote `updated`.
    ///
    /// # Errors
    /// If the store says no.
    pub(super) async fn note<E: Entity>(
        self,
        unit: &mut dyn UnitOfWork,
        updated: &E,
        source: &str,
    ) -> Result<(), Stop> {
        let (entity, id) = (E::KIND.to_string(), updated.id().to_string());
        let message = format!("{entity} {id} was updated from {source}");
        let revision = updated.revision().get();
        let mut entry =
            AuditEntry::new(SystemClock.now(), EventType::new(REFRESHED), Severity::Info, message);
        entry.execution_id = self.execution;
        entry.details = Json::of(&Written { entity, id, revision })?;
        Ok(unit.audit_logs().append_logs(None, vec![entry]).await?)
    }
}
