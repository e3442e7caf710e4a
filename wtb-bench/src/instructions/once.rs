//! The process that is counted: it makes everything ready, does one round, and clears away, and waits in between to be told.

use crate::contestants::Contestant;
use crate::failure::Outcome;
use crate::lane::Lane;
use crate::place::{Place, StoreKind};
use crate::workload::Workload;
use crate::workloads;
use clap::Args;
use std::fmt::Display;
use std::io::{BufRead, Write, stdin, stdout};

/// What it says when everything is ready.
pub(super) const READY: &str = "ready";

/// One round of a workload.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct Once {
    /// The kind of store.
    #[arg(long)]
    pub(super) store: StoreKind,
    /// The workload.
    #[arg(long)]
    pub(super) workload: Workload,
    /// Who does it.
    #[arg(long)]
    pub(super) contestant: Contestant,
}

/// Does it, says on standard output how much was done, and waits to be told to clear away.
pub(crate) async fn once(asked: &Once) -> Outcome<()> {
    let Once { store, workload, contestant } = *asked;
    let lane = Lane::ALL.into_iter().find(|lane| lane.store == store).ok_or("no such store")?;
    let size = workload.size(true);
    let place = Place::with(store, workload.dataset(size)).await?;
    // What is prepared once is there from the first round on.
    if workload.dataset(size).is_read_only() {
        workloads::round(workload, contestant.clients(&place, lane, workload).await?, size, 0).await?;
    }
    let mut clients = contestant.clients(&place, lane, workload).await?;
    clients.start.ready = wait_to_be_told;
    let measured = workloads::round(workload, clients, size, 1).await?;
    say_and_wait(measured.done)
}

fn wait_to_be_told() -> Outcome<()> {
    say_and_wait(READY)
}

fn say_and_wait(word: impl Display) -> Outcome<()> {
    writeln!(stdout(), "{word}")?;
    stdin().lock().read_line(&mut String::new())?;
    Ok(())
}
