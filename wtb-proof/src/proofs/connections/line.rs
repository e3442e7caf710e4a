//! What a proxy knows about all of its connections: the fault to come, and what was said since it was planned.

use super::fault::{Fault, Plan, Speaker};
use std::sync::atomic::AtomicBool;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;

/// What was said since the last plan.
#[derive(Debug, Default, Clone)]
pub(super) struct Heard {
    pub(super) store: Vec<u8>,
    pub(super) server: Vec<u8>,
}

#[derive(Default)]
struct State {
    plan: Option<Plan>,
    listens: bool,
    heard: Heard,
    /// How much either has said since the last plan.
    said: [usize; 2],
}

/// What a proxy knows about all of its connections.
pub(super) struct Line {
    pub(super) server: String,
    state: Mutex<State>,
    /// Changes whenever every connection is to be cut.
    pub(super) cuts: watch::Sender<u64>,
    /// Whether there is a server behind the proxy.
    pub(super) has_server: AtomicBool,
}

/// What to do with a piece of what somebody says.
pub(super) struct Passage {
    /// So many bytes arrive.
    pub(super) arrives: usize,
    /// And then this happens.
    pub(super) then: Option<Fault>,
}

impl Line {
    /// To this host and port.
    pub(super) fn to(server: String) -> Self {
        let has_server = AtomicBool::new(true);
        Self { server, state: Mutex::default(), cuts: watch::Sender::new(0), has_server }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Plans a fault, or none; what was said so far does not count.
    pub(super) fn plan(&self, plan: Option<Plan>) {
        *self.state() = State { plan, ..State::default() };
    }

    /// Keeps what is said from now on.
    pub(super) fn listen(&self) {
        *self.state() = State { listens: true, ..State::default() };
    }

    /// What was said since then.
    pub(super) fn heard(&self) -> Heard {
        std::mem::take(&mut *self.state()).heard
    }

    /// Whether the fault that was planned is still to come.
    pub(super) fn is_planned(&self) -> bool {
        self.state().plan.is_some()
    }

    /// What to do with a piece that `speaker` says.
    pub(super) fn pass(&self, speaker: Speaker, piece: &[u8]) -> Passage {
        let mut state = self.state();
        if state.listens {
            let heard = &mut state.heard;
            match speaker {
                Speaker::Store => &mut heard.store,
                Speaker::Server => &mut heard.server,
            }
            .extend_from_slice(piece);
        }
        let said = &mut state.said[speaker as usize];
        let before = *said;
        *said += piece.len();
        match state.plan {
            Some(plan) if plan.speaker == speaker && plan.after <= before + piece.len() => {
                state.plan = None;
                Passage { arrives: plan.after.saturating_sub(before), then: Some(plan.fault) }
            }
            _ => Passage { arrives: piece.len(), then: None },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passage(line: &Line, speaker: Speaker, length: usize) -> (usize, Option<Fault>) {
        let Passage { arrives, then } = line.pass(speaker, &vec![0; length]);
        (arrives, then)
    }

    #[test]
    fn a_fault_happens_once_after_as_many_bytes_of_its_speaker_as_planned() {
        let line = Line::to(String::new());
        passage(&line, Speaker::Store, 7);
        line.plan(Some(Plan { fault: Fault::Cut, speaker: Speaker::Store, after: 5 }));
        assert_eq!(passage(&line, Speaker::Server, 100), (100, None));
        assert_eq!(passage(&line, Speaker::Store, 3), (3, None));
        assert!(line.is_planned());
        assert_eq!(passage(&line, Speaker::Store, 3), (2, Some(Fault::Cut)));
        assert!(!line.is_planned());
        assert_eq!(passage(&line, Speaker::Store, 3), (3, None));
    }

    #[test]
    fn a_fault_before_the_first_byte_lets_nothing_arrive_and_one_at_the_end_everything() {
        let line = Line::to(String::new());
        for (after, arrives) in [(0, 0), (3, 3)] {
            line.plan(Some(Plan { fault: Fault::Silence, speaker: Speaker::Server, after }));
            assert_eq!(passage(&line, Speaker::Server, 3), (arrives, Some(Fault::Silence)));
        }
    }
}
