//! Running one round of a workload: whatever it needs is made before, and only the work is timed.

mod add;
mod append;
mod change;
mod clients;
mod get;
mod list;
mod record;

pub(crate) use clients::{Clients, Measured, Start};

use crate::failure::Outcome;
use crate::workload::Workload;

/// Runs one round on what [`Workload::dataset`] says. Rounds of one number do exactly the same.
pub(crate) async fn round(workload: Workload, clients: Clients, size: u64, number: u64) -> Outcome<Measured> {
    match workload {
        Workload::W1 | Workload::W1c => add::round(clients, size).await,
        Workload::W2 => append::round(clients, size).await,
        Workload::W3 => get::round(clients, size, number, get::How::Each).await,
        Workload::W3m => get::round(clients, size, number, get::How::All).await,
        Workload::W4 => list::round(clients, size, number, list::What::OfWorkflow).await,
        Workload::W5 => list::round(clients, size, number, list::What::Running).await,
        Workload::W6 => change::round(clients, size).await,
        Workload::W7 => record::round(clients, size).await,
    }
}
