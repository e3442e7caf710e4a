//! Units of many tasks at once; where only one may write at a time, they wait for one another.

use crate::arrange::{add, read_back, stored_workflows};
use crate::everything::all;
use crate::{Backend, samples};
use std::collections::BTreeSet;
use std::sync::Arc;
use tokio::task::{JoinSet, yield_now};
use wtb_domain::{Execution, ExecutionId, Json, Workflow};
use wtb_ports::{Retry, StoreError, StoreResult, UnitOfWorkFactory};

/// Reads the execution, adds one to the number that is its state, and writes it.
async fn count_one(factory: &Arc<dyn UnitOfWorkFactory>, id: &ExecutionId) -> StoreResult<()> {
    let mut unit = factory.begin().await?;
    let mut counter = unit.executions().get_by_id(id).await?.expect("stored");
    let count: u32 = counter.state.as_str().parse().expect("a number");
    counter.state = Json::new((count + 1).to_string());
    unit.executions().update(counter).await?;
    unit.commit().await
}

/// Whether a unit that failed so only has to be run again.
fn came_too_late(error: &StoreError) -> bool {
    error.retry() == Retry::WholeUnit || matches!(error, StoreError::Stale { .. })
}

/// Each reads, adds one and writes, again and again.
pub async fn tasks_that_count_together_lose_no_update(store: Backend) {
    let [workflow, _] = stored_workflows(&store).await;
    let counter = Execution { state: Json::new("0"), ..samples::execution("counter", &workflow) };
    add(&store, std::slice::from_ref(&counter)).await;
    let mut tasks = JoinSet::new();
    for _ in 0..8 {
        let (factory, id) = (store.factory(), counter.id.clone());
        tasks.spawn(async move {
            for _ in 0..10 {
                while let Err(error) = count_one(&factory, &id).await {
                    assert!(came_too_late(&error), "{error:?}");
                    yield_now().await;
                }
            }
        });
    }
    tasks.join_all().await;

    let after = read_back(&store, &counter).await.expect("stored");
    assert_eq!(after.state.as_str(), "80");
    assert_eq!(after.revision.get(), 81);
}

/// Under the same workflow, which all refer to.
pub async fn executions_added_by_many_tasks_are_all_kept(store: Backend) {
    let [workflow, _] = stored_workflows(&store).await;
    let executions: Vec<_> =
        (0..16).map(|number| samples::execution(&number.to_string(), &workflow)).collect();
    let mut tasks = JoinSet::new();
    for execution in executions.clone() {
        let factory = store.factory();
        tasks.spawn(async move {
            let mut unit = factory.begin().await.expect("a unit");
            unit.executions().add(execution).await.expect("added");
            unit.commit().await.expect("committed");
        });
    }
    tasks.join_all().await;

    let ids = |executions: Vec<Execution>| -> BTreeSet<_> {
        executions.into_iter().map(|execution| execution.id).collect()
    };
    let kept = all(&mut store.begin_read().await).await;
    assert_eq!(kept.len(), executions.len());
    assert_eq!(ids(kept), ids(executions));
}

/// The others are told that it is taken, or that they came too late.
pub async fn one_of_many_tasks_takes_a_name(store: Backend) {
    let mut tasks = JoinSet::new();
    for number in 0..8 {
        let factory = store.factory();
        let id = samples::id(&format!("workflow-{number}"));
        let workflow = Workflow { id, ..samples::workflow("wanted") };
        tasks.spawn(async move {
            let mut unit = factory.begin().await?;
            unit.workflows().add(workflow.clone()).await?;
            unit.commit().await?;
            Ok(workflow)
        });
    }
    let mut winners = Vec::new();
    for answer in tasks.join_all().await {
        match answer {
            Ok(workflow) => winners.push(workflow),
            Err(StoreError::AlreadyExists { field, .. }) => assert_eq!(field, Workflow::UNIQUE),
            Err(error) => assert!(came_too_late(&error), "{error:?}"),
        }
    }

    assert_eq!(winners.len(), 1);
    assert_eq!(all::<Workflow>(&mut store.begin_read().await).await, winners);
}

/// Looks for the workflow and adds it where it is absent; answers whether it was.
async fn look_then_add(factory: &Arc<dyn UnitOfWorkFactory>, workflow: &Workflow) -> StoreResult<bool> {
    let mut unit = factory.begin().await?;
    let found = unit.workflows().get_by_name_and_version(&workflow.name, &workflow.version).await?;
    if found.is_some() {
        unit.rollback().await?;
        return Ok(false);
    }
    unit.workflows().add(workflow.clone()).await?;
    unit.commit().await?;
    Ok(true)
}

/// Nothing but a conflict is in the way of a unit that saw that the name was free.
pub async fn tasks_that_look_before_they_add_all_succeed(store: Backend) {
    let mut tasks = JoinSet::new();
    for task in 0..8 {
        let factory = store.factory();
        tasks.spawn(async move {
            let mut added = 0;
            for round in 0..10 {
                let workflow = Workflow {
                    id: samples::id(&format!("workflow-{task}-{round}")),
                    ..samples::workflow(&format!("round {round}"))
                };
                added += loop {
                    match look_then_add(&factory, &workflow).await {
                        Ok(was_absent) => break u32::from(was_absent),
                        Err(error) => assert_eq!(error.retry(), Retry::WholeUnit, "{error:?}"),
                    }
                    yield_now().await;
                };
            }
            added
        });
    }
    assert_eq!(tasks.join_all().await.into_iter().sum::<u32>(), 10);
    assert_eq!(all::<Workflow>(&mut store.begin_read().await).await.len(), 10);
}
