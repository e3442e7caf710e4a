//! The examples are as different as the shared cases need them to be.

use super::Subject;
use std::fmt::Debug;
use wtb_domain::{CheckpointFile, EvaluationResult, Execution, NodeBoundary, NodeVariant, Workflow};

/// The fields of an entity, each as `name: value`.
fn fields(entity: &impl Debug) -> Vec<String> {
    let text = format!("{entity:#?}");
    let lines = text.lines().filter_map(|line| line.strip_prefix("    "));
    lines.fold(Vec::new(), |mut fields, line| {
        match fields.last_mut() {
            Some(field) if line.starts_with([' ', ']', '}', ')']) => *field += line,
            _ => fields.push(line.to_owned()),
        }
        fields
    })
}

fn assert_changed_differs_in_every_field<E: Subject>() {
    let plain = E::plain("plain");
    for (before, after) in fields(&plain).iter().zip(fields(&plain.changed())) {
        let is_kept = before.starts_with("id: ") || before.starts_with("revision: ");
        assert_eq!(*before == after, is_kept, "{} {before}", E::KIND);
    }
}

fn assert_full_has_no_empty_field<E: Subject>() {
    for field in fields(&E::full("full")) {
        let is_empty = [" None,", " [],", " \"\",", " Json({}),", " 0,", " 0ns,"]
            .iter()
            .any(|empty| field.ends_with(empty));
        assert!(!is_empty, "{} {field}", E::KIND);
    }
}

macro_rules! for_each_entity {
    ($check:ident) => {
        $check::<Workflow>();
        $check::<Execution>();
        $check::<NodeBoundary>();
        $check::<CheckpointFile>();
        $check::<NodeVariant>();
        $check::<EvaluationResult>();
    };
}

#[test]
fn a_changed_example_differs_in_every_field_but_id_and_revision() {
    for_each_entity!(assert_changed_differs_in_every_field);
}

#[test]
fn a_full_example_has_every_field_filled() {
    for_each_entity!(assert_full_has_no_empty_field);
}
