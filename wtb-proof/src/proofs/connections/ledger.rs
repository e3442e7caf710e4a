//! Which units are kept according to those who wrote them, and whether the tables agree.

use super::unit::{Ended, name};
use crate::proof::Failure;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Mutex, PoisonError};
use wtb_ports::{PageLimit, PageRequest, UnitOfWorkFactory};

/// How numbered units ended, as their writers were told.
#[derive(Default)]
pub(super) struct Ledger(Mutex<BTreeMap<u64, Ended>>);

/// How often units ended how.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tally {
    committed: usize,
    failed: usize,
    resolved_kept: usize,
    resolved_not_kept: usize,
}

impl Ledger {
    /// Notes how a unit ended.
    pub(super) fn note(&self, number: u64, ended: Ended) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(number, ended);
    }

    /// How often units ended how.
    pub(super) fn tally(&self) -> Tally {
        let mut tally = Tally::default();
        for ended in self.0.lock().unwrap_or_else(PoisonError::into_inner).values() {
            match ended {
                Ended::Committed => tally.committed += 1,
                Ended::Failed => tally.failed += 1,
                Ended::Resolved { kept: true } => tally.resolved_kept += 1,
                Ended::Resolved { kept: false } => tally.resolved_not_kept += 1,
            }
        }
        tally
    }

    /// Compares with what the tables hold.
    ///
    /// # Errors
    /// `Found` with the first unit that is kept though it should not be, or the other way round, or by half.
    pub(super) async fn compare(&self, store: &dyn UnitOfWorkFactory) -> Result<(), Failure> {
        let (files, entries) = stored(store).await?;
        let ledger = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (number, ended) in ledger.iter() {
            let name = name(*number);
            let found = (files.contains(&format!("checkpoint-{name}")), entries.contains(&name));
            if found != (ended.is_kept(), ended.is_kept()) {
                let found = match found {
                    (true, true) => "is kept",
                    (false, false) => "is not kept",
                    _ => "is kept by half",
                };
                return Err(Failure::found(format!(
                    "unit {number} {found}, but its writer was told {ended:?}"
                )));
            }
        }
        let kept = ledger.values().filter(|ended| ended.is_kept()).count();
        if (files.len(), entries.len()) != (kept, kept) {
            return Err(Failure::found("the tables hold what no unit wrote"));
        }
        Ok(())
    }
}

/// The checkpoints of all files, and the messages of all entries; each entry once.
async fn stored(store: &dyn UnitOfWorkFactory) -> Result<(BTreeSet<String>, BTreeSet<String>), Failure> {
    let (mut files, mut entries) = (BTreeSet::new(), BTreeSet::new());
    let mut unit = store.begin_read().await.map_err(Failure::unable)?;
    let mut page = PageRequest::first(PageLimit::MAX);
    loop {
        let read = unit.checkpoint_files().list_all(page).await.map_err(Failure::unable)?;
        files.extend(read.items.into_iter().map(|file| file.checkpoint_id.to_string()));
        let Some(next) = read.next else { break };
        page = page.after(next);
    }
    let mut page = PageRequest::first(PageLimit::MAX);
    loop {
        let read = unit.audit_logs().list_all(page).await.map_err(Failure::unable)?;
        for entry in read.items {
            if !entries.insert(entry.message.clone()) {
                return Err(Failure::found(format!("the entry of {} is there twice", entry.message)));
            }
        }
        let Some(next) = read.next else { return Ok((files, entries)) };
        page = page.after(next);
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { committed, failed, resolved_kept, resolved_not_kept } = self;
        write!(
            f,
            "{committed} units committed, {failed} failed, {} of unknown outcome ({resolved_kept} kept, \
             {resolved_not_kept} not)",
            resolved_kept + resolved_not_kept
        )
    }
}
