//! Freeing many rows takes a while, for which nobody who has something else to do should wait.

use std::thread;

/// Rows that are freed at once: some milliseconds of work.
const FEW: u64 = 1_000;

/// Frees many rows on a thread of its own: those that are gone with `last`, if these are about so many. Few are left to
/// whoever has them.
pub(crate) fn free_if_many<T: Send + 'static>(rows: u64, last: impl FnOnce() -> T) {
    if rows > FEW {
        let last = last();
        // Where the system has no thread left, they are freed here with what would have freed them.
        let _ = thread::Builder::new().name("wtb-memory-free".to_owned()).spawn(move || drop(last));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::{Receiver, Sender, channel};
    use std::thread::ThreadId;

    /// Tells which thread frees it.
    struct Row(Sender<ThreadId>);

    impl Drop for Row {
        fn drop(&mut self) {
            self.0.send(thread::current().id()).expect("somebody listens");
        }
    }

    fn row() -> (Row, Receiver<ThreadId>) {
        let (tell, told) = channel();
        (Row(tell), told)
    }

    #[test]
    fn few_rows_are_freed_at_once_and_many_elsewhere() {
        let (few, freed_by) = row();
        free_if_many(FEW, || few);
        assert_eq!(freed_by.try_recv(), Ok(thread::current().id()));
        let (many, freed_by) = row();
        free_if_many(FEW + 1, || many);
        assert_ne!(freed_by.recv(), Ok(thread::current().id()));
    }
}
