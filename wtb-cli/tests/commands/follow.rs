//! `wtb audit show --follow`.

#![expect(clippy::unwrap_used, reason = "a helper of tests stops at the first surprise")]

use crate::bench::Bench;
use crate::{TIMED_OUT, sample};
use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Command};
use wtb_config::{Preset, Settings, Store};
use wtb_domain::{AuditEntry, EventType, ExecutionId, Severity, Timestamp};

struct Watch {
    child: Child,
    lines: std::io::Lines<BufReader<ChildStdout>>,
}

impl Watch {
    fn begin(bench: &Bench, options: &[&str]) -> Self {
        let arguments = [&["audit", "show", TIMED_OUT, "--follow"], options].concat();
        let mut child = bench.command(&arguments).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, lines }
    }

    /// The next lines, up to one that contains `end`.
    fn lines_until(&mut self, end: &str) -> Vec<String> {
        let mut seen = Vec::new();
        while seen.last().is_none_or(|line: &String| !line.contains(end)) {
            seen.push(self.lines.next().unwrap().unwrap());
        }
        seen
    }

    /// Ctrl-C, and the exit code.
    fn interrupt(mut self) -> Option<i32> {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
        self.child.wait().unwrap().code()
    }
}

async fn open(bench: &Bench) -> Store {
    let url = format!("sqlite:///{}", bench.path("store.db").display());
    let settings = Settings::loader(Preset::Default).alone().store(url, "this test").load().unwrap();
    wtb_config::open(&settings).await.unwrap()
}

async fn append(store: &Store, messages: impl Iterator<Item = String>) {
    let entry =
        |message| AuditEntry::new(Timestamp::UNIX_EPOCH, EventType::STATE_MODIFIED, Severity::Info, message);
    let entries = messages.map(entry).collect();
    let mut unit = store.begin().await.unwrap();
    let id = ExecutionId::new(TIMED_OUT).unwrap();
    unit.audit_logs().append_logs(Some(&id), entries).await.unwrap();
    unit.commit().await.unwrap();
}

#[tokio::test]
async fn what_is_appended_later_is_shown_once_and_in_order() {
    let bench = sample();
    let store = open(&bench).await;
    // A page of four makes the log cross pages and end in the middle of one.
    let mut watch = Watch::begin(&bench, &["--json", "--limit", "4"]);
    let before = watch.lines_until("execution_failed").len();
    append(&store, (0..3).map(|number| format!("first {number}"))).await;
    let first = watch.lines_until("first 2");
    append(&store, (0..9).map(|number| format!("second {number}"))).await;
    let second = watch.lines_until("second 8");
    assert_eq!((before, first.len(), second.len()), (10, 3, 9));
    for (number, line) in second.iter().enumerate() {
        let entry: serde_json::Value = serde_json::from_str(line).unwrap();
        assert_eq!(entry["message"], format!("second {number}"));
    }
    assert_eq!(watch.interrupt(), Some(0));
}

#[tokio::test]
async fn ctrl_c_ends_a_quiet_watch_well() {
    let bench = sample();
    let mut watch = Watch::begin(&bench, &[]);
    watch.lines_until("NodeError");
    assert_eq!(watch.interrupt(), Some(0));
}
