//! The Python WTB's way: a program in Python that does one round of a workload whenever it is asked to.

use super::Contestant;
use crate::failure::Outcome;
use crate::workload::Workload;
use crate::workloads::Measured;
use serde::Deserialize;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;
use wtb_test_postgres::{TestDatabase, TestServer};

/// A Python that has what the program needs.
pub(crate) struct Python {
    program: PathBuf,
    peer: PathBuf,
}

impl Python {
    /// Makes a virtual environment below `target`, or takes the one that is there.
    ///
    /// # Errors
    /// If there is no Python, or no package index that has the packages.
    pub(crate) fn ready() -> Outcome<Self> {
        let crate_folder = Path::new(env!("CARGO_MANIFEST_DIR"));
        let environment = crate_folder.with_file_name("target").join("wtb-bench-python");
        let program = environment.join("bin/python");
        if !program.exists() {
            run(Command::new("python3").args(["-m", "venv"]).arg(&environment))?;
        }
        let requirements = crate_folder.join("python/requirements.txt");
        let install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"];
        run(Command::new(&program).args(install).arg(requirements))?;
        Ok(Self { program, peer: crate_folder.join("python/peer.py") })
    }

    /// What it is made of, for people.
    pub(crate) fn versions(&self) -> Outcome<String> {
        let output = Command::new(&self.program).arg("-B").arg(&self.peer).arg("--versions").output()?;
        Ok(String::from_utf8(output.stdout)?.trim().to_owned())
    }

    /// Starts the program for one of its ways, with a place of its own.
    pub(crate) async fn start(&self, contestant: Contestant) -> Outcome<Peer> {
        let folder = tempfile::Builder::new().prefix("wtb-bench-").tempdir()?;
        let mut command = Command::new(&self.program);
        command.arg("-B").arg(&self.peer).arg("--data").arg(folder.path());
        let database = match contestant {
            Contestant::SqlAlchemyPostgres => Some(TestServer::get().await?.empty_database().await?),
            _ => None,
        };
        match &database {
            Some(database) => {
                let url = database.url().replacen("postgresql://", "postgresql+psycopg://", 1);
                command.args(["--backend", "postgres", "--url", &url]);
            }
            None if contestant == Contestant::PythonDicts => {
                command.args(["--backend", "memory"]);
            }
            None => {
                command.args(["--backend", "sqlite"]);
            }
        }
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let questions = child.stdin.take();
        let answers = child.stdout.take().map(BufReader::new).ok_or("the program in Python has no output")?;
        Ok(Peer { child, questions, answers, _folder: folder, _database: database })
    }
}

fn run(command: &mut Command) -> Outcome<()> {
    let status =
        command.stdout(Stdio::null()).status().map_err(|error| format!("cannot run {command:?}: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("{command:?} failed").into()) }
}

/// The program in Python, at work on one of its ways. It ends with this value.
pub(crate) struct Peer {
    child: Child,
    questions: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
    _folder: TempDir,
    _database: Option<TestDatabase>,
}

#[derive(Deserialize)]
struct Answer {
    seconds: f64,
}

impl Peer {
    /// Has it do one round, and waits.
    pub(crate) fn round(&mut self, workload: Workload, size: u64) -> Outcome<Measured> {
        let questions = self.questions.as_mut().ok_or("the program in Python takes no questions")?;
        writeln!(questions, "{} {size}", workload.name())?;
        questions.flush()?;
        let mut line = String::new();
        self.answers.read_line(&mut line)?;
        let answer: Answer = serde_json::from_str(&line)
            .map_err(|error| format!("the program in Python said `{}`: {error}", line.trim()))?;
        Ok(Measured { done: size, elapsed: Duration::from_secs_f64(answer.seconds) })
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        drop(self.questions.take());
        // It ends when its questions do.
        let _ = self.child.wait();
    }
}
