//! Commit, tried with many random units at once.

use super::tests::everything;
use super::*;
use crate::places::Places;
use std::collections::{HashMap, HashSet};
use wtb_contract::samples;
use wtb_domain::{Entity, ExecutionStatus};
use wtb_ports::PageRequest;

/// One write drawn from `random`; many are refused.
fn random_write(unit: &mut Work, mut random: impl FnMut(usize) -> usize) -> StoreResult<()> {
    let names = ["a", "b", "c", "d"];
    let workflow = samples::workflow(names[random(4)]);
    let execution = samples::execution(names[random(4)], &workflow);
    match random(7) {
        0 => drop(unit.add(Workflow { name: names[random(4)].to_owned(), ..workflow })?),
        1 => drop(unit.add(execution)?),
        2 => drop(unit.delete::<Workflow>(&workflow.id)?),
        3 => drop(unit.delete::<Execution>(&execution.id)?),
        4 => drop(unit.add(samples::node_variant(names[random(2)], &workflow, "n"))?),
        5 => {
            if let Some(stored) = unit.own.workflows.get(&workflow.id) {
                unit.update(Workflow { name: names[random(4)].to_owned(), ..stored })?;
            }
        }
        _ => {
            if let Some(stored) = unit.own.executions.get(&execution.id) {
                let status = ExecutionStatus::ALL[random(ExecutionStatus::ALL.len())];
                unit.update(Execution { status, workflow_id: workflow.id, ..stored })?;
            }
        }
    }
    Ok(())
}

/// Every rule of the tables, checked by looking at all rows.
fn assert_consistent(root: &Root) {
    let (workflows, executions) = (everything::<Workflow>(root), everything::<Execution>(root));
    let variants = everything::<NodeVariant>(root);
    let names: HashSet<_> = workflows.iter().map(|workflow| &workflow.name).collect();
    let by_id: HashMap<_, _> = workflows.iter().map(|workflow| (workflow.id(), workflow)).collect();
    assert_eq!((names.len(), by_id.len()), (workflows.len(), workflows.len()));
    let parents = executions.iter().map(|execution| &execution.workflow_id);
    for parent in parents.chain(variants.iter().map(|variant| &variant.workflow_id)) {
        assert!(by_id.contains_key(parent));
    }
    let page = PageRequest::default();
    for workflow in &workflows {
        assert_eq!(root.workflows.get(&workflow.id).as_ref(), Some(workflow));
        let last = root.workflows.indexes().lists.by_name.last(&workflow.name.as_str().into());
        assert_eq!(root.workflows.copy_at(last).as_ref(), Some(workflow));
        let expected: Vec<_> =
            executions.iter().filter(|execution| execution.workflow_id == workflow.id).cloned().collect();
        let found = root.executions.page_by(|keys| &keys.lists.by_workflow, &workflow.id, page).items;
        assert_eq!(found, expected);
    }
    for status in ExecutionStatus::ALL {
        let expected: Vec<_> =
            executions.iter().filter(|execution| execution.status == *status).cloned().collect();
        assert_eq!(root.executions.page_by(|keys| &keys.lists.by_status, status, page).items, expected);
    }
}

#[test]
fn whatever_units_write_what_is_committed_keeps_every_rule() {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut random = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % below
    };
    let (mut root, places) = (Arc::<Root>::default(), Arc::<Places>::default());
    let mut answers = HashMap::<&str, u32>::new();
    for _ in 0..3_000 {
        let mut units: Vec<Work> =
            (0..3).map(|_| Work::on(Arc::new(Arc::clone(&root).into()), Arc::clone(&places))).collect();
        for unit in &mut units {
            for _ in 0..=random(6) {
                // A refused write of one row has written nothing, so the unit may go on.
                let _ = random_write(unit, &mut random);
            }
        }
        for unit in units {
            let others_came_first = !Arc::ptr_eq(&root, &unit.base);
            let answer = match unit.onto(&root) {
                Ok(merged) => {
                    root = merged;
                    if others_came_first { "merged" } else { "first" }
                }
                Err(StoreError::Conflict { .. }) => "refused",
                Err(error) => panic!("{error:?}"),
            };
            *answers.entry(answer).or_default() += 1;
        }
        assert_consistent(&root);
    }
    assert!(["first", "merged", "refused"].iter().all(|answer| answers[answer] > 400), "{answers:?}");
}
