//! Many tasks look for the same and add it where it is absent: none of them is refused.

use crate::proof::{Failure, Outcome, PlantedDefect, Proof, Trial, Tried, run};
use crate::stores::{Adapter, OpenStore, folder, sqlite_options};
use async_trait::async_trait;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Barrier;
use tokio::task::JoinSet;
use wtb_adapter_sql::sqlite::{self, Synchronous};
use wtb_config::{RetryPolicy, Settings};
use wtb_contract::defective::{Defect, DefectiveStore, Gate, Inside};
use wtb_contract::samples;
use wtb_domain::{EntityKind, Workflow};
use wtb_ports::{
    BoxUnitOfWork, PageLimit, PageRequest, StoreError, StoreResult, UnitOfWork, UnitOfWorkFactory,
};

/// The proof.
pub(crate) const PROOF: Proof = Proof {
    name: "look, then add",
    run: run!(on_every_store),
    defects: &[
        PlantedDefect { name: "returns a conflict as something that exists", run: run!(blaming) },
        PlantedDefect { name: "says that it kept a unit that came too late", run: run!(hiding) },
    ],
};

const TASKS: u32 = 64;
const ROUNDS: u32 = 25;
/// How long a unit waits for its turn: longer than all others take.
const WAIT: Duration = Duration::from_secs(30);

async fn on_every_store(trial: Trial) -> Outcome {
    let times = trial.times(1, 10);
    let mut words = Vec::new();
    for adapter in [Adapter::Memory, Adapter::Sqlite, Adapter::Postgres] {
        let begun = Instant::now();
        for _ in 0..times {
            let store = open(adapter).await?;
            contend(Arc::clone(&store.factory))
                .await
                .map_err(|failure| failure.told(|what| format!("{adapter}: {what}")))?;
        }
        words.push(format!("{adapter} in {:.1} s", begun.elapsed().as_secs_f64()));
    }
    let units = TASKS * ROUNDS * times;
    Ok(Tried::new(format!("{units} of {units} units on each of {}", words.join(", "))))
}

/// An empty store. Nothing here is about the disk, and every unit waits for it where each is noted before its commit.
async fn open(adapter: Adapter) -> Result<OpenStore, Failure> {
    if adapter != Adapter::Sqlite {
        return adapter.open().await;
    }
    let folder = folder()?;
    let options = sqlite_options(&folder).synchronous(Synchronous::Normal).wait(WAIT);
    let store = sqlite::open(options).await.map_err(Failure::unable)?;
    Ok(OpenStore::new(Arc::new(store), folder))
}

async fn blaming(_: Trial) -> Outcome {
    on_defective(BlamesTheCaller).await
}

async fn hiding(_: Trial) -> Outcome {
    on_defective(HidesConflicts).await
}

async fn on_defective<D: Defect>(defect: D) -> Outcome {
    let gate = Gate::with_room_for(TASKS, WAIT);
    contend(Arc::new(DefectiveStore::new(Arc::new(wtb_adapter_memory::open()), gate, defect))).await?;
    Ok(Tried::new("units on a store with a defect"))
}

/// Has many tasks look for the same name in each round, and add it where it is absent.
async fn contend(store: Arc<dyn UnitOfWorkFactory>) -> Result<(), Failure> {
    let policy = RetryPolicy::from(&Settings::for_testing().retry);
    let start = Arc::new(Barrier::new(TASKS as usize));
    let mut tasks = JoinSet::new();
    for task in 0..TASKS {
        let (store, start) = (Arc::clone(&store), Arc::clone(&start));
        tasks.spawn(async move {
            let (mut added, mut refusals) = (0, Vec::new());
            for round in 0..ROUNDS {
                let workflow = Workflow {
                    id: samples::id(&format!("workflow-{round}-{task}")),
                    ..samples::workflow(&format!("round {round}"))
                };
                start.wait().await;
                let looked = wtb_config::run(&*store, policy, |unit| {
                    let workflow = workflow.clone();
                    Box::pin(async move { look_then_add(unit, workflow).await })
                });
                match looked.await {
                    Ok(was_absent) => added += u32::from(was_absent),
                    Err(error) => refusals.push(format!("{error:?}")),
                }
            }
            (added, refusals)
        });
    }
    let (mut added, mut refusals) = (0, Vec::new());
    while let Some(task) = tasks.join_next().await {
        let (its, refused) = task.map_err(Failure::unable)?;
        added += its;
        refusals.extend(refused);
    }
    if let Some(first) = refusals.first() {
        let (refused, all) = (refusals.len(), TASKS * ROUNDS);
        return Err(Failure::found(format!("{refused} of {all} units were refused, the first with {first}")));
    }
    let mut unit = store.begin_read_own_writes().await.map_err(Failure::unable)?;
    let page = PageRequest { limit: PageLimit::MAX, ..PageRequest::default() };
    let stored = unit.workflows().list_all(page).await.map_err(Failure::unable)?.items.len();
    if (added, stored) != (ROUNDS, ROUNDS as usize) {
        let what = format!("of {ROUNDS} names {added} were added, and {stored} are stored");
        return Err(Failure::found(what));
    }
    Ok(())
}

/// Whether the workflow was absent.
async fn look_then_add(unit: &mut dyn UnitOfWork, workflow: Workflow) -> StoreResult<bool> {
    let found = unit.workflows().get_by_name_and_version(&workflow.name, &workflow.version).await?;
    if found.is_some() {
        return Ok(false);
    }
    unit.workflows().add(workflow).await?;
    Ok(true)
}

/// Returns a conflict as if the unit had added what it saw.
#[derive(Debug, Clone)]
struct BlamesTheCaller;

#[async_trait]
impl Defect for BlamesTheCaller {
    async fn commit(&mut self, _inside: &mut Inside, unit: BoxUnitOfWork) -> StoreResult<()> {
        unit.commit().await.map_err(|error| match error {
            StoreError::Conflict { .. } => {
                StoreError::AlreadyExists { entity: EntityKind::Workflow, field: Workflow::UNIQUE }
            }
            error => error,
        })
    }
}

/// Answers a commit that was refused as if it had been done.
#[derive(Debug, Clone)]
struct HidesConflicts;

#[async_trait]
impl Defect for HidesConflicts {
    async fn commit(&mut self, _inside: &mut Inside, unit: BoxUnitOfWork) -> StoreResult<()> {
        match unit.commit().await {
            Err(StoreError::Conflict { .. }) => Ok(()),
            answer => answer,
        }
    }
}
