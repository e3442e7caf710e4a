//! `wtb audit show --follow`, watched while others write.

#![expect(clippy::unwrap_used, reason = "a helper of tests stops at the first surprise")]

use crate::TIMED_OUT;
use crate::bench::Bench;
use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Command};
use wtb_config::{Preset, Settings, Store};
use wtb_domain::{AuditEntry, EventType, ExecutionId, Severity, Timestamp};

/// A watch on the log of an execution, until it is interrupted.
pub(crate) struct Watch {
    child: Child,
    lines: std::io::Lines<BufReader<ChildStdout>>,
}

impl Watch {
    /// A watch on a store of this bench.
    pub(crate) fn begin(bench: &Bench, options: &[&str]) -> Self {
        let arguments = [&["audit", "show", TIMED_OUT, "--follow"], options].concat();
        let mut child = bench.command(&arguments).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, lines }
    }

    /// The next lines, up to one that contains `end`.
    pub(crate) fn lines_until(&mut self, end: &str) -> Vec<String> {
        let mut seen = Vec::new();
        while seen.last().is_none_or(|line: &String| !line.contains(end)) {
            seen.push(self.lines.next().unwrap().unwrap());
        }
        seen
    }

    /// Sends this signal, and returns the exit code and what was printed on stderr.
    pub(crate) fn end_by(self, signal: &str) -> (Option<i32>, String) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
        let ended = self.child.wait_with_output().unwrap();
        (ended.status.code(), String::from_utf8(ended.stderr).unwrap())
    }
}

/// The store at `url`, to write to.
pub(crate) async fn open(url: &str) -> Store {
    let settings = Settings::loader(Preset::Default).alone().store(url, "this test").load().unwrap();
    wtb_config::open(&settings).await.unwrap()
}

/// An entry with this message.
pub(crate) fn entry(message: String) -> AuditEntry {
    AuditEntry::new(Timestamp::UNIX_EPOCH, EventType::STATE_MODIFIED, Severity::Info, message)
}

/// Appends entries to the log that is watched.
pub(crate) async fn append(store: &Store, messages: impl Iterator<Item = String>) {
    let entries = messages.map(entry).collect();
    let mut unit = store.begin().await.unwrap();
    let id = ExecutionId::new(TIMED_OUT).unwrap();
    unit.audit_logs().append_logs(Some(&id), entries).await.unwrap();
    unit.commit().await.unwrap();
}
