//! The program that provides a PostgreSQL server during a run: see `wtb-test-postgres`.

use crate::command::cargo;
use crate::failure::Failure;
use crate::programs::Programs;
use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};

/// What cargo calls it.
pub(crate) const PROGRAM: &str = "wtb-test-postgres";
/// Where tests look for what the keeper said.
const PROVIDED: &str = "WTB_TEST_POSTGRES_PROVIDED";

/// What the server is for.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
    /// Tests.
    ForTests,
    /// Proofs.
    ForProofs,
    /// Measurements: it waits for its disk.
    Durable,
}

impl Kind {
    fn arguments(self) -> &'static [&'static str] {
        match self {
            Self::ForTests | Self::ForProofs => &["provide"],
            Self::Durable => &["provide", "--durable"],
        }
    }

    /// What whoever has no server can do.
    fn way_out(self) -> &'static str {
        match self {
            Self::ForTests => "`--without-postgres` leaves it out",
            Self::ForProofs => "proofs cannot do without one",
            Self::Durable => "`--store memory --store sqlite` leaves it out",
        }
    }
}

/// A keeper whose server is there. It takes the server away when its standard input ends: at the end of the run, and
/// when this process is killed.
pub(crate) struct Keeper {
    child: Child,
    said: String,
}

impl Keeper {
    /// Starts it and waits for a server of a kind.
    pub(crate) fn start(programs: &Programs, kind: Kind) -> Result<Self, Failure> {
        let program = programs.named(PROGRAM)?;
        let mut command = Command::new(program);
        command.args(kind.arguments()).stdin(Stdio::piped()).stdout(Stdio::piped());
        // Ctrl-C is for the tests; the keeper tidies up when they are gone.
        let child = command.process_group(0).spawn();
        let mut child = child.map_err(|error| format!("{} did not start: {error}", program.display()))?;
        let stdout = child.stdout.take().ok_or("the keeper has no output")?;
        let said = listen(BufReader::new(stdout));
        let mut this = Self { child, said: String::new() };
        match said {
            Ok(said) => this.said = said,
            Err(failure) => {
                this.end()?;
                return Err(format!("{failure}; {}", kind.way_out()).into());
            }
        }
        Ok(this)
    }

    /// Lets a command know the server.
    pub(crate) fn tell(&self, command: &mut Command) {
        command.env(PROVIDED, &self.said);
    }

    /// The version, and how the server is provided.
    pub(crate) fn description(&self) -> &str {
        self.all("description").next().unwrap_or_default()
    }

    /// Whether this machine has something else that tests may need.
    pub(crate) fn is_able(&self, ability: &str) -> bool {
        self.all("able").any(|found| found == ability)
    }

    /// Takes the server away, and answers what it was.
    pub(crate) fn stop(mut self) -> Result<String, Failure> {
        let description = self.description().to_owned();
        self.end()?;
        Ok(description)
    }

    fn end(&mut self) -> Result<(), Failure> {
        drop(self.child.stdin.take());
        self.child.wait()?;
        Ok(())
    }

    fn all<'a>(&'a self, word: &'a str) -> impl Iterator<Item = &'a str> {
        let lines = self.said.lines().filter_map(|line| line.split_once(' '));
        lines.filter(move |(found, _)| *found == word).map(|(_, rest)| rest)
    }
}

/// Builds the image of containers, and answers its name.
pub(crate) fn build_image() -> Result<String, Failure> {
    let mut command = cargo(&["run", "--quiet", "--package", PROGRAM, "--features", "keeper", "--", "image"]);
    let mut child = command.stdout(Stdio::piped()).spawn()?;
    let said = listen(BufReader::new(child.stdout.take().ok_or("the keeper has no output")?));
    child.wait()?;
    Ok(said?.trim_start_matches("image ").trim_end().to_owned())
}

/// Passes on what takes a while, and collects what tests have to know.
#[expect(clippy::print_stderr, reason = "a task reports on standard error")]
fn listen(stdout: impl BufRead) -> Result<String, Failure> {
    let mut said = String::new();
    for line in stdout.lines() {
        let line = line?;
        match line.split_once(' ') {
            Some(("progress", text)) => eprintln!("── {text}"),
            Some(("failed", sentence)) => {
                return Err(sentence.into());
            }
            _ if line == "ready" => return Ok(said),
            _ => said = said + &line + "\n",
        }
    }
    Err("the keeper of the PostgreSQL server ended without a word".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_up_to_ready_is_for_the_tests() {
        let said = listen("progress pulling\nurl x\nable docker\nready\nurl y\n".as_bytes());
        assert_eq!(said.unwrap(), "url x\nable docker\n");
    }

    #[test]
    fn a_refusal_is_passed_on() {
        let refused = listen("progress pulling\nfailed there is none\n".as_bytes()).unwrap_err();
        assert_eq!(refused.to_string(), "there is none");
        assert!(listen("url x\n".as_bytes()).is_err(), "it was killed");
    }
}
