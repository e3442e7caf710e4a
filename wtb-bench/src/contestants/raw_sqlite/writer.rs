//! Those who share one thread that writes: whatever waits for it goes into one transaction.

use super::connect;
use super::statements::{insert_execution, run};
use crate::client::Client;
use crate::failure::Outcome;
use async_trait::async_trait;
use rusqlite::Connection;
use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use tokio::sync::oneshot;
use wtb_config::Synchronous;
use wtb_domain::Execution;

/// Executions in one transaction at most.
const SHARED: usize = 256;

/// An execution to add, and who waits for it.
type Job = (Execution, oneshot::Sender<Outcome<()>>);

/// One of those who share the thread, for W1 and W1c only.
pub(crate) struct SharingClient {
    jobs: Sender<Job>,
}

impl SharingClient {
    /// So many clients of a thread, which ends with the last of them.
    pub(crate) fn connect(file: &Path, synchronous: Synchronous, count: usize) -> Outcome<Vec<Self>> {
        let connection = connect(file, synchronous)?;
        let (jobs, waiting) = channel();
        thread::Builder::new().name("raw-writer".to_owned()).spawn(move || write(&connection, &waiting))?;
        Ok((0..count).map(|_| Self { jobs: jobs.clone() }).collect())
    }
}

/// Writes what is waiting, until nobody can come any more.
fn write(connection: &Connection, waiting: &Receiver<Job>) {
    while let Ok(first) = waiting.recv() {
        let mut executions = vec![first];
        executions.extend(waiting.try_iter().take(SHARED - 1));
        let (executions, told): (Vec<_>, Vec<_>) = executions.into_iter().unzip();
        let written = write_all(connection, &executions).map_err(|error| error.to_string());
        for told in told {
            // Whoever does not wait any more does not need the answer.
            let _ = told.send(written.clone().map_err(Into::into));
        }
    }
}

/// One transaction, in which each unit could fail without the others.
fn write_all(connection: &Connection, executions: &[Execution]) -> Outcome<()> {
    run(connection, "BEGIN IMMEDIATE")?;
    for execution in executions {
        run(connection, "SAVEPOINT unit")?;
        insert_execution(connection, execution)?;
        run(connection, "RELEASE unit")?;
    }
    Ok(run(connection, "COMMIT")?)
}

#[async_trait]
impl Client for SharingClient {
    async fn add(&mut self, execution: Execution) -> Outcome<()> {
        let (told, news) = oneshot::channel();
        self.jobs.send((execution, told)).map_err(|_| "the writer thread has ended")?;
        news.await?
    }
}
