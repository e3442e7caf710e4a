//! A store on a medium that cannot be written: everything that was acknowledged is read, and a write says why it fails.

use crate::part::{outcome_of, program, say};
use crate::proof::{Effort, Failure, Outcome, PlantedDefect, Proof, Trial, Tried, run};
use crate::seed::{Numbers, Seed};
use crate::stores::folder;
use clap::{Args, ValueEnum};
use rusqlite::{Connection, OpenFlags};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{ExitCode, Stdio};
use tokio::process::Command;
use wtb_adapter_sql::sqlite::{self, SqliteOptions, SqliteStore};
use wtb_domain::{Json, Timestamp, Workflow, WorkflowId};
use wtb_ports::{PageRequest, StoreError, UnitOfWorkFactory};

pub(crate) const READ_ONLY: Proof = Proof {
    name: "read-only media",
    run: run!(sound),
    defects: &[
        PlantedDefect { name: "reads the database without its log", run: run!(without_log) },
        PlantedDefect { name: "needs to make files to read", run: run!(plain) },
        PlantedDefect { name: "does not say why it cannot write", run: run!(silent) },
    ],
};

/// Mounts a disk in memory for itself and its children, and the same a second time so that it cannot be written there, and
/// becomes the rest of its arguments.
const ON_A_READ_ONLY_DISK: &str = r#"mkdir "$1/rw" "$1/ro" && mount -t tmpfs -o size=64m tmpfs "$1/rw" \
    && mount --bind "$1/rw" "$1/ro" && mount -o remount,bind,ro "$1/ro" && shift && exec "$@""#;

/// What a process with a read-only disk is told.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Where the disk is.
    folder: PathBuf,
    /// The seed of the proof.
    seed: Seed,
    /// Try as often as takes long.
    #[arg(long)]
    long: bool,
    /// What the store does wrong.
    #[arg(long)]
    fault: Option<Fault>,
}

/// What a store does wrong on such a medium.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Fault {
    WithoutLog,
    Plain,
    Silent,
}

async fn sound(trial: Trial) -> Outcome {
    in_a_process(trial, None).await
}

async fn without_log(trial: Trial) -> Outcome {
    in_a_process(trial, Some(Fault::WithoutLog)).await
}

async fn plain(trial: Trial) -> Outcome {
    in_a_process(trial, Some(Fault::Plain)).await
}

async fn silent(trial: Trial) -> Outcome {
    in_a_process(trial, Some(Fault::Silent)).await
}

/// Proves it in a process that has such a disk.
async fn in_a_process(trial: Trial, fault: Option<Fault>) -> Outcome {
    let folder = folder()?;
    let mut command = Command::new("unshare");
    // Whoever is not root becomes it where nobody else is.
    command.args(["--mount", "--map-root-user", "sh", "-c", ON_A_READ_ONLY_DISK, "sh"]).arg(folder.path());
    command.arg(program()?).arg("read-only").arg(folder.path()).arg(trial.seed.to_string());
    if trial.effort == Effort::Long {
        command.arg("--long");
    }
    if let Some(fault) = fault {
        let value = fault.to_possible_value().expect("no fault is hidden");
        command.args(["--fault", value.get_name()]);
    }
    command.stdin(Stdio::null()).kill_on_drop(true);
    outcome_of(command, "a read-only disk takes the right to mount one").await
}

/// Proves it on this process's disk, and says what came of it.
pub(crate) async fn part(arguments: &Arguments) -> ExitCode {
    let rounds = if arguments.long { 2_000 } else { 40 };
    let mut units = 0;
    for round in 0..rounds {
        let numbers = arguments.seed.part(round).numbers();
        let left = Left::ALL[usize::try_from(round).unwrap_or(0) % Left::ALL.len()];
        match one(&arguments.folder, left, numbers, arguments.fault).await {
            Ok(read) => units += read,
            Err(failure) => return say(Err(failure.told(|what| format!("{left:?}: {what}")))),
        }
    }
    say(Ok(Tried::new(format!("{rounds} stores, {units} units read, and nothing made beside them"))))
}

/// How a store was left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Left {
    /// Closed.
    Closed,
    /// As a backup.
    Backup,
    /// Killed: with its log, and the index of that.
    Killed,
    /// Copied without the index of its log.
    WithoutIndex,
    /// Somebody goes on writing where it can be written.
    Written,
}

impl Left {
    const ALL: [Self; 5] = [Self::Closed, Self::Backup, Self::Killed, Self::WithoutIndex, Self::Written];
}

