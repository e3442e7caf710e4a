//! Processes of writers on one SQLite file, as the proof sees them.

use super::writers::{READY, WRITERS, Written};
use crate::part::program;
use crate::proof::Failure;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

/// Processes of writers that have opened a file and wait to be told to begin. Dropping it ends them.
pub(super) struct Processes(Vec<(Child, ChildStdin, BufReader<ChildStdout>)>);

/// What the writers do.
#[derive(Debug, Clone, Copy)]
pub(super) struct Work {
    /// How long they write.
    pub(super) time: Duration,
    /// How long a unit waits for a lock.
    pub(super) wait: Duration,
    /// Whether the first writer of each process overtakes the others.
    pub(super) overtaking: bool,
    /// How many read in each process, in units that last some milliseconds.
    pub(super) readers: u32,
    /// Whether these never end their units.
    pub(super) leaking: bool,
    /// Whether the writers use SQLite as it comes, in place of a store.
    pub(super) by_hand: bool,
}

impl Work {
    /// Writes for so long, and waits so long for a lock.
    pub(super) fn new(time: Duration, wait: Duration) -> Self {
        Self { time, wait, overtaking: false, readers: 0, leaking: false, by_hand: false }
    }
}

impl Processes {
    /// Starts `count` of them on `file`.
    ///
    /// # Errors
    /// `Unable` if one does not come so far.
    pub(super) async fn start(count: u32, file: &Path, work: Work) -> Result<Self, Failure> {
        let mut processes = Vec::new();
        for number in 0..count {
            let mut command = Command::new(program()?);
            command.arg("writers").arg(file).arg((number * WRITERS).to_string());
            command.args([work.time, work.wait].map(|time| time.as_millis().to_string()));
            command.args(["--readers", &work.readers.to_string()]);
            for (is_asked, option) in
                [(work.overtaking, "--overtaking"), (work.leaking, "--leaking"), (work.by_hand, "--by-hand")]
            {
                command.args(is_asked.then_some(option));
            }
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
            let mut child = command.spawn().map_err(Failure::unable)?;
            let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
            let (stdin, stdout) = stdin.zip(stdout).expect("both are piped");
            let mut stdout = BufReader::new(stdout);
            let mut said = String::new();
            stdout.read_line(&mut said).await.map_err(Failure::unable)?;
            if said.trim_end() != READY {
                return Err(Failure::unable(format_args!("a process of writers said: {said}")));
            }
            processes.push((child, stdin, stdout));
        }
        Ok(Self(processes))
    }

    /// Has them begin, and waits until they have ended.
    ///
    /// # Errors
    /// `Unable` if one does not end well.
    pub(super) async fn run(mut self) -> Result<Vec<Written>, Failure> {
        let mut outputs = Vec::new();
        for (child, stdin, stdout) in self.0.drain(..) {
            drop(stdin);
            outputs.push((child, stdout));
        }
        let mut written = Vec::new();
        for (mut child, mut stdout) in outputs {
            let mut said = String::new();
            stdout.read_to_string(&mut said).await.map_err(Failure::unable)?;
            let status = child.wait().await.map_err(Failure::unable)?;
            if !status.success() {
                return Err(Failure::unable(format_args!(
                    "a process of writers ended with {status}: {said}"
                )));
            }
            let parsed = said.parse();
            written.push(parsed.map_err(|line: String| Failure::unable(format_args!("unreadable: {line}")))?);
        }
        Ok(written)
    }
}
