//! What becomes of two units that meet at commit.

use super::*;
use crate::places::Places;
use wtb_contract::samples;
use wtb_ports::{PageLimit, PageRequest};

fn kept<T>(answer: StoreResult<T>) -> T {
    answer.unwrap_or_else(|error| panic!("{error}"))
}

/// A committed root, and the places that its next units take.
struct Scene {
    root: Arc<Root>,
    places: Arc<Places>,
}

impl Scene {
    /// The workflow `loans` with the execution `1`, and nothing else.
    fn new() -> Self {
        let mut scene = Self { root: Arc::default(), places: Arc::default() };
        let mut unit = scene.begin();
        let workflow = kept(unit.add(samples::workflow("loans")));
        kept(unit.add(samples::execution("1", &workflow)));
        scene.root = kept(unit.onto(&scene.root));
        scene
    }

    fn begin(&self) -> Work {
        Work::on(Arc::new(Arc::clone(&self.root).into()), Arc::clone(&self.places))
    }

    /// What is committed when two units write side by side, and commit one after the other.
    fn meet(&self, first: impl FnOnce(&mut Work), second: impl FnOnce(&mut Work)) -> StoreResult<Arc<Root>> {
        let (mut earlier, mut later) = (self.begin(), self.begin());
        first(&mut earlier);
        second(&mut later);
        later.onto(&kept(earlier.onto(&self.root)))
    }

    /// What the later of two units is told that cannot both be kept.
    fn refusal(&self, first: impl FnOnce(&mut Work), second: impl FnOnce(&mut Work)) -> String {
        match self.meet(first, second) {
            Err(StoreError::Conflict { operation: "commit", source: Some(cause) }) => cause.to_string(),
            Err(error) => panic!("a conflict, not {error:?}"),
            Ok(_) => panic!("a conflict, but both were kept"),
        }
    }
}

fn describe(unit: &mut Work, description: &str) {
    let mut workflow = unit.own.workflows.get(&samples::workflow("loans").id).expect("it is committed");
    workflow.description = description.to_owned();
    kept(unit.update(workflow));
}

fn move_execution(unit: &mut Work, to: &Workflow) {
    let id = samples::execution("1", to).id;
    let mut execution = unit.own.executions.get(&id).expect("it is committed");
    execution.workflow_id = to.id.clone();
    kept(unit.update(execution));
}

fn delete_execution(unit: &mut Work) {
    let id = samples::execution("1", &samples::workflow("loans")).id;
    assert!(kept(unit.delete::<Execution>(&id)));
}

fn add_workflow(unit: &mut Work, name: &str) -> Workflow {
    kept(unit.add(samples::workflow(name)))
}

fn rename(unit: &mut Work, id_name: &str, to: &str) {
    let id = samples::workflow(id_name).id;
    let mut workflow = unit.own.workflows.get(&id).expect("it is stored");
    workflow.name = to.to_owned();
    kept(unit.update(workflow));
}

/// All rows of a table.
pub(super) fn everything<R: Row>(root: &Root) -> Vec<R> {
    R::table(root).page(PageRequest::first(PageLimit::MAX)).items
}

const CHANGED: &str = "another unit changed it";

#[test]
fn of_two_updates_of_a_row_the_later_is_refused() {
    let cause = Scene::new().refusal(|unit| describe(unit, "a"), |unit| describe(unit, "b"));
    assert_eq!(cause, format!("workflow workflow-loans: {CHANGED}"));
}

#[test]
fn an_update_of_a_row_deleted_meanwhile_is_refused() {
    let cause =
        Scene::new().refusal(delete_execution, |unit| move_execution(unit, &samples::workflow("loans")));
    assert_eq!(cause, format!("execution execution-1: {CHANGED}"));
}

#[test]
fn a_delete_of_a_row_updated_meanwhile_is_refused() {
    let cause =
        Scene::new().refusal(|unit| move_execution(unit, &samples::workflow("loans")), delete_execution);
    assert_eq!(cause, format!("execution execution-1: {CHANGED}"));
}

#[test]
fn a_delete_of_a_row_deleted_meanwhile_is_refused() {
    let cause = Scene::new().refusal(delete_execution, delete_execution);
    assert_eq!(cause, format!("execution execution-1: {CHANGED}"));
}

#[test]
fn a_row_that_was_replaced_by_one_with_the_same_id_is_not_the_same_row() {
    let replace = |unit: &mut Work| {
        delete_execution(unit);
        kept(unit.add(samples::execution("1", &samples::workflow("loans"))));
    };
    let cause = Scene::new().refusal(replace, |unit| move_execution(unit, &samples::workflow("loans")));
    assert_eq!(cause, format!("execution execution-1: {CHANGED}"));
}

#[test]
fn of_two_rows_with_one_id_the_later_is_refused() {
    let add = |name: &'static str| {
        move |unit: &mut Work| {
            kept(unit.add(Workflow { name: name.to_owned(), ..samples::workflow("new") }));
        }
    };
    let cause = Scene::new().refusal(add("a"), add("b"));
    assert_eq!(cause, "workflow workflow-new: another unit added the same");
}

#[test]
fn of_two_rows_with_one_unique_key_the_later_is_refused() {
    let add = |id: &'static str| {
        move |unit: &mut Work| {
            kept(unit.add(Workflow { id: samples::id(id), ..samples::workflow("new") }));
        }
    };
    let cause = Scene::new().refusal(add("a"), add("b"));
    assert_eq!(cause, "workflow b: another unit added the same");
}

#[test]
fn an_update_to_a_unique_key_taken_meanwhile_is_refused() {
    let take = |unit: &mut Work| drop(add_workflow(unit, "new"));
    let cause = Scene::new().refusal(take, |unit| rename(unit, "loans", "new"));
    assert_eq!(cause, "workflow workflow-loans: another unit added the same");
}

