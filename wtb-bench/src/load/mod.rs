//! Load: many clients at once, how long each waits, and what settings do about it.

mod clients;
mod report;
mod setting;

use crate::failure::Outcome;
use crate::lane::Lane;
use crate::place::StoreKind;
use clients::{Served, serve};
pub(crate) use report::{page, tables};
use setting::{Servers, Setting};
use std::time::Duration;

/// Clients at once.
const CLIENTS: [usize; 4] = [1, 4, 16, MOST];
/// Clients for whom settings are tried.
const MOST: usize = 64;

/// One row: so many clients on a store that is set in a way.
pub(crate) struct Row {
    lane: Lane,
    setting: Setting,
    clients: usize,
    served: Served,
}

/// Times that a row is measured, a while each: the machine is not the same all the time.
const TURNS: u32 = 5;

/// Measures each kind of store with each number of clients, and with each setting, for `each`; all of a kind in turn.
#[expect(clippy::print_stderr, reason = "progress goes to standard error")]
pub(crate) async fn measure(stores: &[StoreKind], each: Duration) -> Outcome<Vec<Row>> {
    let mut rows = Vec::new();
    let lanes = Lane::ALL.into_iter().filter(|lane| lane.store != StoreKind::Memory);
    for lane in lanes.filter(|lane| stores.contains(&lane.store)) {
        let servers = Servers::start(lane.store).await?;
        let usual = CLIENTS.map(|clients| (Setting::Usual, clients)).into_iter();
        let others = servers.settings().iter().map(|setting| (*setting, MOST));
        let mut of_lane: Vec<_> = usual
            .chain(others)
            .map(|(setting, clients)| Row { lane, setting, clients, served: Served::default() })
            .collect();
        for turn in 1..=TURNS {
            for row in &mut of_lane {
                eprintln!(
                    "── {turn} of {TURNS}: {} clients on {}, {}",
                    row.clients,
                    lane.name(),
                    row.setting
                );
                row.served.add(serve(lane, row.setting, &servers, row.clients, each / TURNS).await?);
            }
        }
        rows.extend(of_lane);
    }
    Ok(rows)
}
