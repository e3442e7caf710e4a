//! Appends the audit entries that are absent. They have no identity, so equal ones are counted.

use super::Stop;
use super::bring::{Bring, Place};
use super::difference::Difference;
use super::entities::{Imported, Parent};
use crate::digest::Canonical;
use crate::import::mapping::{About, Found, Take, count_adjusted, how};
use crate::walk::Walk;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use wtb_config::BoxFuture;
use wtb_domain::{AuditEntry, Entity, EntityKind, EventType, ExecutionId, Json, Revision, Severity};
use wtb_ports::{Clock, StoreResult, SystemClock, UnitOfWork};

/// The event of an entry that notes what `--refresh` wrote.
const REFRESHED: &str = "import_refreshed";

/// The details of such an entry.
#[derive(Debug, Serialize, Deserialize)]
struct Written {
    entity: String,
    id: String,
    /// The revision that the import wrote.
    revision: i64,
}

/// Reads the log of the store: how often it has each entry, and which revisions earlier imports wrote. Answers how many
/// entries there are.
///
/// # Errors
/// If the store says no.
pub(super) async fn read(unit: &mut dyn UnitOfWork, found: &mut Found) -> StoreResult<u64> {
    let (mut walk, mut entries) = (Walk::default(), 0);
    loop {
        let page = walk.next::<AuditEntry>(unit).await?;
        if page.is_empty() {
            return Ok(entries);
        }
        entries += page.len() as u64;
        for entry in page {
            found.seen.add(About::LogEntries, &digest(&entry), 1);
            if entry.event_type.as_str() == REFRESHED
                && let Ok(Written { entity, id, revision }) = entry.details.parse()
                && let Some(kind) = EntityKind::ALL.iter().find(|kind| kind.as_str() == entity)
            {
                let about = About::Refreshed(kind.as_str());
                found.seen.set(about, id.as_bytes(), &revision.to_string());
            }
        }
    }
}

fn digest(entry: &AuditEntry) -> [u8; 32] {
    let mut hash = Sha256::new();
    entry.write(&mut hash);
    hash.finalize().into()
}

impl Bring<'_, '_> {
    /// Appends those of a batch that the log has not as often, in the order given.
    async fn append_missing(
        &mut self,
        batch: Vec<(String, AuditEntry)>,
        found: &mut Found,
    ) -> Result<(), Stop> {
        if self.is_stopped(found) {
            return Ok(());
        }
        let mut missing = Vec::with_capacity(batch.len());
        for (key, entry) in batch {
            if self.logged > 0 {
                let digest = digest(&entry);
                if found.seen.note(About::LogEntries, &digest).is_some_and(|left| left != "0") {
                    found.seen.add(About::LogEntries, &digest, -1);
                    self.tally(EntityKind::AuditEntry).already_there += 1;
                    continue;
                }
            }
            let logged = self.logged;
            let added = &mut self.tally(EntityKind::AuditEntry).added;
            *added += 1;
            if key != (logged + *added).to_string() {
                count_adjusted(&mut found.adjusted, "wtb_audit_logs", "id", how::NEW_NUMBER, 1);
            }
            missing.push(entry);
        }
        if let Place::Unit(unit) = &mut self.place
            && !missing.is_empty()
        {
            unit.audit_logs().append_logs(None, missing).await?;
        }
        Ok(())
    }
}

impl Take<AuditEntry> for Bring<'_, '_> {
    type Error = Stop;

    fn take<'t>(
        &'t mut self,
        batch: Vec<(String, AuditEntry)>,
        found: &'t mut Found,
    ) -> BoxFuture<'t, Result<(), Stop>> {
        Box::pin(self.append_missing(batch, found))
    }
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
