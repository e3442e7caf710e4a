//! Snapshots: a unit sees one state of the store and its own writes.

use crate::arrange::{add, delete, stored_workflows, update};
use crate::calls::writes;
use crate::everything::{Everything, store_every_kind};
use crate::shared::Subject;
use crate::walk::{first, walk};
use crate::{Backend, samples};
use tokio::task::JoinSet;
use wtb_domain::{CheckpointFile, Execution, Workflow};
use wtb_ports::{BoxUnitOfWork, PageRequest};

/// Makes and commits every write there is.
async fn write_everywhere(store: &Backend) {
    let mut unit = store.begin().await;
    for write in writes() {
        (write.on)(&mut unit).await.expect(write.name);
    }
    unit.commit().await.expect("committed");
}

/// Not the one that its first call finds.
pub async fn a_reading_unit_sees_the_state_it_began_in(store: Backend) {
    store_every_kind(&store).await;
    let before = Everything::kept_by(&store).await;
    let mut reader = store.begin_read().await;
    write_everywhere(&store).await;
    assert_eq!(Everything::seen_by(&mut reader).await, before);
}

/// Whatever the repository, however often it looks.
pub async fn a_reading_unit_goes_on_seeing_what_it_saw_first(store: Backend) {
    store_every_kind(&store).await;
    let mut reader = store.begin_read().await;
    let before = Everything::seen_by(&mut reader).await;
    write_everywhere(&store).await;
    assert_eq!(Everything::seen_by(&mut reader).await, before);
    assert_eq!(Everything::seen_by(&mut reader).await, before, "and again");
    reader.commit().await.expect("committed");

    assert_ne!(Everything::kept_by(&store).await, before, "a new unit sees the new state");
}

/// A parent seen without its child stays without it, in repositories not asked before.
pub async fn what_one_repository_shows_fits_what_another_shows_later(store: Backend) {
    let mut reader = store.begin_read().await;
    let workflows = reader.workflows().list_all(PageRequest::default()).await.expect("listed");
    assert_eq!(workflows.items, []);
    let loans = samples::workflow("loans");
    let run = samples::execution("run", &loans);
    let mut writer = store.begin().await;
    writer.workflows().add(loans.clone()).await.expect("added");
    writer.executions().add(run.clone()).await.expect("added");
    let entry = samples::audit_entry("started");
    writer.audit_logs().append_logs(Some(&run.id), vec![entry]).await.expect("appended");
    writer.commit().await.expect("committed");

    assert_eq!(reader.executions().get_by_id(&run.id).await.expect("read"), None);
    let of_loans = reader.executions().get_by_workflow(&loans.id, PageRequest::default()).await;
    assert_eq!(of_loans.expect("listed").items, []);
    let log = reader.audit_logs().get_by_execution(&run.id, PageRequest::default()).await;
    assert_eq!(log.expect("listed").items, []);
}

/// All pages of a walk in one unit are of one state.
pub async fn a_walk_in_one_unit_is_not_disturbed(store: Backend) {
    let files: Vec<_> = (0..6).map(|n| samples::checkpoint_file(&n.to_string(), "commit")).collect();
    add(&store, &files).await;
    let mut reader = store.begin_read().await;
    let start = reader.checkpoint_files().list_all(first(2)).await.expect("a page");
    delete(&store, &files[2]).await;
    update(&store, files[3].changed()).await;
    add(&store, &[samples::checkpoint_file("new", "commit")]).await;

    let rest = first(10).after(start.next.expect("more"));
    let rest = reader.checkpoint_files().list_all(rest).await.expect("a page").items;
    assert_eq!([start.items, rest].concat(), files);
}

/// Each of its own state. Two at a time, as many as a small pooler has room for.
pub async fn reading_units_of_different_states_stay_apart(store: Backend) {
    async fn seen(unit: &mut BoxUnitOfWork) -> Vec<CheckpointFile> {
        walk!(10, request => unit.checkpoint_files().list_all(request))
    }
    let files = ["a", "b"].map(|name| samples::checkpoint_file(name, "commit"));
    let mut before = store.begin_read().await;
    assert_eq!(seen(&mut before).await, []);
    add(&store, &files).await;
    let mut after = store.begin_read().await;

    assert_eq!(seen(&mut after).await, files);
    assert_eq!(seen(&mut before).await, []);
    assert_eq!(seen(&mut after).await, files);
}

