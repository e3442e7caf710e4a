//! A process that commits units, as seen by whoever kills it.

use super::units::Manner;
use crate::part::program;
use crate::proof::Failure;
use std::io::{BufRead, BufReader, Lines};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// What to start.
#[derive(Debug, Clone)]
pub(super) struct Start {
    pub(super) url: String,
    pub(super) clients: u32,
    pub(super) manner: Manner,
    pub(super) normal: bool,
    pub(super) until: Option<u64>,
}

impl Start {
    /// This program, told to commit units.
    ///
    /// # Errors
    /// `Unable` if nobody knows where this program is.
    pub(super) fn command(&self) -> Result<Command, Failure> {
        let manner = clap::ValueEnum::to_possible_value(&self.manner).expect("every manner has a name");
        let mut command = Command::new(program()?);
        command.args(["commit-units", "--clients", &self.clients.to_string(), "--manner", manner.get_name()]);
        if self.normal {
            command.arg("--normal");
        }
        if let Some(until) = self.until {
            command.args(["--until", &until.to_string()]);
        }
        command.arg(&self.url).stdin(Stdio::piped()).stdout(Stdio::piped());
        Ok(command)
    }
}

/// When to kill.
#[derive(Debug, Clone, Copy)]
pub(super) enum Moment {
    /// So long after the process was started.
    AfterStart(Duration),
    /// After it has said so many numbers, and then some hundredths of the time that it takes for one.
    AfterNumbers(u32, u32),
}

/// Kills what `command` starts at this moment; answers the largest number that it has said.
///
/// # Errors
/// `Unable` if it cannot be started, or ends by itself.
pub(super) fn kill_at(moment: Moment, mut command: Command) -> Result<u64, Failure> {
    let mut running = Running::start(&mut command)?;
    let mut largest = 0;
    match moment {
        Moment::AfterStart(pause) => sleep(pause),
        Moment::AfterNumbers(numbers, hundredths) => {
            // The first tells what there is already.
            running.next_number()?;
            let begun = Instant::now();
            for _ in 0..numbers {
                let Some(number) = running.next_number()? else {
                    return Err(Failure::unable("the process that commits units has ended by itself"));
                };
                largest = largest.max(number);
            }
            sleep(begun.elapsed() / numbers * hundredths / 100);
        }
    }
    running.child.kill().map_err(Failure::unable)?;
    while let Some(number) = running.next_number()? {
        largest = largest.max(number);
    }
    Ok(largest)
}

/// A process that ends with this value.
struct Running {
    child: Child,
    said: Lines<BufReader<ChildStdout>>,
}

impl Running {
    fn start(command: &mut Command) -> Result<Self, Failure> {
        let mut child = command.spawn().map_err(Failure::unable)?;
        let said = BufReader::new(child.stdout.take().expect("standard output is piped")).lines();
        Ok(Self { child, said })
    }

    fn next_number(&mut self) -> Result<Option<u64>, Failure> {
        let line = self.said.next().transpose().map_err(Failure::unable)?;
        line.map(|line| line.parse().map_err(Failure::unable)).transpose()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
