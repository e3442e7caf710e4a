//! Running this program again under callgrind.

use super::once::{Once, READY};
use super::profile::Profile;
use crate::contestants::Contestant;
use crate::failure::Outcome;
use clap::ValueEnum;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::{env, fs};

/// What was counted in one round.
pub(super) struct Counted {
    /// Instructions.
    pub(super) instructions: u64,
    /// What was done, as the workload counts.
    pub(super) done: u64,
    /// Who carried them out.
    pub(super) profile: Profile,
}

impl Counted {
    /// Instructions for each thing that was done.
    pub(super) fn each(&self) -> u64 {
        self.instructions / self.done.max(1)
    }
}

/// # Errors
/// What is missing.
pub(super) fn check() -> Outcome<()> {
    for program in ["valgrind", "callgrind_control"] {
        let answer =
            Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
        if answer.is_err() {
            return Err(format!("there is no {program}: install valgrind").into());
        }
    }
    Ok(())
}

/// Counts one round; what callgrind writes goes to `profiles`.
pub(super) fn count(once: Once, profiles: Option<&Path>) -> Outcome<Counted> {
    let value = |name: Option<clap::builder::PossibleValue>| name.map(|name| name.get_name().to_owned());
    let words = [
        value(once.store.to_possible_value()),
        value(once.workload.to_possible_value()),
        value(once.contestant.to_possible_value()),
    ];
    let [store, workload, contestant] = words.map(Option::unwrap_or_default);
    let nobody_wants_them = tempfile::tempdir()?;
    let folder = profiles.unwrap_or(nobody_wants_them.path());
    let profile = folder.join(format!("{store}-{workload}-{contestant}.callgrind"));
    let mut child = Command::new("valgrind")
        .arg("--tool=callgrind")
        .arg(format!("--callgrind-out-file={}", profile.display()))
        .arg(env::current_exe()?)
        .args(["once", "--store", &store, "--workload", &workload, "--contestant", &contestant])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let counted = counted(&mut child);
    if counted.is_err() {
        // It may wait for a word for ever.
        child.kill()?;
    }
    let status = child.wait()?;
    let (done, complaints) = counted?;
    let instructions = complaints.lines().find_map(|line| line.split_once("Collected : "));
    let instructions = instructions.and_then(|(_, number)| number.trim().parse().ok());
    match (status.success(), instructions) {
        (true, Some(instructions)) => {
            Ok(Counted { instructions, done, profile: Profile::read(&fs::read_to_string(profile)?) })
        }
        _ => Err(format!("{} ended with {status}: {complaints}", Contestant::name(once.contestant)).into()),
    }
}

/// Has valgrind do something with the process at once.
fn control(child: &Child, order: &str) -> Outcome<()> {
    let told = Command::new("callgrind_control").args([order, &child.id().to_string()]).output()?;
    if told.status.success() {
        Ok(())
    } else {
        Err(format!("callgrind_control: {}", String::from_utf8_lossy(&told.stderr)).into())
    }
}

/// Counts from when it is ready to when it has done its round; what it did, and what was written to standard error.
fn counted(child: &mut Child) -> Outcome<(u64, String)> {
    let mut input = child.stdin.take().ok_or("no input")?;
    let mut output = BufReader::new(child.stdout.take().ok_or("no output")?);
    let mut line = String::new();
    output.read_line(&mut line)?;
    if line.trim_end() == READY {
        control(child, "--zero")?;
        writeln!(input)?;
        line.clear();
        output.read_line(&mut line)?;
        control(child, "--instr=off")?;
    }
    drop(input);
    let mut complaints = String::new();
    child.stderr.take().ok_or("no errors")?.read_to_string(&mut complaints)?;
    let done = line.trim_end().parse().map_err(|_| format!("it says {line:?}: {complaints}"))?;
    Ok((done, complaints))
}
