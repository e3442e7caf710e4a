//! W7: units that record a whole run.

use super::clients::{Clients, Measured, timed};
use crate::failure::Outcome;
use crate::samples;

pub(super) async fn round(clients: Clients, size: u64) -> Outcome<Measured> {
    let (mut client, start) = clients.only()?;
    let runs: Vec<_> = (0..size).map(|number| samples::run(number, samples::workflow_id(0))).collect();
    timed(start, size, async move {
        for run in runs {
            client.record(run).await?;
        }
        Ok(())
    })
    .await
}
