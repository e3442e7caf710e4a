//! Checkpoint files: found by id, checkpoint and file commit; unique by checkpoint.

use crate::arrange::{add, add_one, delete, update};
use crate::expect::whole;
use crate::shared::{Subject, Unique, shared_cases};
use crate::{Backend, samples};
use wtb_domain::{CheckpointFile, CheckpointFileId, CheckpointId, EntityKind, FileCommitId};
use wtb_ports::PageRequest;

impl Subject for CheckpointFile {
    const PARENT: Option<EntityKind> = None;

    fn plain(name: &str) -> Self {
        samples::checkpoint_file(name, "commit")
    }

    fn full(name: &str) -> Self {
        samples::full_checkpoint_file(name, "commit")
    }

    fn changed(&self) -> Self {
        Self {
            id: self.id.clone(),
            revision: self.revision,
            created_at: samples::time(50),
            ..samples::full_checkpoint_file("changed", "another commit")
        }
    }

    fn spoilt(&self) -> (Self, &'static str) {
        (Self { file_count: u64::MAX, ..self.clone() }, "file_count")
    }

    fn with_id(&self, id: &CheckpointFileId) -> Self {
        Self { id: id.clone(), ..self.clone() }
    }
}

impl Unique for CheckpointFile {
    const UNIQUE: &'static str = Self::UNIQUE;

    fn with_unique_fields_of(&self, other: &Self) -> Self {
        Self { checkpoint_id: other.checkpoint_id.clone(), ..self.clone() }
    }
}

shared_cases!(CheckpointFile: adding, reading, updating, deleting, unique);

async fn by_checkpoint(store: &Backend, checkpoint: &str) -> Option<CheckpointFile> {
    let checkpoint: CheckpointId = samples::id(checkpoint);
    store.begin_read().await.checkpoint_files().get_by_checkpoint(&checkpoint).await.expect("read")
}

async fn by_file_commit(store: &Backend, commit: &str) -> Vec<CheckpointFile> {
    let commit: FileCommitId = samples::id(commit);
    whole(
        store.begin_read().await.checkpoint_files().get_by_file_commit(&commit, PageRequest::default()).await,
    )
}

/// With another checkpoint of the same commit beside it.
pub async fn get_by_checkpoint_finds_its_file_commit(store: Backend) {
    let [first, second] = ["1", "2"].map(|name| samples::checkpoint_file(name, "commit"));
    add(&store, &[first.clone(), second.clone()]).await;

    assert_eq!(by_checkpoint(&store, "checkpoint-1").await, Some(first));
    assert_eq!(by_checkpoint(&store, "checkpoint-2").await, Some(second));
}

/// Ids are compared whole and with case.
pub async fn get_by_checkpoint_answers_none_for_a_checkpoint_without_files(store: Backend) {
    add_one(&store, &samples::checkpoint_file("1", "commit")).await;

    for similar in ["checkpoint-", "checkpoint-12", "CHECKPOINT-1", "checkpoint-_"] {
        assert_eq!(by_checkpoint(&store, similar).await, None, "{similar}");
    }
}

/// The checkpoint it had is without files.
pub async fn get_by_checkpoint_follows_a_changed_checkpoint(store: Backend) {
    let before = samples::checkpoint_file("1", "commit");
    add_one(&store, &before).await;
    let after = update(&store, CheckpointFile { checkpoint_id: samples::id("checkpoint-2"), ..before }).await;

    assert_eq!(by_checkpoint(&store, "checkpoint-1").await, None);
    assert_eq!(by_checkpoint(&store, "checkpoint-2").await, Some(after));
}

/// In insertion order: a commit may belong to many checkpoints.
pub async fn get_by_file_commit_answers_only_its_checkpoints(store: Backend) {
    let [first, second] = ["b", "a"].map(|name| samples::checkpoint_file(name, "commit"));
    let decoy = samples::checkpoint_file("c", "another commit");
    add(&store, &[first.clone(), decoy.clone(), second.clone()]).await;

    assert_eq!(by_file_commit(&store, "commit").await, [first, second]);
    assert_eq!(by_file_commit(&store, "another commit").await, [decoy]);
}

/// With another commit stored.
pub async fn get_by_file_commit_of_an_unknown_commit_is_empty(store: Backend) {
    add_one(&store, &samples::checkpoint_file("1", "commit")).await;

    assert_eq!(by_file_commit(&store, "commi").await, []);
}

/// It takes its place by when it was added, not by when it moved.
pub async fn get_by_file_commit_follows_a_changed_commit(store: Backend) {
    let [moving, staying] = [samples::checkpoint_file("1", "old"), samples::checkpoint_file("2", "new")];
    add(&store, &[moving.clone(), staying.clone()]).await;
    let moved = update(&store, CheckpointFile { file_commit_id: samples::id("new"), ..moving }).await;

    assert_eq!(by_file_commit(&store, "old").await, []);
    assert_eq!(by_file_commit(&store, "new").await, [moved, staying]);
}

/// By checkpoint and by commit.
pub async fn a_deleted_checkpoint_file_is_gone_from_every_lookup(store: Backend) {
    let [gone, kept] = ["1", "2"].map(|name| samples::checkpoint_file(name, "commit"));
    add(&store, &[gone.clone(), kept.clone()]).await;
    delete(&store, &gone).await;

    assert_eq!(by_checkpoint(&store, "checkpoint-1").await, None);
    assert_eq!(by_file_commit(&store, "commit").await, [kept]);
}
