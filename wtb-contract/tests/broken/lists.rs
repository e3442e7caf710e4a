//! Lists with items of others, in another order, or cut in the wrong places.

use super::caught;
use super::{assert_caught, assert_caught_within};
use async_trait::async_trait;
use std::fmt::Debug;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use wtb_contract::Stored;
use wtb_contract::defective::{Defect, Inside};
use wtb_domain::{AuditEntry, ExecutionId};
use wtb_ports::{BoxUnitOfWork, Cursor, PAGE_BYTES, Page, PageLimit, PageRequest, StoreResult};

/// The list of this name answers all there is.
#[derive(Debug, Clone)]
struct IgnoresFilter(&'static str);

impl Defect for IgnoresFilter {
    fn ignores_filter(&self, list: &str) -> bool {
        list == self.0
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ignoring_a_filter() {
    for (list, cases) in [
        (
            "get_by_workflow",
            [
                "executions::get_by_workflow_answers_only_its_executions",
                "pages::the_executions_of_a_workflow_are_walked",
                "node_variants::get_by_workflow_answers_only_its_variants",
                "pages::the_variants_of_a_workflow_are_walked",
            ]
            .as_slice(),
        ),
        (
            "get_by_status",
            &[
                "executions::get_by_status_answers_only_executions_in_that_status",
                "pages::the_executions_with_a_status_are_walked",
            ],
        ),
        (
            "get_running",
            &[
                "executions::get_running_answers_only_running_executions",
                "pages::the_running_executions_are_walked",
            ],
        ),
        (
            "get_by_session",
            &[
                "node_boundaries::get_by_session_answers_only_its_boundaries",
                "pages::the_boundaries_of_a_session_are_walked",
            ],
        ),
        (
            "get_completed",
            &[
                "node_boundaries::get_completed_answers_only_completed_boundaries_of_the_session",
                "pages::the_completed_boundaries_of_a_session_are_walked",
            ],
        ),
        (
            "get_by_execution",
            &[
                "node_boundaries::get_by_execution_answers_only_its_boundaries",
                "pages::the_boundaries_of_an_execution_are_walked",
                "evaluation_results::get_by_execution_answers_only_its_results",
                "pages::the_results_of_an_execution_are_walked",
                "audit_logs::get_by_execution_answers_only_entries_about_it",
                "pages::the_log_of_an_execution_is_walked",
            ],
        ),
        ("list_settled", &["audit_logs::list_settled_by_execution_answers_only_entries_about_it"]),
        (
            "get_by_file_commit",
            &[
                "checkpoint_files::get_by_file_commit_answers_only_its_checkpoints",
                "pages::the_checkpoints_of_a_file_commit_are_walked",
            ],
        ),
        (
            "get_by_node",
            &[
                "node_variants::get_by_node_answers_only_variants_of_the_node_of_the_workflow",
                "pages::the_variants_of_a_node_are_walked",
            ],
        ),
        (
            "get_active",
            &[
                "node_variants::get_active_answers_only_active_variants_of_the_node_of_the_workflow",
                "pages::the_active_variants_of_a_node_are_walked",
            ],
        ),
    ] {
        assert_caught(IgnoresFilter(list), cases).await;
    }
}

/// Pages are asked for and answered as these two say.
#[derive(Debug, Clone)]
struct CutsPages {
    ask: fn(PageRequest) -> PageRequest,
    next: fn(PageRequest, Option<Cursor>) -> Option<Cursor>,
}

const SOUND: CutsPages = CutsPages { ask: |asked| asked, next: |_, next| next };

impl Defect for CutsPages {
    fn request(&self, asked: PageRequest) -> PageRequest {
        (self.ask)(asked)
    }

    fn page<T: Debug>(&self, asked: PageRequest, found: Page<T>) -> Page<T> {
        Page { next: (self.next)(asked, found.next), items: found.items }
    }
}

/// The same page with so many items more.
fn longer(asked: PageRequest, by: i64) -> PageRequest {
    let limit = (i64::from(asked.limit.get()) + by).clamp(1, 10_000);
    PageRequest {
        limit: u32::try_from(limit).ok().and_then(|limit| PageLimit::new(limit).ok()).unwrap_or_default(),
        ..asked
    }
}

/// The cursor so many places further on.
fn moved(next: Option<Cursor>, by: i64) -> Option<Cursor> {
    next.map(|next| Cursor::at(next.place() + by))
}

/// In the order of their ids, which come first in their `Debug` text.
#[derive(Debug, Clone)]
struct SortsById;

impl Defect for SortsById {
    fn page<T: Debug>(&self, _asked: PageRequest, mut found: Page<T>) -> Page<T> {
        found.items.sort_by_cached_key(|item| format!("{item:?}"));
        found
    }
}

/// The newest first.
#[derive(Debug, Clone)]
struct Reverses;

impl Defect for Reverses {
    fn page<T: Debug>(&self, _asked: PageRequest, mut found: Page<T>) -> Page<T> {
        found.items.reverse();
        found
    }
}

/// Cursors count the items before them, as SQL's `OFFSET` does.
#[derive(Debug, Clone)]
struct CountsItems;

impl Defect for CountsItems {
    fn request(&self, _asked: PageRequest) -> PageRequest {
        PageRequest::first(PageLimit::MAX)
    }

    fn page<T: Debug>(&self, asked: PageRequest, found: Page<T>) -> Page<T> {
        let start = asked.after.map_or(0, |after| usize::try_from(after.place()).unwrap_or(usize::MAX));
        let end = start.saturating_add(asked.limit.get() as usize);
        let more = found.items.len() > end;
        let items = found.items.into_iter().skip(start).take(asked.limit.get() as usize).collect();
        Page { items, next: i64::try_from(end).ok().filter(|_| more).map(Cursor::at) }
    }
}

/// The list of settled entries is that of all entries that the unit sees, in the order of their places.
#[derive(Debug, Clone)]
struct ReturnsUnsettledEntries;

#[async_trait]
impl Defect for ReturnsUnsettledEntries {
    async fn list_settled(
        &mut self,
        inside: &mut Inside,
        execution_id: Option<&ExecutionId>,
        page: PageRequest,
    ) -> StoreResult<Page<AuditEntry>> {
        match execution_id {
            Some(id) => inside.unit().audit_logs().get_by_execution(id, page).await,
            None => inside.unit().audit_logs().list_all(page).await,
        }
    }
}

/// Once a unit began to append to the log, nothing is settled any more unless it commits.
#[derive(Debug, Clone, Default)]
struct WaitsForUnitsThatWereRolledBack(Arc<AtomicUsize>);

#[async_trait]
impl Defect for WaitsForUnitsThatWereRolledBack {
    async fn append_logs(
        &mut self,
        inside: &mut Inside,
        execution_id: Option<&ExecutionId>,
        entries: Vec<AuditEntry>,
    ) -> StoreResult<()> {
        self.0.fetch_add(1, Ordering::Relaxed);
        inside.unit().audit_logs().append_logs(execution_id, entries).await
    }

    async fn commit(&mut self, _inside: &mut Inside, unit: BoxUnitOfWork) -> StoreResult<()> {
        self.0.fetch_sub(1, Ordering::Relaxed);
        unit.commit().await
    }

    async fn list_settled(
        &mut self,
        inside: &mut Inside,
        execution_id: Option<&ExecutionId>,
        page: PageRequest,
    ) -> StoreResult<Page<AuditEntry>> {
        if self.0.load(Ordering::Relaxed) > 0 {
            return Ok(Page::default());
        }
        inside.unit().audit_logs().list_settled(execution_id, page).await
    }
}

/// What is updated is stored anew, at the end; only of kinds that nothing refers to.
#[derive(Debug, Clone)]
struct UpdatesMoveToTheEnd;

#[async_trait]
impl Defect for UpdatesMoveToTheEnd {
    async fn update<E: Stored>(&mut self, inside: &mut Inside, entity: E) -> StoreResult<E> {
        let updated = E::update(inside.unit(), entity).await?;
        E::delete(inside.unit(), updated.id()).await?;
        E::add(inside.unit(), updated).await
    }
}

/// Pages end at their limit only, however large they are.
#[derive(Debug, Clone)]
struct CountsRowsOnly;

impl Defect for CountsRowsOnly {
    fn goes_on<T>(&self, asked: PageRequest, found: &Page<T>) -> Option<PageRequest> {
        let missing = i64::from(asked.limit.get()) - i64::try_from(found.items.len()).unwrap_or(i64::MAX);
        let next = found.next.filter(|_| missing > 0)?;
        Some(asked.after(next))
    }
}

/// A page with fewer items than its limit is the last.
#[derive(Debug, Clone)]
struct ShortPagesAreLast;

impl Defect for ShortPagesAreLast {
    fn page<T: Debug>(&self, asked: PageRequest, found: Page<T>) -> Page<T> {
        let is_short = found.items.len() < asked.limit.get() as usize;
        Page { next: found.next.filter(|_| !is_short), ..found }
    }
}

/// An item that is larger than a page is on no page.
#[derive(Debug, Clone)]
struct LeavesOutLargeItems;

impl Defect for LeavesOutLargeItems {
    fn page<T: Debug>(&self, _asked: PageRequest, mut found: Page<T>) -> Page<T> {
        found.items.retain(|item| format!("{item:?}").len() < PAGE_BYTES);
        found
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn returning_unsettled_entries() {
    let named = [
        "audit_logs::entries_of_the_unit_that_reads_are_not_settled",
        "audit_logs::entries_of_a_unit_that_commits_late_are_neither_missed_nor_repeated",
    ];
    assert_caught_within(Duration::from_secs(3), ReturnsUnsettledEntries, &named).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn waiting_for_units_that_were_rolled_back() {
    let named = ["audit_logs::a_unit_that_was_not_committed_does_not_hold_the_log_back"];
    let defect = WaitsForUnitsThatWereRolledBack::default();
    assert_caught_within(Duration::from_secs(3), defect, &named).await;
}

caught! {
    a_page_that_ends_at_its_limit_only: CountsRowsOnly => [
        "pages::a_page_ends_with_the_item_that_fills_it",
        "pages::a_page_of_the_log_ends_with_the_entry_that_fills_it",
    ];
    taking_a_short_page_for_the_last: ShortPagesAreLast => [
        "pages::a_page_ends_with_the_item_that_fills_it",
        "pages::a_page_of_the_log_ends_with_the_entry_that_fills_it",
    ];
    leaving_out_what_is_larger_than_a_page: LeavesOutLargeItems => [
        "pages::a_page_ends_with_the_item_that_fills_it",
        "pages::a_page_of_the_log_ends_with_the_entry_that_fills_it",
    ];
    sorting_a_list_by_id: SortsById => [
        "workflows::list_all_is_in_insertion_order",
        "pages::every_kind_is_walked_in_insertion_order",
        "pages::the_log_is_walked_in_the_order_it_was_appended",
        "pages::a_walk_beside_a_writer_skips_and_repeats_nothing_that_stays",
    ];
    answering_the_newest_first: Reverses => [
        "executions::get_running_is_in_insertion_order",
        "pages::the_log_is_walked_in_the_order_it_was_appended",
        "audit_logs::entries_are_in_the_order_they_were_appended",
        "pages::a_long_log_is_walked_page_by_page",
    ];
    a_page_with_one_item_too_many: CutsPages { ask: |asked| longer(asked, 1), ..SOUND } => [
        "pages::a_page_has_no_more_items_than_its_limit",
        "pages::a_page_has_a_hundred_items",
        "pages::a_long_list_is_walked_page_by_page",
    ];
    a_page_with_one_item_too_few: CutsPages { ask: |asked| longer(asked, -1), ..SOUND } => [
        "pages::a_page_has_no_more_items_than_its_limit",
        "pages::the_last_page_has_no_next",
        "pages::a_long_log_is_walked_page_by_page",
    ];
    a_next_after_the_last_item: CutsPages {
        next: |asked, next| next.or(asked.after.map_or(Some(Cursor::at(1)), |after| moved(Some(after), 1))),
        ..SOUND
    } => [
        "pages::a_page_has_no_more_items_than_its_limit",
        "pages::the_last_page_has_no_next",
        "pages::an_empty_list_is_one_empty_page",
        "pages::beyond_the_end_is_an_empty_page",
    ];
    no_next_before_the_last_item: CutsPages { next: |_, _| None, ..SOUND } => [
        "pages::a_page_has_no_more_items_than_its_limit",
        "pages::every_kind_is_walked_in_insertion_order",
        "pages::a_cursor_survives_its_text_form",
    ];
    a_cursor_that_repeats_an_item: CutsPages { next: |_, next| moved(next, -1), ..SOUND } => [
        "pages::a_cursor_survives_its_text_form",
        "pages::inserts_during_a_walk_come_at_its_end",
        "snapshots::a_walk_in_one_unit_is_not_disturbed",
        "pages::a_walk_beside_a_writer_skips_and_repeats_nothing_that_stays",
    ];
    a_cursor_that_skips_an_item: CutsPages { next: |_, next| moved(next, 1), ..SOUND } => [
        "pages::a_cursor_survives_its_text_form",
        "pages::the_last_page_has_no_next",
    ];
    ignoring_a_cursor: CutsPages { ask: |asked| PageRequest::first(asked.limit), ..SOUND } => [
        "pages::a_cursor_survives_its_text_form",
        "pages::the_last_page_has_no_next",
        "pages::beyond_the_end_is_an_empty_page",
    ];
    ignoring_a_limit: CutsPages { ask: |asked| PageRequest { limit: PageLimit::MAX, ..asked }, ..SOUND } => [
        "pages::a_page_has_no_more_items_than_its_limit",
        "pages::a_page_has_a_hundred_items",
    ];
    counting_items_instead_of_keeping_places: CountsItems => [
        "pages::deletes_during_a_walk_skip_nothing_else",
        "pages::a_cursor_outlives_the_item_it_points_at",
    ];
    moving_what_is_updated_to_the_end: UpdatesMoveToTheEnd => [
        "pages::updates_during_a_walk_move_nothing",
        "node_variants::update_changes_one_item_of_a_list_in_its_place",
        "workflows::get_by_name_is_not_swayed_by_updates",
    ];
}
