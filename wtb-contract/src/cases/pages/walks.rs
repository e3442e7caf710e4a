//! Walking: every item once, in insertion order, whatever happens meanwhile.

use crate::arrange::{add, delete, update};
use crate::everything::{all, for_each_kind, store_every_kind};
use crate::shared::Subject;
use crate::walk::{first, pages, walk};
use crate::{Backend, samples};
use tokio::task::yield_now;
use wtb_domain::{AuditEntry, CheckpointFile, Timestamp};
use wtb_ports::{Cursor, Page, PageLimit, PageRequest};

/// Checkpoint files with these numbers, neither in the order of their ids nor of their times.
fn files(numbers: impl IntoIterator<Item = i64>) -> Vec<CheckpointFile> {
    let file = |number: i64| CheckpointFile {
        created_at: samples::time(number * 7 % 5),
        ..samples::checkpoint_file(&number.to_string(), "commit")
    };
    numbers.into_iter().map(file).collect()
}

/// A page of all checkpoint files, read in a unit of its own.
async fn page(store: &Backend, request: PageRequest) -> Page<CheckpointFile> {
    store.begin_read().await.checkpoint_files().list_all(request).await.expect("a page")
}

/// Fewer, as many and more than there are.
pub async fn a_page_has_no_more_items_than_its_limit(store: Backend) {
    let files = files([3, 1, 2]);
    add(&store, &files).await;
    for (limit, expected, more) in
        [(1, 1, true), (2, 2, true), (3, 3, false), (4, 3, false), (10_000, 3, false)]
    {
        let page = page(&store, first(limit)).await;
        assert_eq!(page.items, files[..expected], "limit {limit}");
        assert_eq!(page.next.is_some(), more, "limit {limit}");
    }
}

/// Not even when the last page is full.
pub async fn the_last_page_has_no_next(store: Backend) {
    let files = files([2, 3, 1, 4]);
    add(&store, &files).await;
    let start = page(&store, first(2)).await;
    let end = page(&store, first(2).after(start.next.expect("more"))).await;
    assert_eq!(end, Page { items: files[2..].to_vec(), next: None });
}

/// The first page is the last.
pub async fn an_empty_list_is_one_empty_page(store: Backend) {
    assert_eq!(page(&store, first(1)).await, Page::default());
}

/// Unless said otherwise.
pub async fn a_page_has_a_hundred_items(store: Backend) {
    let files = files(0..101);
    add(&store, &files).await;
    assert_eq!(page(&store, PageRequest::default()).await.items, files[..100]);
}

/// Around the sizes at which stores read a page in pieces, from the start and from the middle.
pub async fn a_large_page_is_whole(store: Backend) {
    let files = files(0..800);
    add(&store, &files).await;
    let start = page(&store, first(30)).await;
    for limit in [255, 256, 257, 511, 512, 513, 769, 770, 771, 800] {
        let count = limit as usize;
        let large = page(&store, first(limit)).await;
        assert_eq!(large.items, files[..count], "limit {limit}");
        assert_eq!(large.next.is_some(), count < 800, "limit {limit}");
        let large = page(&store, first(limit).after(start.next.expect("more"))).await;
        assert_eq!(large.items, files[30..800.min(30 + count)], "limit {limit}");
        assert_eq!(large.next.is_some(), 30 + count < 800, "limit {limit}");
    }
}

/// For every kind, with names in no order at all.
pub async fn every_kind_is_walked_in_insertion_order(store: Backend) {
    async fn is_walked_in_order<E: Subject>(store: &Backend) {
        let before: Vec<E> = all(&mut store.begin_read().await).await;
        let added = ["m", "b", "z", "a", "y"].map(E::plain);
        add(store, &added).await;
        let expected = [before, added.to_vec()].concat();
        let walked: Vec<E> = walk!(2, request => E::list_all(&mut store.begin_read().await, request));
        assert_eq!(walked, expected);
    }
    store_every_kind(&store).await;
    for_each_kind!(is_walked_in_order(&store));
}

/// Entries with falling times, some of them equal.
pub async fn the_log_is_walked_in_the_order_it_was_appended(store: Backend) {
    let entries: Vec<_> = (0..7)
        .map(|number| AuditEntry { timestamp: samples::time(-number), ..samples::audit_entry("same") })
        .collect();
    let mut unit = store.begin().await;
    unit.audit_logs().append_logs(None, entries[..4].to_vec()).await.expect("appended");
    unit.audit_logs().append_logs(None, entries[4..].to_vec()).await.expect("appended");
    unit.commit().await.expect("committed");

    let walked = walk!(3, request => store.begin_read().await.audit_logs().list_all(request));
    assert_eq!(walked, entries);
}

/// It is handed to users and back.
pub async fn a_cursor_survives_its_text_form(store: Backend) {
    let files = files([2, 1, 3]);
    add(&store, &files).await;
    let next = page(&store, first(1)).await.next.expect("more");
    let parsed: Cursor = next.to_string().parse().expect("a cursor");
    assert_eq!(page(&store, first(5).after(parsed)).await.items, files[1..]);
}

/// The place stays where it was.
pub async fn a_cursor_outlives_the_item_it_points_at(store: Backend) {
    let files = files([2, 1, 3, 5, 4]);
    add(&store, &files).await;
    let start = page(&store, first(2)).await;
    delete(&store, &files[1]).await;
    let rest = page(&store, first(5).after(start.next.expect("more"))).await;
    assert_eq!(rest.items, files[2..]);
}

