//! The cases that several repositories share: written once, run on each.
//!
//! A set of cases is a file here and an arm of `contract_set!`; `contract_sets!` puts sets in front of a
//! repository's own cases, and `shared_cases!` makes them functions of its group.

pub(crate) mod adding;
pub(crate) mod deleting;
pub(crate) mod reading;
pub(crate) mod referring;
pub(crate) mod unique;
pub(crate) mod updating;

use crate::stored::Stored;
use crate::{Backend, arrange};
use wtb_domain::EntityKind;

/// What shared cases need to know about an entity.
pub(crate) trait Subject: Stored {
    /// What it refers to.
    const PARENT: Option<EntityKind>;

    /// An example with as little as possible; those of different names share no unique field.
    fn plain(name: &str) -> Self;

    /// The example of this name with every field filled.
    fn full(name: &str) -> Self;

    /// The same with another value in every field but id and revision, and another parent.
    fn changed(&self) -> Self;

    /// The same with a value that no store keeps, and the field that has it.
    fn spoilt(&self) -> (Self, &'static str);

    /// The same under another id.
    fn with_id(&self, id: &Self::Id) -> Self;
}

/// An entity with unique fields besides its id.
pub(crate) trait Unique: Subject {
    /// The fields that are unique together.
    const UNIQUE: &'static str;

    /// The same with the unique fields of another.
    fn with_unique_fields_of(&self, other: &Self) -> Self;
}

/// An entity with a parent.
pub(crate) trait Referring: Subject {
    /// The same under a parent that is not stored.
    fn orphaned(&self) -> Self;
}

/// Stores what examples of `E` refer to.
async fn store_parents<E: Subject>(store: &Backend) {
    match E::PARENT {
        Some(EntityKind::Workflow) => drop(arrange::stored_workflows(store).await),
        Some(EntityKind::Execution) => drop(arrange::stored_executions(store).await),
        _ => {}
    }
}

/// Stores the plain examples of these names, in this order, after what they refer to.
async fn stored<E: Subject, const N: usize>(store: &Backend, names: [&str; N]) -> [E; N] {
    store_parents::<E>(store).await;
    let entities = names.map(E::plain);
    arrange::add(store, &entities).await;
    entities
}

/// Hands the cases of a set to another macro of this crate.
#[doc(hidden)]
#[macro_export]
macro_rules! contract_set {
    (adding => $then:ident, $with:tt) => {
        $crate::$then! { $with adding [
            what_is_added_is_answered_and_found_by_its_id,
            add_keeps_the_revision_it_is_given,
            adding_under_a_taken_id_is_refused,
            adding_what_cannot_be_kept_is_refused,
            add_all_answers_and_lists_in_the_order_given,
            add_all_of_nothing_changes_nothing,
            add_all_with_an_id_twice_is_refused_wholly,
            add_all_with_a_taken_id_is_refused_wholly,
            add_all_with_one_that_cannot_be_kept_is_refused_wholly
        ] }
    };
    (reading => $then:ident, $with:tt) => {
        $crate::$then! { $with reading [
            an_absent_id_is_answered_with_none,
            get_by_ids_answers_in_the_order_asked_without_the_absent,
            get_by_ids_answers_an_id_asked_twice_twice,
            get_by_ids_of_no_ids_is_empty,
            list_all_is_in_insertion_order,
            list_all_of_an_empty_store_is_empty
        ] }
    };
    (updating => $then:ident, $with:tt) => {
        $crate::$then! { $with updating [
            update_replaces_every_field_and_answers_the_next_revision,
            update_keeps_nothing_of_fields_that_are_now_empty,
            update_changes_one_item_of_a_list_in_its_place,
            what_update_answers_can_be_updated_again,
            updating_what_is_not_stored_is_refused,
            updating_from_an_older_revision_is_refused,
            updating_from_a_newer_revision_is_refused,
            updating_to_what_cannot_be_kept_is_refused
        ] }
    };
    (deleting => $then:ident, $with:tt) => {
        $crate::$then! { $with deleting [
            delete_answers_whether_it_was_there,
            what_is_deleted_is_found_no_more,
            updating_what_was_deleted_is_refused,
            a_deleted_id_can_be_used_again_at_the_end_of_lists
        ] }
    };
    (unique => $then:ident, $with:tt) => {
        $crate::$then! { $with unique [
            adding_with_taken_unique_fields_is_refused,
            a_taken_id_is_reported_before_other_unique_fields,
            add_all_with_unique_fields_twice_is_refused_wholly,
            add_all_with_taken_unique_fields_is_refused_wholly,
            updating_to_taken_unique_fields_is_refused,
            an_update_may_keep_its_unique_fields,
            an_update_frees_the_unique_fields_it_gives_up,
            a_delete_frees_its_unique_fields
        ] }
    };
    (referring => $then:ident, $with:tt) => {
        $crate::$then! { $with referring [
            adding_under_an_absent_parent_is_refused,
            add_all_with_one_under_an_absent_parent_is_refused_wholly,
            updating_to_an_absent_parent_is_refused
        ] }
    };
}

/// Hands the cases of sets, and then the group's own, to another macro of this crate.
#[doc(hidden)]
#[macro_export]
macro_rules! contract_sets {
    ($then:ident $with:tt $group:ident [] [$($case:ident),* $(,)?]) => {
        $crate::$then! { $with $group [$($case),*] }
    };
    ($then:ident $with:tt $group:ident [$set:ident $($sets:ident)*] $cases:tt) => {
        $crate::contract_set! { $set => contract_sets, [$then $with $group [$($sets)*] $cases] }
    };
    ([$then:ident $with:tt $group:ident $sets:tt [$($case:ident),* $(,)?]] $set:ident [$($shared:ident),*]) => {
        $crate::contract_sets! { $then $with $group $sets [$($shared,)* $($case),*] }
    };
}

/// Makes the cases of a set public functions about one entity.
#[doc(hidden)]
#[macro_export]
macro_rules! contract_functions {
    ([$entity:ident] $set:ident [$($case:ident),*]) => {$(
        #[doc = concat!("A case that repositories share: see `shared::", stringify!($set), "`.")]
        pub async fn $case(store: $crate::Backend) {
            $crate::shared::$set::$case::<$entity>(&store).await;
        }
    )*};
}

/// Makes the cases of these sets public functions about one entity.
macro_rules! shared_cases {
    ($entity:ident: $($set:ident),+) => {
        $($crate::contract_set! { $set => contract_functions, [$entity] })+
    };
}
pub(crate) use shared_cases;

#[cfg(test)]
mod tests;
