//! The operations whose time must not grow with what is stored, each many times over.

use crate::failure::Outcome;
use crate::samples::{self, SMALL_STATE};
use std::sync::Arc;
use std::time::{Duration, Instant};
use wtb_domain::{Execution, ExecutionId, ExecutionStatus};
use wtb_ports::{Cursor, PageLimit, PageRequest, UnitOfWorkFactory};

/// Operations in one repetition.
const TOGETHER: u64 = 50;

/// Something an application does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operation {
    /// Begin a unit that writes, and roll it back.
    Begin,
    /// Read an execution by id.
    Get,
    /// List the running executions.
    Running,
    /// Read the first page of all executions.
    FirstPage,
    /// Read the page after nine tenths of all executions.
    DeepPage,
    /// Update an execution.
    Update,
    /// Add an execution.
    Add,
}

impl Operation {
    pub(super) const ALL: [Self; 7] =
        [Self::Begin, Self::Get, Self::Running, Self::FirstPage, Self::DeepPage, Self::Update, Self::Add];

    /// What people call it.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Begin => "begin",
            Self::Get => "get_by_id",
            Self::Running => "get_running",
            Self::FirstPage => "page 1",
            Self::DeepPage => "deep page",
            Self::Update => "update",
            Self::Add => "add",
        }
    }
}

/// A store with executions numbered from 0, a hundred of them running.
pub(super) struct Subject {
    pub(super) store: Arc<dyn UnitOfWorkFactory>,
    pub(super) executions: u64,
    /// Where nine tenths of them end.
    pub(super) deep: Cursor,
    /// The number of the next execution that is added.
    next: u64,
}

impl Subject {
    /// Walks to the deep page.
    pub(super) async fn new(store: Arc<dyn UnitOfWorkFactory>, executions: u64) -> Outcome<Self> {
        let step = PageLimit::new(u32::try_from(executions / 10)?.min(PageLimit::MAX.get()))?;
        let mut page = PageRequest::first(step);
        let mut passed = 0;
        let mut unit = store.begin_read().await?;
        let deep = loop {
            let found = unit.executions().list_all(page).await?;
            let next = found.next.ok_or("the walk ended before nine tenths")?;
            passed += u64::from(step.get());
            if passed * 10 >= executions * 9 {
                break next;
            }
            page = page.after(next);
        };
        unit.rollback().await?;
        Ok(Self { store, executions, deep, next: executions })
    }

    /// How long an operation takes. Each `repetition` is on other executions.
    pub(super) async fn time(&mut self, operation: Operation, repetition: u64) -> Outcome<Duration> {
        let picked = self.picked(repetition);
        let time = match operation {
            Operation::Begin => self.begin().await?,
            Operation::Update => self.update(&picked).await?,
            Operation::Add => self.add().await?,
            _ => self.read(operation, &picked).await?,
        };
        Ok(time / u32::try_from(TOGETHER)?)
    }

    /// Executions from all over the store, none of them twice.
    fn picked(&self, repetition: u64) -> Vec<ExecutionId> {
        let first = samples::mixed(repetition) % self.executions;
        let step = self.executions / TOGETHER;
        (0..TOGETHER).map(|pick| samples::execution_id((first + pick * step) % self.executions)).collect()
    }

    async fn begin(&self) -> Outcome<Duration> {
        let begun = Instant::now();
        for _ in 0..TOGETHER {
            self.store.begin().await?.rollback().await?;
        }
        Ok(begun.elapsed())
    }

    async fn read(&self, operation: Operation, ids: &[ExecutionId]) -> Outcome<Duration> {
        let page = PageRequest::first(PageLimit::DEFAULT);
        let mut unit = self.store.begin_read().await?;
        let begun = Instant::now();
        for id in ids {
            let executions = unit.executions();
            let found = match operation {
                Operation::Get => usize::from(executions.get_by_id(id).await?.is_some()) * 100,
                Operation::Running => executions.get_running(page).await?.items.len(),
                Operation::DeepPage => executions.list_all(page.after(self.deep)).await?.items.len(),
                _ => executions.list_all(page).await?.items.len(),
            };
            if found != 100 {
                return Err(format!("{} found {found} of 100", operation.name()).into());
            }
        }
        let elapsed = begun.elapsed();
        unit.rollback().await?;
        Ok(elapsed)
    }

    /// A part of the commit is counted with each.
    async fn update(&self, ids: &[ExecutionId]) -> Outcome<Duration> {
        let mut unit = self.store.begin().await?;
        let mut read = unit.executions().get_by_ids(ids).await?;
        for (number, execution) in (self.executions..).zip(&mut read) {
            execution.state = samples::state(number, SMALL_STATE);
        }
        let begun = Instant::now();
        for execution in read {
            unit.executions().update(execution).await?;
        }
        unit.commit().await?;
        Ok(begun.elapsed())
    }

    async fn add(&mut self) -> Outcome<Duration> {
        let numbers = self.next..self.next + TOGETHER;
        self.next = numbers.end;
        let added: Vec<_> = numbers.map(|number| stored(number, u64::MAX)).collect();
        let mut unit = self.store.begin().await?;
        let begun = Instant::now();
        for execution in added {
            unit.executions().add(execution).await?;
        }
        unit.commit().await?;
        Ok(begun.elapsed())
    }
}

/// The execution of this number, where every so many one runs.
pub(super) fn stored(number: u64, running_every: u64) -> Execution {
    let is_running = number.is_multiple_of(running_every);
    let status = if is_running { ExecutionStatus::Running } else { ExecutionStatus::Completed };
    samples::execution(number, samples::workflow_id(0), status, SMALL_STATE)
}
