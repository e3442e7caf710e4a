//! Keeps the write-ahead log bounded, at nobody's expense in particular.
//!
//! SQLite copies the log into the database inside a COMMIT once the log is long. Here that is switched off: the unit
//! whose commit made the log long goes on at once, and its connection is first lent to a task that does the copying.
//! Since no unit writes meanwhile, the copy is complete and the next unit starts the log over, unless a
//! reader still needs it; then the next attempt is made after as much again was written. A log that has become very
//! long is cut. That waits for readers, of other processes too, and for longer the longer the log is: no unit writes in the
//! meantime, so readers that begin then need nothing of the log, and those that overlap without end leave it one by one.

use super::pool::Lease;
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
/// Between two looks at whether readers, or a writer of another process, are in the way.
const PAUSE: Duration = Duration::from_micros(500);
/// How often to look at most, for each 64 MiB of the log; a look and its pause take somewhat more than half a millisecond.
const LOOKS: i32 = 400;
/// How often to look at most, however long the log is.
const MOST_LOOKS: i32 = 3_000;

/// Decides when the log is copied.
pub(super) struct Checkpoints {
    pages: Arc<AtomicU32>,
    due_at: AtomicU32,
    written_out: AtomicU32,
    /// The pages from which on the log is cut: fewer once the disk was full.
    cut_at: AtomicU32,
}

impl Default for Checkpoints {
    fn default() -> Self {
        let pages = Arc::default();
        Self { pages, due_at: LONG.into(), written_out: 0.into(), cut_at: VERY_LONG.into() }
    }
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
    pub(super) fn after_commit(&self, writer: Lease) {
        let pages = self.pages.load(Ordering::Relaxed);
        let cut_at = self.cut_at.load(Ordering::Relaxed);
        let long = LONG.min(cut_at);
        if pages < long {
            self.due_at.store(long, Ordering::Relaxed);
            return;
        }
        if pages >= self.due_at.load(Ordering::Relaxed) {
            self.due_at.store(pages.saturating_add(long), Ordering::Relaxed);
            tokio::spawn(checkpoint(writer, (pages >= cut_at).then_some(pages)));
        }
    }

    /// Takes the write connection home after a unit for which the disk had no room, by way of a checkpoint: the log may be
    /// what filled it while a reader needed it, and without a commit no other checkpoint would ever be due. From now on the
    /// log is cut before it is as long as it is now.
    pub(super) fn after_full(&self, writer: Lease) {
        let pages = self.pages.load(Ordering::Relaxed);
        self.cut_at.fetch_min((pages / 2).clamp(PORTION, LONG), Ordering::Relaxed);
        if writer.roll_back() {
            tokio::spawn(checkpoint(writer, Some(pages)));
        }
    }
}

/// Copies the log into the database; cuts it too if it has so many pages that this is worth a wait.
async fn checkpoint(mut writer: Lease, cut: Option<u32>) {
    let copied = tokio::task::spawn_blocking(move || {
        let Some(pages) = cut else { return writer.wal_checkpoint_v2(None::<&str>, CheckpointMode::PASSIVE) };
        writer.busy_handler(Some(patience_for(pages)))?;
        let copied = writer.wal_checkpoint_v2(None::<&str>, CheckpointMode::TRUNCATE);
        // Everything else waits where it blocks no thread.
        writer.busy_timeout(Duration::ZERO)?;
        copied
    });
    match copied.await {
        Ok(Ok((pages, copied))) => tracing::debug!(pages, copied, "copied the log into the database"),
        // Whatever is in the way, the log stays and the next attempt copies it.
        Ok(Err(error)) => tracing::debug!(%error, "the log could not be copied into the database"),
        Err(error) => tracing::warn!(%error, "copying the log into the database was cut off"),
    }
}

/// Whether to wait on after so many looks at what is in the way of cutting a log of so many pages.
fn patience_for(pages: u32) -> fn(i32) -> bool {
    match pages / VERY_LONG {
        0 | 1 => |looks| pause(looks, LOOKS),
        2 | 3 => |looks| pause(looks, 3 * LOOKS),
        4..=7 => |looks| pause(looks, 7 * LOOKS),
        _ => |looks| pause(looks, MOST_LOOKS),
    }
}

fn pause(looks: i32, most: i32) -> bool {
    if looks < most {
        std::thread::sleep(PAUSE);
    }
    looks < most
}