/// It neither waits nor sees anything of it.
pub async fn a_unit_that_writes_does_not_keep_others_from_reading(store: Backend) {
    store_every_kind(&store).await;
    let before = Everything::kept_by(&store).await;
    let mut writer = store.begin().await;
    for write in writes() {
        (write.on)(&mut writer).await.expect(write.name);
    }
    let mut reader = store.begin_read().await;
    assert_eq!(Everything::seen_by(&mut reader).await, before);
    writer.commit().await.expect("committed");
    assert_eq!(Everything::seen_by(&mut reader).await, before, "also after the commit");
}

/// Nor from committing.
pub async fn a_unit_that_reads_does_not_keep_others_from_writing(store: Backend) {
    store_every_kind(&store).await;
    let mut reader = store.begin_read().await;
    Everything::seen_by(&mut reader).await;
    write_everywhere(&store).await;
    reader.rollback().await.expect("rolled back");
}

/// In the lists and lookups that a filter, a unique field or an order answers.
pub async fn a_unit_sees_its_own_writes_in_lists_and_lookups(store: Backend) {
    let [loans, claims] = stored_workflows(&store).await;
    let [one, two, three] = ["1", "2", "3"].map(|name| samples::execution(name, &loans));
    add(&store, &[one.clone(), two.clone()]).await;
    let mut unit = store.begin().await;
    let moved = Execution { workflow_id: claims.id.clone(), ..one };
    let moved = unit.executions().update(moved).await.expect("updated");
    unit.executions().delete(&two.id).await.expect("deleted");
    unit.executions().add(three.clone()).await.expect("added");
    let renamed = Workflow { name: "renamed".to_owned(), ..loans.clone() };
    let renamed = unit.workflows().update(renamed).await.expect("updated");

    let of_loans = unit.executions().get_by_workflow(&loans.id, PageRequest::default()).await;
    assert_eq!(of_loans.expect("listed").items, std::slice::from_ref(&three));
    let of_claims = unit.executions().get_by_workflow(&claims.id, PageRequest::default()).await;
    assert_eq!(of_claims.expect("listed").items, std::slice::from_ref(&moved));
    let walked: Vec<Execution> = walk!(1, request => unit.executions().list_all(request));
    assert_eq!(walked, [moved, three]);
    assert_eq!(unit.workflows().get_by_name("renamed").await.expect("read"), Some(renamed));
    assert_eq!(unit.workflows().get_by_name(&loans.name).await.expect("read"), None);
}

/// Two counts that one unit changes together are never seen apart.
pub async fn readers_beside_a_writer_see_whole_units(store: Backend) {
    const TOTAL: u64 = 100;
    let file = |name| CheckpointFile { file_count: TOTAL / 2, ..samples::checkpoint_file(name, "commit") };
    let (from, to) = (file("from"), file("to"));
    let ids = [from.id.clone(), to.id.clone()];
    add(&store, &[from, to]).await;
    let mut readers = JoinSet::new();
    for _ in 0..3 {
        let (factory, ids) = (store.factory(), ids.clone());
        readers.spawn(async move {
            for _ in 0..30 {
                let mut unit = factory.begin_read().await.expect("a unit");
                let mut seen = 0;
                for id in &ids {
                    let file = unit.checkpoint_files().get_by_id(id).await.expect("read");
                    seen += file.expect("stored").file_count;
                }
                assert_eq!(seen, TOTAL);
            }
        });
    }
    for _ in 0..20 {
        let mut unit = store.begin().await;
        let mut both = unit.checkpoint_files().get_by_ids(&ids).await.expect("read");
        both[0].file_count -= 1;
        both[1].file_count += 1;
        for file in both {
            unit.checkpoint_files().update(file).await.expect("updated");
        }
        unit.commit().await.expect("committed");
    }
    readers.join_all().await;
}
