//! Appends the audit entries that are absent. They have no identity, so equal ones are counted.

use super::bring::{Bring, Place};
use super::refresh::{REFRESHED, Written};
use super::stop::Stop;
use crate::digest::Canonical;
use crate::import::mapping::{About, Found, Take, count_adjusted, how};
use crate::walk::Walk;
use sha2::{Digest, Sha256};
use wtb_config::BoxFuture;
use wtb_domain::{AuditEntry, EntityKind};
use wtb_ports::{StoreResult, UnitOfWork};

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
