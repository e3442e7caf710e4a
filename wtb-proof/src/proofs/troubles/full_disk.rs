//! The disk of a database is full for a while.

use super::flaw::Flaw;
use super::flaws;
use super::long_log::LongLog;
use super::small_disk;
use super::stage::{Promise, Stage};
use super::withstand::{Trouble, withstand};
use crate::administrator::Administrator;
use crate::part::say;
use crate::proof::{Effort, Failure, Outcome, Proof, Trial, Tried, run};
use crate::stores::postgres_options;
use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;
use wtb_adapter_sql::{postgres, sqlite};
use wtb_ports::StoreError;
use wtb_test_postgres::OwnServer;

pub(crate) const FULL_DISK_SQLITE: Proof = Proof {
    name: "a full disk, SQLite",
    run: run!(sound_on_sqlite),
    defects: flaws!(on_sqlite: TellsNothing, CommitsEachCall, StopsReading, StopsWriting),
};

pub(crate) const FULL_DISK_POSTGRES: Proof = Proof {
    name: "a full disk, PostgreSQL",
    run: run!(sound_on_postgres),
    defects: flaws!(on_postgres: TellsNothing, CommitsEachCall, StopsReading),
};

const PROMISE: Promise = Promise {
    may_tell: |error| matches!(error, StoreError::StorageFull { .. }),
    tells: "the storage is full",
    reads_go_on: true,
};

fn lasts(trial: Trial) -> Duration {
    trial.times(Duration::from_secs(1), Duration::from_secs(10))
}

async fn sound_on_sqlite(trial: Trial) -> Outcome {
    on_sqlite(trial, None).await
}

async fn sound_on_postgres(trial: Trial) -> Outcome {
    on_postgres(trial, None).await
}

async fn on_sqlite(trial: Trial, flaw: Option<Flaw>) -> Outcome {
    small_disk::run(trial, flaw).await
}

/// Fills the disk that `folder` is on, which is small.
pub(super) async fn on_a_small_disk(folder: &Path, trial: Trial, flaw: Option<Flaw>) -> Outcome {
    let open = async |file| {
        let options = sqlite::SqliteOptions::new(folder.join(file));
        sqlite::open(options).await.map_err(Failure::unable)
    };
    let stage = Stage::new(Arc::new(open("proof.db").await?), flaw, PROMISE, trial.seed);
    let mut filler = Filler { path: folder.join("filler") };
    let of_others = withstand(stage, &mut filler, lasts(trial)).await?;

    let log =
        LongLog::new(open("log.db").await?, flaw, trial.seed.numbers()).await.map_err(Failure::unable)?;
    let (units, recovered_after) = log.fills_the_disk().await?;
    Ok(Tried::new(format!(
        "{} s: {of_others}; full of the log of {units} units, written again after {} ms",
        lasts(trial).as_secs(),
        recovered_after.as_millis()
    )))
}

/// A file that takes all the room there is.
struct Filler {
    path: PathBuf,
}

impl Trouble for Filler {
    async fn begin(&mut self) -> Result<(), Failure> {
        let mut file = File::create(&self.path).map_err(Failure::unable)?;
        loop {
            match file.write_all(&[0; 4096]) {
                Ok(()) => {}
                Err(error) if error.kind() == ErrorKind::StorageFull => return Ok(()),
                Err(error) => return Err(Failure::unable(error)),
            }
        }
    }

    async fn end(&mut self) -> Result<(), Failure> {
        fs::remove_file(&self.path).map_err(Failure::unable)
    }
}

async fn on_postgres(trial: Trial, flaw: Option<Flaw>) -> Outcome {
    let server = OwnServer::with_little_room().await.map_err(Failure::unable)?;
    let administrator = Administrator::of(server.url()).await?;
    let store = postgres::open(postgres_options(server.url())).await.map_err(Failure::unable)?;
    let stage = Stage::new(Arc::new(store), flaw, PROMISE, trial.seed);
    let withstood = withstand(stage, &mut FullServer(administrator), lasts(trial)).await?;
    Ok(Tried::new(format!("{} s: {withstood}", lasts(trial).as_secs())))
}

/// A file beside the server's data that takes all the room there is, except in the log.
struct FullServer(Administrator);

impl Trouble for FullServer {
    async fn begin(&mut self) -> Result<(), Failure> {
        // A server that cannot go on with its log ends. Here it has a whole segment to go on with.
        self.0.execute("SELECT pg_switch_wal()").await?;
        self.0.execute("CREATE TEMPORARY TABLE begins_the_next_segment ()").await?;
        self.0.execute("COPY (SELECT) TO PROGRAM 'cat /dev/zero > filler 2> /dev/null || true'").await
    }

    async fn end(&mut self) -> Result<(), Failure> {
        self.0.execute("COPY (SELECT) TO PROGRAM 'rm filler'").await
    }
}

/// Proves it on this process's small disk, and says what came of it.
pub(crate) async fn part(arguments: &small_disk::Arguments) -> ExitCode {
    let effort = if arguments.long { Effort::Long } else { Effort::Quick };
    let trial = Trial { effort, seed: arguments.seed };
    say(on_a_small_disk(&arguments.folder, trial, arguments.flaw).await)
}