fn scene_with_an_unused_workflow() -> (Scene, Workflow) {
    let mut scene = Scene::new();
    let mut unit = scene.begin();
    let unused = add_workflow(&mut unit, "unused");
    scene.root = kept(unit.onto(&scene.root));
    (scene, unused)
}

#[test]
fn a_row_added_under_a_parent_deleted_meanwhile_is_refused() {
    let (scene, unused) = scene_with_an_unused_workflow();
    let cause = scene.refusal(
        |unit| assert!(kept(unit.delete::<Workflow>(&unused.id))),
        |unit| drop(kept(unit.add(samples::execution("2", &unused)))),
    );
    assert_eq!(cause, "execution execution-2: another unit deleted what it refers to");
}

#[test]
fn a_row_moved_to_a_parent_deleted_meanwhile_is_refused() {
    let (scene, unused) = scene_with_an_unused_workflow();
    let cause = scene.refusal(
        |unit| assert!(kept(unit.delete::<Workflow>(&unused.id))),
        |unit| move_execution(unit, &unused),
    );
    assert_eq!(cause, "execution execution-1: another unit deleted what it refers to");
}

#[test]
fn a_delete_of_a_parent_given_a_child_meanwhile_is_refused() {
    let (scene, unused) = scene_with_an_unused_workflow();
    let delete = |unit: &mut Work| assert!(kept(unit.delete::<Workflow>(&unused.id)));
    for cause in [
        scene.refusal(|unit| drop(kept(unit.add(samples::execution("2", &unused)))), delete),
        scene.refusal(|unit| drop(kept(unit.add(samples::node_variant("bm25", &unused, "n")))), delete),
        scene.refusal(|unit| move_execution(unit, &unused), delete),
    ] {
        assert_eq!(cause, "workflow workflow-unused: another unit refers to it");
    }
}

#[test]
fn a_delete_of_an_execution_given_a_child_meanwhile_is_refused() {
    let scene = Scene::new();
    let execution = samples::execution("1", &samples::workflow("loans"));
    for cause in [
        scene.refusal(
            |unit| drop(kept(unit.add(samples::node_boundary("1", &execution, "n")))),
            delete_execution,
        ),
        scene.refusal(
            |unit| drop(kept(unit.add(samples::evaluation_result("1", &execution, "length")))),
            delete_execution,
        ),
    ] {
        assert_eq!(cause, "execution execution-1: another unit refers to it");
    }
}

#[test]
fn a_parent_replaced_under_the_same_id_keeps_the_children_that_others_gave_it() {
    let (scene, unused) = scene_with_an_unused_workflow();
    let root = kept(scene.meet(
        |unit| drop(kept(unit.add(samples::execution("2", &unused)))),
        |unit| {
            assert!(kept(unit.delete::<Workflow>(&unused.id)));
            add_workflow(unit, "unused");
        },
    ));
    assert!(root.workflows.has(&unused.id));
    assert_eq!(root.executions.len(), 2);
}

#[test]
fn unrelated_writes_are_all_kept_in_the_order_they_were_made() {
    let loans = samples::workflow("loans");
    let root = kept(Scene::new().meet(
        |unit| {
            describe(unit, "a");
            kept(unit.add(samples::checkpoint_file("1", "c")));
            kept(unit.append(None, vec![samples::audit_entry("first")]));
        },
        |unit| {
            kept(unit.add(samples::execution("2", &loans)));
            kept(unit.add(samples::node_variant("bm25", &loans, "n")));
            kept(unit.append(None, vec![samples::audit_entry("second"), samples::audit_entry("third")]));
        },
    ));
    assert_eq!(root.workflows.get(&loans.id).map(|workflow| workflow.description), Some("a".to_owned()));
    let counts: Vec<u64> = root.counts().into_iter().map(|(_, count)| count).collect();
    assert_eq!(counts, [1, 2, 0, 1, 1, 0, 3]);
    let messages: Vec<String> =
        everything::<AuditEntry>(&root).into_iter().map(|entry| entry.message).collect();
    assert_eq!(messages, ["first", "second", "third"]);
}

#[test]
fn rows_of_a_unit_may_take_the_keys_that_its_other_rows_give_up() {
    let mut scene = Scene::new();
    let mut unit = scene.begin();
    add_workflow(&mut unit, "a");
    add_workflow(&mut unit, "b");
    scene.root = kept(unit.onto(&scene.root));
    let root = kept(scene.meet(
        |unit| describe(unit, "something else"),
        |unit| {
            rename(unit, "a", "aside");
            rename(unit, "b", "a");
            rename(unit, "a", "b");
            delete_execution(unit);
            kept(unit.add(samples::execution("1", &samples::workflow("loans"))));
        },
    ));
    let names: Vec<String> =
        everything::<Workflow>(&root).into_iter().map(|workflow| workflow.name).collect();
    assert_eq!(names, ["loans", "b", "a"]);
    let lists = &root.workflows.indexes().lists;
    let holders = ["a", "b", "aside"].map(|name| {
        root.workflows.copy_at(lists.by_name.last(&name.into())).map(|workflow| workflow.id.to_string())
    });
    assert_eq!(holders, [Some("workflow-b".to_owned()), Some("workflow-a".to_owned()), None]);
    assert_eq!(root.executions.len(), 1);
}

#[test]
fn what_a_unit_added_and_removed_again_is_not_kept() {
    let root = kept(Scene::new().meet(
        |unit| describe(unit, "a"),
        |unit| {
            let id = add_workflow(unit, "brief").id;
            assert!(kept(unit.delete::<Workflow>(&id)));
        },
    ));
    assert_eq!(root.workflows.len(), 1);
}
