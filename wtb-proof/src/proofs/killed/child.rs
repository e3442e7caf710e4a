//! The process that commits numbered units until it is killed.

use super::units::{Manner, came_second, commit_next, count};
use crate::proof::Failure;
use clap::Args;
use std::io::{Read, Write, stdin, stdout};
use std::sync::Arc;
use tokio::task::JoinSet;
use wtb_adapter_sql::DatabaseUrl;
use wtb_adapter_sql::postgres::{self, PostgresOptions};
use wtb_adapter_sql::sqlite::{self, SqliteOptions, Synchronous};
use wtb_ports::{StoreError, StoreResult, UnitOfWorkFactory};

/// Where and how to commit.
#[derive(Debug, Args)]
pub(crate) struct CommitUnits {
    /// The database.
    url: String,
    /// How many clients want to commit the next unit.
    #[arg(long)]
    clients: u32,
    /// How they do it.
    #[arg(long)]
    manner: Manner,
    /// Commits of a SQLite store count as done once the operating system has them.
    #[arg(long)]
    normal: bool,
    /// Close the store and end after this unit.
    #[arg(long)]
    until: Option<u64>,
}

/// Commits units, and says the number of each on standard output when it is committed. The first line is how many there
/// are at the beginning.
///
/// # Errors
/// `Unable` with what the store answered.
pub(crate) async fn commit_units(asked: CommitUnits) -> Result<(), Failure> {
    end_with_parent();
    let store = open(&asked).await?;
    let mut unit = store.begin_read().await.map_err(Failure::unable)?;
    let seen = count(&mut unit).await.map_err(Failure::unable)?;
    unit.rollback().await.map_err(Failure::unable)?;
    say(seen);
    let mut clients = JoinSet::new();
    for _ in 0..asked.clients {
        clients.spawn(commit(Arc::clone(&store), asked.manner, asked.until));
    }
    while let Some(ended) = clients.join_next().await {
        ended.map_err(Failure::unable)?.map_err(Failure::unable)?;
    }
    Ok(())
}

async fn commit(store: Arc<dyn UnitOfWorkFactory>, manner: Manner, until: Option<u64>) -> StoreResult<()> {
    loop {
        match commit_next(&*store, manner).await {
            Ok(number) => {
                say(number);
                if until.is_some_and(|until| number >= until) {
                    return Ok(());
                }
            }
            Err(error) if came_second(&error) => {}
            // An earlier process committed the first half of this unit. One that is to be killed goes on until then.
            Err(StoreError::AlreadyExists { .. }) if manner == Manner::InHalves => {
                if until.is_some() {
                    return Ok(());
                }
            }
            Err(error) => return Err(error),
        }
    }
}

async fn open(asked: &CommitUnits) -> Result<Arc<dyn UnitOfWorkFactory>, Failure> {
    Ok(match DatabaseUrl::parse(&asked.url).map_err(Failure::unable)? {
        DatabaseUrl::Sqlite(path) => {
            let synchronous = if asked.normal { Synchronous::Normal } else { Synchronous::Full };
            let options = SqliteOptions::new(path).synchronous(synchronous);
            Arc::new(sqlite::open(options).await.map_err(Failure::unable)?)
        }
        DatabaseUrl::Postgres(url) => {
            Arc::new(postgres::open(PostgresOptions::new(url)).await.map_err(Failure::unable)?)
        }
    })
}

/// One line in one write: whoever is killed has said all of it or nothing.
fn say(number: u64) {
    let line = format!("{number}\n");
    if stdout().write_all(line.as_bytes()).is_err() {
        // Nobody listens any more.
        std::process::exit(1);
    }
}

/// Ends this process when whoever started it ends without killing it.
fn end_with_parent() {
    std::thread::spawn(|| {
        let _ = stdin().read(&mut [0]);
        std::process::exit(1);
    });
}
