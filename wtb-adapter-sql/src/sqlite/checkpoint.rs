//! Keeps the write-ahead log bounded, at nobody's expense in particular.
//!
//! SQLite copies the log into the database inside a COMMIT once the log is long. Here that is switched off: the unit
//! whose commit made the log long goes on at once, and its connection is first lent to a task that does the copying.
//! Since no unit writes meanwhile, the copy is complete and the next unit starts the log over, unless a
//! reader still needs it; then the next attempt is made after as much again was written. A log that has become very
//! long is cut; readers are held back for a moment for that, because those that overlap without end would keep it.

use super::pool::{Lease, Pool};
use rusqlite::wal::CheckpointMode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// Pages in the log after which it is copied: 4 MiB of pages of 4 KiB.
const LONG: u32 = 1_000;
/// Pages that are written to the disk together where no commit waits for that: 1 MiB.
const PORTION: u32 = 250;
/// Pages in the log after which it is also cut: 64 MiB.
const VERY_LONG: u32 = 16_000;
/// The size in bytes down to which SQLite cuts a log that it starts over.
pub(super) const KEPT_BYTES: u32 = 16 * 1024 * 1024;
/// How long readers are held back at most so that a very long log can be cut.
const READERS_WAIT: Duration = Duration::from_millis(100);

/// Decides when the log is copied.
#[derive(Default)]
pub(super) struct Checkpoints {
    pages: Arc<AtomicU32>,
    due_at: AtomicU32,
    written_out: AtomicU32,
}

impl Checkpoints {
    /// Where the commit hook of the write connection puts the number of pages in the log.
    pub(super) fn gauge(&self) -> Arc<AtomicU32> {
        Arc::clone(&self.pages)
    }

    /// Whether the log has a portion more that is worth a write to the disk; true once for each portion.
    ///
    /// A checkpoint writes the log to the disk before it copies, and nobody else writes meanwhile: where no commit does
    /// that, units would wait for all of the log.
    pub(super) fn has_portion(&self) -> bool {
        let pages = self.pages.load(Ordering::Relaxed);
        let written_out = self.written_out.load(Ordering::Relaxed);
        let is_started_over = pages < written_out;
        let has_portion = pages >= written_out.saturating_add(PORTION);
        if is_started_over || has_portion {
            self.written_out.store(pages, Ordering::Relaxed);
        }
        has_portion
    }

    /// Takes the write connection home after a commit, by way of a checkpoint if one is due.
    pub(super) fn after_commit(&self, writer: Lease, readers: &Arc<Pool>) {
        let pages = self.pages.load(Ordering::Relaxed);
        if pages < LONG {
            self.due_at.store(LONG, Ordering::Relaxed);
            return;
        }
        if pages >= self.due_at.load(Ordering::Relaxed) {
            self.due_at.store(pages.saturating_add(LONG), Ordering::Relaxed);
            let readers = (pages >= VERY_LONG).then(|| Arc::clone(readers));
            tokio::spawn(checkpoint(writer, readers));
        }
    }
}

/// Takes the write connection home after a unit for which the disk had no room, by way of a checkpoint: the log may be
/// what filled it while a reader needed it, and without a commit no other checkpoint would ever be due.
pub(super) fn after_full(writer: Lease) {
    if writer.roll_back() {
        tokio::spawn(checkpoint(writer, None));
    }
}

/// Copies the log into the database; cuts it too if there are `readers` to hold back.
async fn checkpoint(writer: Lease, readers: Option<Arc<Pool>>) {
    let held_back = match &readers {
        Some(readers) => readers.hold_all(READERS_WAIT).await,
        None => None,
    };
    let mode = if readers.is_some() { CheckpointMode::TRUNCATE } else { CheckpointMode::PASSIVE };
    let copied = tokio::task::spawn_blocking(move || writer.wal_checkpoint_v2(None::<&str>, mode)).await;
    drop(held_back);
    match copied {
        Ok(Ok((pages, copied))) => tracing::debug!(pages, copied, "copied the log into the database"),
        // Whatever is in the way, the log stays and the next attempt copies it.
        Ok(Err(error)) => tracing::debug!(%error, "the log could not be copied into the database"),
        Err(error) => tracing::warn!(%error, "copying the log into the database was cut off"),
    }
}
