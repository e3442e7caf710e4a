//! Group commit, with a disk that the test holds in its hand.

use super::*;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread::{self, ThreadId};
use std::time::Duration;
use tokio::runtime::Handle;

/// A disk that says when a write begins and ends it as it is told.
struct Disk {
    began: Receiver<()>,
    end: Sender<io::Result<()>>,
}

fn disk() -> (Syncer, Disk) {
    let (tell, began) = mpsc::channel();
    let (end, outcome) = mpsc::channel();
    let outcome = Mutex::new(outcome);
    let syncer = Syncer::start(Arc::new(move || {
        tell.send(()).expect("a test that listens");
        outcome.lock().expect("one thread").recv().expect("a test that answers")
    }));
    (syncer.expect("a thread"), Disk { began, end })
}

impl Disk {
    fn next_write(&self) {
        self.began.recv_timeout(Duration::from_secs(10)).expect("a write to the disk");
    }

    fn answer(&self, outcome: io::Result<()>) {
        self.end.send(outcome).expect("a write that waits");
    }
}

fn commit(syncer: &Syncer) -> Ticket {
    syncer.announce().ticket
}

fn is_pending(syncer: &Syncer, ticket: Ticket) -> bool {
    syncer.shared.told.borrow().synced < ticket
}

#[tokio::test]
async fn commits_that_come_during_a_write_share_the_next_one() {
    let (syncer, disk) = disk();
    let first = commit(&syncer);
    disk.next_write();
    let others: Vec<_> = (0..100).map(|_| commit(&syncer)).collect();
    disk.answer(Ok(()));
    syncer.written(first).await.unwrap();
    disk.next_write();
    assert!(
        others.iter().all(|ticket| is_pending(&syncer, *ticket)),
        "the first write began before they ran"
    );
    disk.answer(Ok(()));
    for ticket in others {
        syncer.written(ticket).await.unwrap();
    }
    assert!(disk.began.try_recv().is_err(), "two writes are enough for all");
}

#[tokio::test]
async fn a_commit_that_has_not_run_is_not_written_but_waited_for() {
    let (syncer, disk) = disk();
    let announced = syncer.announce();
    let visible = syncer.visible();
    assert_eq!(visible, announced.ticket, "its effects may be seen from now on");
    assert!(disk.began.recv_timeout(Duration::from_millis(50)).is_err(), "nothing to write yet");
    drop(announced);
    disk.next_write();
    assert!(is_pending(&syncer, visible));
    disk.answer(Ok(()));
    syncer.written(visible).await.unwrap();
}

#[tokio::test]
async fn those_who_stop_waiting_do_not_stop_the_others() {
    let (syncer, disk) = disk();
    let (dropped, kept) = (commit(&syncer), commit(&syncer));
    let soon = tokio::time::timeout(Duration::from_millis(1), syncer.written(dropped)).await;
    assert!(soon.is_err(), "the disk has not answered");
    disk.answer(Ok(()));
    // The thread may have begun between the two commits, so that it takes a second write.
    disk.answer(Ok(()));
    syncer.written(kept).await.unwrap();
}

#[tokio::test]
async fn after_a_failed_write_all_are_told_and_nobody_begins() {
    let (syncer, disk) = disk();
    syncer.check().unwrap();
    let first = commit(&syncer);
    disk.next_write();
    let second = commit(&syncer);
    disk.answer(Err(io::Error::other("the disk is gone")));
    for ticket in [first, second, commit(&syncer)] {
        let error = syncer.written(ticket).await.unwrap_err();
        let StoreError::OutcomeUnknown { source } = error else { panic!("{error:?}") };
        assert_eq!(source.to_string(), "the disk is gone");
    }
    assert!(matches!(syncer.check(), Err(StoreError::Backend { .. })));
    assert!(disk.began.try_recv().is_err(), "a later success would prove nothing");
}

/// Makes the syncer believe that the last write took so long.
fn took(syncer: &Syncer, took: Duration) {
    syncer.shared.progress().took = Some(took);
}

/// A syncer that tells which thread writes.
fn watched() -> (Syncer, Receiver<ThreadId>) {
    let (tell, told) = mpsc::channel();
    let syncer = Syncer::start(Arc::new(move || tell.send(thread::current().id()).map_err(io::Error::other)));
    (syncer.expect("a thread"), told)
}

#[tokio::test]
async fn a_unit_that_is_alone_writes_by_itself_where_the_disk_is_quick() {
    let (syncer, writes) = watched();
    let here = thread::current().id();
    for (is_alone, before, is_written_here) in [
        (true, None, false),
        (true, Some(Duration::ZERO), true),
        (false, Some(Duration::ZERO), false),
        (true, Some(QUICK), false),
    ] {
        syncer.shared.progress().took = before;
        syncer.end(syncer.announce(), is_alone).await.unwrap();
        let is_here = writes.recv().expect("a write") == here;
        assert_eq!(is_here, is_written_here, "alone: {is_alone}, the write before took {before:?}");
        assert!(writes.try_recv().is_err(), "one write is enough");
    }
}

#[tokio::test]
async fn while_others_commit_too_nobody_writes_by_itself() {
    let (syncer, writes) = watched();
    took(&syncer, Duration::ZERO);
    let (own, other) = (syncer.announce(), syncer.announce());
    syncer.end(own, true).await.unwrap();
    assert_ne!(writes.recv(), Ok(thread::current().id()));
    drop(other);
}

#[tokio::test]
async fn commits_that_come_while_a_unit_writes_by_itself_are_written_next() {
    let (syncer, disk) = disk();
    took(&syncer, Duration::ZERO);
    let alone = syncer.announce();
    let syncer = Arc::new(syncer);
    let of_unit = Arc::clone(&syncer);
    let unit = tokio::task::spawn_blocking(move || Handle::current().block_on(of_unit.end(alone, true)));
    disk.next_write();
    let other = commit(&syncer);
    disk.answer(Ok(()));
    unit.await.expect("an end").unwrap();
    disk.next_write();
    assert!(is_pending(&syncer, other), "the first write began before it ran");
    disk.answer(Ok(()));
    syncer.written(other).await.unwrap();
}

#[tokio::test]
async fn a_write_of_ones_own_that_fails_closes_the_store_too() {
    let writes = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&writes);
    let syncer = Syncer::start(Arc::new(move || {
        counted.fetch_add(1, Ordering::Relaxed);
        Err(io::Error::other("the disk is gone"))
    }));
    let syncer = syncer.expect("a thread");
    took(&syncer, Duration::ZERO);
    for _ in 0..2 {
        let error = syncer.end(syncer.announce(), true).await.unwrap_err();
        assert!(matches!(error, StoreError::OutcomeUnknown { .. }), "{error:?}");
    }
    assert!(syncer.check().is_err());
    drop(syncer);
    assert_eq!(writes.load(Ordering::Relaxed), 1, "a later success would prove nothing");
}

#[test]
fn the_thread_ends_with_its_store() {
    let (syncer, disk) = disk();
    drop(syncer);
    let ended = disk.began.recv_timeout(Duration::from_secs(10));
    assert_eq!(ended, Err(mpsc::RecvTimeoutError::Disconnected));
}
