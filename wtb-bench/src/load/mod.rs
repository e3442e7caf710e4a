//! Load: many clients at once, how long each waits, and what settings do about it.

mod clients;
mod report;

use crate::failure::Outcome;
use crate::lane::Lane;
use crate::place::StoreKind;
use clients::{Served, Setting, serve};
pub(crate) use report::{page, tables};
use std::time::Duration;

/// Clients at once.
const CLIENTS: [usize; 4] = [1, 4, 16, 64];

/// One row: so many clients on a store that is set in a way.
pub(crate) struct Row {
    lane: Lane,
    setting: Setting,
    clients: usize,
    served: Served,
}

/// All that was measured.
pub(crate) struct Load {
    /// With the usual settings.
    clients: Vec<Row>,
    /// With others, for the greatest number of clients.
    settings: Vec<Row>,
}

/// Measures each kind of store with each number of clients, and with each setting, for a while.
#[expect(clippy::print_stderr, reason = "progress goes to standard error")]
pub(crate) async fn measure(stores: &[StoreKind], each: Duration) -> Outcome<Load> {
    let mut load = Load { clients: Vec::new(), settings: Vec::new() };
    let row = async |lane: Lane, setting: Setting, clients: usize| {
        eprintln!("── {clients} clients on {}, {setting}", lane.name());
        let served = serve(lane, setting, clients, each).await?;
        Outcome::Ok(Row { lane, setting, clients, served })
    };
    let lanes = Lane::ALL.into_iter().filter(|lane| lane.store != StoreKind::Memory);
    for lane in lanes.filter(|lane| stores.contains(&lane.store)) {
        for clients in CLIENTS {
            load.clients.push(row(lane, Setting::Usual, clients).await?);
        }
        for setting in Setting::others(lane.store) {
            load.settings.push(row(lane, *setting, 64).await?);
        }
    }
    Ok(load)
}