/// Makes a store, leaves it, and reads it where it cannot be written; answers how many units were read.
async fn one(disk: &Path, left: Left, mut numbers: Numbers, fault: Option<Fault>) -> Result<usize, Failure> {
    let [rw, ro] = ["rw", "ro"].map(|folder| disk.join(folder));
    let made = sqlite::open(SqliteOptions::new(rw.join("made.db"))).await.map_err(Failure::unable)?;
    let mut kept = add(&made, 0, 1 + numbers.below(40)).await?;
    let file = rw.join("proof.db");
    let copy = |suffixes: &[&str]| {
        let named = |name: &str, suffix: &str| rw.join(format!("{name}{suffix}"));
        let copied = suffixes
            .iter()
            .try_for_each(|suffix| fs::copy(named("made.db", suffix), named("proof.db", suffix)).map(drop));
        copied.map_err(Failure::unable)
    };
    match left {
        Left::Backup => drop(made.backup(&file).await.map_err(Failure::unable)?),
        Left::Killed => copy(&["", "-wal", "-shm"])?,
        Left::WithoutIndex => copy(&["", "-wal"])?,
        Left::Closed | Left::Written => {}
    }
    drop(made);
    if matches!(left, Left::Closed | Left::Written) {
        fs::rename(rw.join("made.db"), &file).map_err(Failure::unable)?;
    }
    let writer = match left {
        Left::Written => {
            let store = sqlite::open(SqliteOptions::new(&file)).await.map_err(Failure::unable)?;
            kept.extend(add(&store, 1_000, 1 + numbers.below(40)).await?);
            Some(store)
        }
        _ => None,
    };
    let before = listing(&rw);
    let read = read(&ro.join("proof.db"), fault).await?;
    if read != kept {
        let missing = kept.difference(&read).count();
        return Err(Failure::found(format_args!("{missing} of {} units were not read", kept.len())));
    }
    refuses(&ro.join("proof.db"), fault).await?;
    if listing(&rw) != before {
        return Err(Failure::found(format_args!("the files were {before:?} and are {:?}", listing(&rw))));
    }
    drop(writer);
    for entry in fs::read_dir(&rw).map_err(Failure::unable)?.flatten() {
        fs::remove_file(entry.path()).map_err(Failure::unable)?;
    }
    Ok(read.len())
}

/// Adds workflows in a unit each.
async fn add(store: &SqliteStore, first: u64, count: u64) -> Result<BTreeSet<String>, Failure> {
    let mut kept = BTreeSet::new();
    for number in first..first + count {
        let mut unit = store.begin().await.map_err(Failure::unable)?;
        let id = WorkflowId::new(format!("w-{number}")).expect("an id");
        kept.insert(id.to_string());
        let workflow = Workflow::new(id, format!("w-{number}"), Json::new("{}"), Timestamp::UNIX_EPOCH);
        unit.workflows().add(workflow).await.map_err(Failure::unable)?;
        unit.commit().await.map_err(Failure::unable)?;
    }
    Ok(kept)
}

/// The names and sizes of the files.
fn listing(folder: &Path) -> Vec<(String, u64)> {
    let files = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<_> = files
        .map(|file| {
            (file.file_name().to_string_lossy().into_owned(), file.metadata().map_or(0, |file| file.len()))
        })
        .collect();
    files.sort();
    files
}

/// What can be read of the store.
async fn read(file: &Path, fault: Option<Fault>) -> Result<BTreeSet<String>, Failure> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
    let by_hand = |name: String| -> rusqlite::Result<BTreeSet<String>> {
        let connection = Connection::open_with_flags(name, flags)?;
        connection.prepare("SELECT id FROM workflows")?.query_map([], |row| row.get(0))?.collect()
    };
    match fault {
        Some(Fault::WithoutLog) => {
            by_hand(format!("file://{}?immutable=1", file.display())).map_err(Failure::found)
        }
        Some(Fault::Plain) => by_hand(file.display().to_string()).map_err(Failure::found),
        Some(Fault::Silent) | None => {
            let options = SqliteOptions::new(file).read_only();
            let store = sqlite::open(options).await.map_err(Failure::found)?;
            let mut unit = store.begin_read().await.map_err(Failure::found)?;
            let page = PageRequest { after: None, limit: 100.try_into().expect("a limit") };
            let read = unit.workflows().list_all(page).await.map_err(Failure::found)?;
            Ok(read.items.into_iter().map(|workflow| workflow.id.to_string()).collect())
        }
    }
}

/// Whether a store that is opened to be written reads, and says why it cannot be written.
async fn refuses(file: &Path, fault: Option<Fault>) -> Result<(), Failure> {
    let store = sqlite::open(SqliteOptions::new(file)).await.map_err(Failure::found)?;
    store.begin_read().await.map_err(Failure::found)?;
    let refused = match store.begin().await {
        Err(error) if fault == Some(Fault::Silent) => {
            Err(StoreError::Backend { operation: "begin", source: error.into() })
        }
        begun => begun.map(drop),
    };
    match refused {
        Err(StoreError::NotWritable { reason }) if reason.contains("Read-only file system") => Ok(()),
        other => Err(Failure::found(format_args!("a unit that writes was told: {other:?}"))),
    }
}
