//! Whether the units in a store are whole.

use super::units::{Content, counted, counter};
use std::collections::BTreeMap;
use wtb_contract::Stored;
use wtb_domain::{
    AuditEntry, CheckpointFile, Entity, EvaluationResult, Execution, NodeBoundary, NodeVariant, Workflow,
};
use wtb_ports::{BoxUnitOfWork, PageLimit, PageRequest, StoreResult, UnitOfWorkFactory};

/// Rows of a page.
const PAGE: u32 = 5_000;

/// All that a store holds.
pub(super) struct Found {
    workflows: Vec<Workflow>,
    executions: Vec<Execution>,
    boundaries: Vec<NodeBoundary>,
    files: Vec<CheckpointFile>,
    variants: Vec<NodeVariant>,
    results: Vec<EvaluationResult>,
    entries: Vec<AuditEntry>,
}

impl Found {
    /// Reads everything in one unit.
    ///
    /// # Errors
    /// What the store answers.
    pub(super) async fn in_store(store: &dyn UnitOfWorkFactory) -> StoreResult<Self> {
        let mut unit = store.begin_read().await?;
        let found = Self {
            workflows: all(&mut unit).await?,
            executions: all(&mut unit).await?,
            boundaries: all(&mut unit).await?,
            files: all(&mut unit).await?,
            variants: all(&mut unit).await?,
            results: all(&mut unit).await?,
            entries: all_entries(&mut unit).await?,
        };
        unit.rollback().await?;
        Ok(found)
    }

    /// How many units there are, if each of them is whole and there is nothing else.
    ///
    /// # Errors
    /// Says what is missing, changed or too much.
    pub(super) fn whole_units(mut self) -> Result<u64, String> {
        let of_counter = self.workflows.iter().position(|workflow| workflow.id == counter());
        let counter = of_counter.map(|place| self.workflows.swap_remove(place));
        let count = counted(counter.as_ref());
        let units: Vec<Content> = (1..=count).map(Content::of).collect();
        same(units.iter().map(|unit| &unit.workflow), self.workflows)?;
        same(units.iter().map(|unit| &unit.execution), self.executions)?;
        same(units.iter().flat_map(|unit| &unit.boundaries), self.boundaries)?;
        same(units.iter().map(|unit| &unit.file), self.files)?;
        same(units.iter().map(|unit| &unit.variant), self.variants)?;
        same(units.iter().map(|unit| &unit.result), self.results)?;
        let mut entries = self.entries.iter();
        for expected in units.iter().flat_map(|unit| &unit.entries) {
            match entries.next() {
                Some(found) if found == expected => {}
                Some(found) => {
                    return Err(format!(
                        "{:?} stands in the log where {:?} should",
                        found.message, expected.message
                    ));
                }
                None => return Err(format!("{:?} is not in the log", expected.message)),
            }
        }
        match entries.next() {
            Some(entry) => {
                Err(format!("{:?} is in the log, and only {count} units are counted", entry.message))
            }
            None => Ok(count),
        }
    }
}

/// Compares what was written with what is there.
fn same<'a, E: Entity>(written: impl Iterator<Item = &'a E>, found: Vec<E>) -> Result<(), String> {
    let mut found: BTreeMap<E::Id, E> =
        found.into_iter().map(|entity| (entity.id().clone(), entity)).collect();
    let kind = E::KIND;
    for entity in written {
        match found.remove(entity.id()) {
            Some(same) if same == *entity => {}
            Some(_) => return Err(format!("{kind} {} is not as it was written", entity.id())),
            None => return Err(format!("{kind} {} is missing", entity.id())),
        }
    }
    match found.into_keys().next() {
        Some(id) => Err(format!("{kind} {id} is of a unit that is not counted")),
        None => Ok(()),
    }
}

async fn all<E: Stored>(unit: &mut BoxUnitOfWork) -> StoreResult<Vec<E>> {
    let mut found = Vec::new();
    let mut request = first();
    loop {
        let page = E::list_all(unit, request).await?;
        found.extend(page.items);
        let Some(next) = page.next else { return Ok(found) };
        request = first().after(next);
    }
}

async fn all_entries(unit: &mut BoxUnitOfWork) -> StoreResult<Vec<AuditEntry>> {
    let mut found = Vec::new();
    let mut request = first();
    loop {
        let page = unit.audit_logs().list_all(request).await?;
        found.extend(page.items);
        let Some(next) = page.next else { return Ok(found) };
        request = first().after(next);
    }
}

fn first() -> PageRequest {
    PageRequest::first(PageLimit::new(PAGE).expect("at most ten thousand"))
}

#[cfg(test)]
mod tests {
    use super::super::units::{Manner, commit_next};
    use super::*;

    #[tokio::test]
    async fn units_are_whole_until_a_row_is_missing_or_too_much() {
        let store = wtb_adapter_memory::open();
        for number in 1..=3 {
            assert_eq!(commit_next(&store, Manner::Sound).await.unwrap(), number);
        }
        let found = async || Found::in_store(&store).await.unwrap();
        assert_eq!(found().await.whole_units(), Ok(3));
        let judge = |found: Found| found.whole_units().unwrap_err();

        let mut less = found().await;
        less.results.remove(1);
        assert_eq!(judge(less), "evaluation result result-unit-2 is missing");
        let mut changed = found().await;
        changed.files[0].file_count += 1;
        assert_eq!(judge(changed), "checkpoint file file-unit-1 is not as it was written");
        let mut more = found().await;
        more.executions.push(Content::of(4).execution);
        assert_eq!(judge(more), "execution execution-unit-4 is of a unit that is not counted");
        let mut shorter = found().await;
        shorter.entries.pop();
        assert_eq!(judge(shorter), "\"entry 3 of unit-3\" is not in the log");
    }
}