/// One that was seen and one that was not.
pub async fn deletes_during_a_walk_skip_nothing_else(store: Backend) {
    let files = files([2, 1, 3, 5, 4]);
    add(&store, &files).await;
    let start = page(&store, first(2)).await;
    delete(&store, &files[0]).await;
    delete(&store, &files[3]).await;
    let rest = page(&store, first(5).after(start.next.expect("more"))).await;
    assert_eq!(rest.items, [files[2].clone(), files[4].clone()]);
}

/// They come at the end, whatever their ids and times.
pub async fn inserts_during_a_walk_come_at_its_end(store: Backend) {
    let there = files([5, 3, 9, 7]);
    add(&store, &there).await;
    let start = page(&store, first(2)).await;
    let new = files([1, 4, 8]);
    add(&store, &new).await;
    let rest = page(&store, first(9).after(start.next.expect("more"))).await;
    assert_eq!([start.items, rest.items].concat(), [there, new].concat());
}

/// Neither one that was seen nor one that was not moves.
pub async fn updates_during_a_walk_move_nothing(store: Backend) {
    let mut files = files([5, 3, 9, 7]);
    add(&store, &files).await;
    let start = page(&store, first(2)).await;
    for place in [0, 3] {
        let changed = CheckpointFile { file_count: 9, ..files[place].clone() };
        files[place] = update(&store, changed).await;
    }
    let rest = page(&store, first(9).after(start.next.expect("more"))).await;
    assert_eq!(rest.items, files[2..]);
    assert_eq!(page(&store, first(9)).await.items, files);
}

/// It was deleted, so its old place is gone.
pub async fn what_is_added_again_comes_last(store: Backend) {
    let files = files([1, 2, 3]);
    add(&store, &files).await;
    delete(&store, &files[0]).await;
    add(&store, &files[..1]).await;
    let expected = [&files[1..], &files[..1]].concat();
    assert_eq!(page(&store, first(9)).await.items, expected);
}

/// Of a list that shrank, or of another store.
pub async fn beyond_the_end_is_an_empty_page(store: Backend) {
    add(&store, &files([2, 1])).await;
    for place in [i64::MAX - 1, i64::MAX] {
        assert_eq!(page(&store, first(5).after(Cursor::at(place))).await, Page::default());
    }
}

/// Ten full pages and a half one.
pub async fn a_long_list_is_walked_page_by_page(store: Backend) {
    let files = files((0..1_050).rev());
    let mut unit = store.begin().await;
    unit.checkpoint_files().add_all(files.clone()).await.expect("added");
    unit.commit().await.expect("committed");

    let mut unit = store.begin_read().await;
    let pages = pages!(100, request => unit.checkpoint_files().list_all(request));
    let sizes: Vec<_> = pages.iter().map(Vec::len).collect();
    assert_eq!(sizes, [vec![100; 10], vec![50]].concat());
    assert_eq!(pages.concat(), files);
}

/// And on one page of the largest size.
pub async fn a_long_log_is_walked_page_by_page(store: Backend) {
    let entry = |number: i64| AuditEntry {
        timestamp: Timestamp::from_micros(number).expect("a time"),
        ..samples::audit_entry("one of many")
    };
    let entries: Vec<_> = (0..5_000).map(entry).collect();
    let mut unit = store.begin().await;
    unit.audit_logs().append_logs(None, entries.clone()).await.expect("appended");
    unit.commit().await.expect("committed");

    let mut unit = store.begin_read().await;
    let pages = pages!(1_000, request => unit.audit_logs().list_all(request));
    assert_eq!(pages.len(), 5, "the last one is full and has no next");
    assert!(pages.concat() == entries, "all entries in the order they were appended");
    let whole = unit.audit_logs().list_all(PageRequest::first(PageLimit::MAX)).await.expect("a page");
    assert!(whole == Page { items: entries, next: None });
}

/// Another task deletes and adds all the time; each page is read in a unit of its own.
pub async fn a_walk_beside_a_writer_skips_and_repeats_nothing_that_stays(store: Backend) {
    let there = files(0..60);
    let leaving = files(100..160);
    let both: Vec<_> = leaving.clone().into_iter().zip(there.clone()).flat_map(<[_; 2]>::from).collect();
    add(&store, &both).await;
    let factory = store.factory();
    let writer = tokio::spawn(async move {
        for (number, file) in leaving.into_iter().enumerate() {
            let mut unit = factory.begin().await.expect("a unit");
            unit.checkpoint_files().delete(&file.id).await.expect("deleted");
            let new = samples::checkpoint_file(&format!("new-{number}"), "commit");
            unit.checkpoint_files().add(new).await.expect("added");
            unit.commit().await.expect("committed");
            yield_now().await;
        }
    });
    let mut goes_on = true;
    while goes_on {
        goes_on = !writer.is_finished();
        let walked = walk!(7, request => store.begin_read().await.checkpoint_files().list_all(request));
        let stayed: Vec<_> = walked.into_iter().filter(|file| there.contains(file)).collect();
        assert_eq!(stayed, there);
    }
    writer.await.expect("the writer ended");
}
