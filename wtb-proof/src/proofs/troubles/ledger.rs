//! Units of several writes, and what became of each.

use crate::seed::Numbers;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::sync::{Mutex, MutexGuard, PoisonError};
use wtb_contract::samples;
use wtb_domain::{AuditEntry, Execution, Json, Workflow};
use wtb_ports::{BoxUnitOfWork, PageLimit, PageRequest, StoreError, StoreResult, UnitOfWorkFactory};

/// What a unit was told at its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Kept,
    Refused,
    Unknown,
}

/// The outcomes of units. Each writes a workflow, an execution and an entry in the log, all of the same name.
#[derive(Debug)]
pub(super) struct Ledger {
    outcomes: Mutex<BTreeMap<u32, Outcome>>,
    /// Units are not what they should be: their first write is kept by itself.
    commits_each_call: bool,
}

/// A unit that goes on after its first write.
pub(super) struct Begun {
    unit: BoxUnitOfWork,
    number: u32,
}

impl Ledger {
    /// Of no units yet, on a store that may commit each call.
    pub(super) fn new(commits_each_call: bool) -> Self {
        Self { outcomes: Mutex::default(), commits_each_call }
    }

    fn outcomes(&self) -> MutexGuard<'_, BTreeMap<u32, Outcome>> {
        self.outcomes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins the next unit and makes its first write; with documents of this size.
    ///
    /// # Errors
    /// What the store answers.
    pub(super) async fn begin(&self, store: &dyn UnitOfWorkFactory, document: Json) -> StoreResult<Begun> {
        let number = self.next();
        let mut unit = store.begin().await?;
        unit.workflows().add(Workflow { definition: document, ..workflow(number) }).await?;
        if self.commits_each_call {
            unit.commit().await?;
            unit = store.begin().await?;
        }
        Ok(Begun { unit, number })
    }

    /// The number of another unit, of which nothing is kept yet.
    fn next(&self) -> u32 {
        let mut outcomes = self.outcomes();
        let number = outcomes.last_key_value().map_or(0, |(last, _)| last + 1);
        outcomes.insert(number, Outcome::Refused);
        number
    }

    /// Makes the other writes of a unit and commits it.
    ///
    /// # Errors
    /// What the store answers.
    pub(super) async fn finish(&self, begun: Begun, document: Json) -> StoreResult<()> {
        let Begun { mut unit, number } = begun;
        let execution = Execution { state: document, ..execution(number) };
        unit.executions().add(execution.clone()).await?;
        unit.audit_logs().append_logs(Some(&execution.id), vec![entry(number)]).await?;
        let answer = unit.commit().await;
        let outcome = match &answer {
            Ok(()) => Outcome::Kept,
            Err(StoreError::OutcomeUnknown { .. }) => Outcome::Unknown,
            Err(_) => Outcome::Refused,
        };
        self.outcomes().insert(number, outcome);
        answer
    }

    /// How many units were kept for certain.
    pub(super) fn kept(&self) -> usize {
        self.outcomes().values().filter(|outcome| **outcome == Outcome::Kept).count()
    }

    /// Reads one of the units, whatever became of it.
    ///
    /// # Errors
    /// What the store answers, or how much of the unit is there.
    pub(super) async fn read_one(
        &self,
        store: &dyn UnitOfWorkFactory,
        numbers: &mut Numbers,
    ) -> StoreResult<Result<(), String>> {
        let begun = u32::try_from(self.outcomes().len()).unwrap_or(u32::MAX).max(1);
        let number = u32::try_from(numbers.below(u64::from(begun))).unwrap_or(0);
        let mut unit = store.begin_read().await?;
        let one = unit.workflows().get_by_id(&workflow(number).id).await?.is_some();
        let other = unit.executions().get_by_id(&execution(number).id).await?.is_some();
        unit.rollback().await?;
        Ok(if one == other { Ok(()) } else { Err(format!("a part of unit {number} was seen")) })
    }

    /// Compares the outcomes with what is stored.
    ///
    /// # Errors
    /// What the store answers, or what is there that should not be, or is not that should.
    pub(super) async fn compare(&self, store: &dyn UnitOfWorkFactory) -> StoreResult<Result<(), String>> {
        let page = PageRequest::first(PageLimit::MAX);
        let mut unit = store.begin_read_own_writes().await?;
        let workflows = unit.workflows().list_all(page).await?.items;
        let executions = unit.executions().list_all(page).await?.items;
        let entries = unit.audit_logs().list_all(page).await?.items;
        unit.rollback().await?;
        let workflows: BTreeSet<_> = workflows.into_iter().map(|it| it.id.to_string()).collect();
        let executions: BTreeSet<_> = executions.into_iter().map(|it| it.id.to_string()).collect();
        let entries: BTreeSet<_> = entries.into_iter().map(|it| it.message).collect();
        for (number, outcome) in &*self.outcomes() {
            let parts = [
                workflows.contains(workflow(*number).id.as_ref()),
                executions.contains(execution(*number).id.as_ref()),
                entries.contains(&entry(*number).message),
            ];
            match (parts, outcome) {
                ([true, true, true], Outcome::Kept | Outcome::Unknown)
                | ([false, false, false], Outcome::Refused | Outcome::Unknown) => {}
                _ => return Ok(Err(format!("of unit {number}, {outcome:?}, there is {parts:?}"))),
            }
        }
        Ok(Ok(()))
    }
}

fn workflow(number: u32) -> Workflow {
    samples::workflow(&number.to_string())
}

fn execution(number: u32) -> Execution {
    samples::execution(&number.to_string(), &workflow(number))
}

fn entry(number: u32) -> AuditEntry {
    samples::audit_entry(&number.to_string())
}

/// A document of so many random digits, which nothing makes smaller.
pub(super) fn document(digits: usize, numbers: &mut Numbers) -> Json {
    let mut text = String::with_capacity(digits + 18);
    text.push('"');
    while text.len() < digits {
        let _ = write!(text, "{:016x}", numbers.next());
    }
    text.push('"');
    Json::new(text)
}
