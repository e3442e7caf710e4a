//! Lookups that answer something else than what was asked for.

use super::caught;
use async_trait::async_trait;
use wtb_contract::Stored;
use wtb_contract::defective::{Defect, Inside};
use wtb_ports::{PageRequest, StoreResult};

/// Reads by ids are answered as this says.
#[derive(Debug, Clone)]
struct AnswersIds(fn(Vec<usize>) -> Vec<usize>);

#[async_trait]
impl Defect for AnswersIds {
    async fn get_by_ids<E: Stored>(&mut self, inside: &mut Inside, ids: &[E::Id]) -> StoreResult<Vec<E>> {
        let found = E::get_by_ids(inside.unit(), ids).await?;
        let answered = (self.0)((0..found.len()).collect());
        Ok(answered.into_iter().map(|place| found[place].clone()).collect())
    }
}

/// What is absent is answered with whatever there is.
#[derive(Debug, Clone)]
struct AnswersTheAbsent;

#[async_trait]
impl Defect for AnswersTheAbsent {
    async fn get_by_id<E: Stored>(&mut self, inside: &mut Inside, id: &E::Id) -> StoreResult<Option<E>> {
        let found = E::get_by_id(inside.unit(), id).await?;
        self.find(inside, found).await
    }

    async fn get_by_ids<E: Stored>(&mut self, inside: &mut Inside, ids: &[E::Id]) -> StoreResult<Vec<E>> {
        match ids {
            [] => Ok(E::list_all(inside.unit(), PageRequest::default()).await?.items),
            _ => E::get_by_ids(inside.unit(), ids).await,
        }
    }

    async fn find<E: Stored>(&mut self, inside: &mut Inside, found: Option<E>) -> StoreResult<Option<E>> {
        let mut any = E::list_all(inside.unit(), PageRequest::default()).await?.items;
        Ok(found.or(any.pop()))
    }
}

caught! {
    answering_ids_in_another_order: AnswersIds(|found| found.into_iter().rev().collect()) => [
        "workflows::get_by_ids_answers_in_the_order_asked_without_the_absent",
        "bulk::thousands_of_ids_are_read_in_the_order_asked",
    ];
    answering_a_repeated_id_once: AnswersIds(|found| found.into_iter().take(2).collect()) => [
        "executions::get_by_ids_answers_an_id_asked_twice_twice",
    ];
    answering_a_thousand_ids_only: AnswersIds(|found| found.into_iter().take(1_000).collect()) => [
        "bulk::thousands_of_ids_are_read_in_the_order_asked",
    ];
    answering_the_absent_with_something: AnswersTheAbsent => [
        "workflows::an_absent_id_is_answered_with_none",
        "checkpoint_files::an_absent_id_is_answered_with_none",
        "workflows::get_by_ids_of_no_ids_is_empty",
        "workflows::get_by_name_answers_none_for_names_that_are_only_similar",
        "workflows::get_by_name_and_version_answers_none_unless_both_match",
        "workflows::a_name_or_version_that_cannot_be_stored_is_not_found",
        "node_boundaries::get_by_node_answers_none_unless_session_and_node_match",
        "checkpoint_files::get_by_checkpoint_answers_none_for_a_checkpoint_without_files",
    ];
}
