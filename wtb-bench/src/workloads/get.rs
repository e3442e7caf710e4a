//! W3 and W3m: executions by id, 100 in a unit.

use super::clients::{Clients, Measured, expect, timed};
use crate::failure::Outcome;
use crate::samples;
use crate::workload::Dataset;

/// Executions in a unit.
const TOGETHER: u64 = 100;
/// From one of them to the next; their ids are far apart in any case.
const STEP: u64 = 97;

/// How a client asks for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum How {
    /// One after another.
    Each,
    /// All at once.
    All,
}

pub(super) async fn round(clients: Clients, size: u64, number: u64, how: How) -> Outcome<Measured> {
    let (mut client, start) = clients.only()?;
    // Nobody asks for an execution twice in one unit.
    let pick = |ask: u64| {
        let first = samples::mixed(number * size + ask / TOGETHER) % Dataset::Small.executions();
        (first + ask % TOGETHER * STEP) % Dataset::Small.executions()
    };
    let wanted: Vec<_> = (0..size).map(|ask| samples::execution_id(pick(ask))).collect();
    let together = usize::try_from(TOGETHER)?;
    timed(start, size, async move {
        for ids in wanted.chunks(together) {
            let found = match how {
                How::Each => client.get_each(ids).await?,
                How::All => client.get_all(ids).await?,
            };
            expect(found, ids.len())?;
        }
        Ok(())
    })
    .await
}
