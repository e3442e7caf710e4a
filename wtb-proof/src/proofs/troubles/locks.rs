//! Another program holds a lock for longer than units wait.

use super::flaw::Flaw;
use super::flaws;
use super::stage::{Promise, Stage};
use super::withstand::{Trouble, Withstood, withstand};
use crate::administrator::Administrator;
use crate::proof::{Failure, Outcome, Proof, Trial, Tried, run};
use crate::stores::{database, folder, postgres_options, sqlite_options};
use std::sync::Arc;
use std::time::Duration;
use wtb_adapter_sql::{postgres, sqlite};
use wtb_ports::StoreError;

pub(crate) const LOCKS: Proof = Proof {
    name: "locks and slow statements",
    run: run!(sound),
    defects: flaws!(all: TellsNothing, CommitsEachCall, StopsReading),
};

/// How long a unit waits for the lock of a file, or for a statement to end.
const SHORT: Duration = Duration::from_millis(300);
/// How long a unit waits for the lock of a row: enough to connect on a busy machine too, for which it is the same wait.
const LOCK: Duration = Duration::from_secs(2);
/// How long it would wait for anything else.
const LONG: Duration = Duration::from_secs(10);

async fn sound(trial: Trial) -> Outcome {
    all(trial, None).await
}

async fn all(trial: Trial, flaw: Option<Flaw>) -> Outcome {
    let lasts = trial.times(Duration::from_secs(1), Duration::from_secs(10));
    let sqlite = on_sqlite(trial, flaw, lasts).await?;
    let lock = on_postgres(trial, flaw, lasts + LOCK, "a lock that another unit holds", LOCK, LONG).await?;
    let slow = on_postgres(trial, flaw, lasts, "a statement to end", LONG, SHORT).await?;
    Ok(Tried::new(format!(
        "a lock on SQLite: {sqlite}; on PostgreSQL: {lock}; a slow statement: {slow}; {} s each",
        lasts.as_secs()
    )))
}

fn promise(tells: &'static str) -> Promise {
    Promise { may_tell: |error| matches!(error, StoreError::Unavailable { .. }), tells, reads_go_on: true }
}

async fn on_sqlite(trial: Trial, flaw: Option<Flaw>, lasts: Duration) -> Result<Withstood, Failure> {
    let folder = folder()?;
    let options = sqlite_options(&folder).wait(SHORT);
    let connection = rusqlite::Connection::open(&options.path).map_err(Failure::unable)?;
    let store = sqlite::open(options).await.map_err(Failure::unable)?;
    let stage = Stage::new(Arc::new(store), flaw, promise("which another process holds"), trial.seed);
    withstand(stage, &mut LockedFile(connection), lasts).await
}

async fn on_postgres(
    trial: Trial,
    flaw: Option<Flaw>,
    lasts: Duration,
    tells: &'static str,
    wait: Duration,
    statement: Duration,
) -> Result<Withstood, Failure> {
    let database = database().await?;
    let administrator = Administrator::of(database.url()).await?;
    let options = postgres_options(database.url()).wait(wait).statement_timeout(statement);
    let store = postgres::open(options).await.map_err(Failure::unable)?;
    let stage = Stage::new(Arc::new(store), flaw, promise(tells), trial.seed);
    withstand(stage, &mut LockedTable(administrator), lasts).await
}

/// The write lock of a file is taken, as another process has it.
struct LockedFile(rusqlite::Connection);

impl Trouble for LockedFile {
    async fn begin(&mut self) -> Result<(), Failure> {
        loop {
            match self.0.execute_batch("BEGIN IMMEDIATE") {
                Ok(()) => return Ok(()),
                Err(error) if error.sqlite_error_code() == Some(rusqlite::ErrorCode::DatabaseBusy) => {
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
                Err(error) => return Err(Failure::unable(error)),
            }
        }
    }

    async fn end(&mut self) -> Result<(), Failure> {
        self.0.execute_batch("ROLLBACK").map_err(Failure::unable)
    }
}

/// The second table of a unit can only be read.
struct LockedTable(Administrator);

impl Trouble for LockedTable {
    async fn begin(&mut self) -> Result<(), Failure> {
        self.0.execute("BEGIN; LOCK TABLE executions IN EXCLUSIVE MODE").await
    }

    async fn end(&mut self) -> Result<(), Failure> {
        self.0.execute("ROLLBACK").await
    }
}
