//! W6: executions that are read, changed and written, in an order unlike that in which they were added.

use super::clients::{Clients, Measured, timed};
use crate::failure::Outcome;
use crate::samples::{self, LARGE_STATE};
use wtb_domain::ExecutionStatus;

pub(super) async fn round(clients: Clients, size: u64) -> Outcome<Measured> {
    let (mut client, start) = clients.only()?;
    let mut order: Vec<_> = (0..size).collect();
    order.sort_by_key(|number| samples::mixed(*number));
    let changes: Vec<_> = order
        .into_iter()
        .map(|number| (samples::execution_id(number), samples::state(number + 1, LARGE_STATE)))
        .collect();
    timed(start, size, async move {
        for (id, state) in changes {
            client.change(&id, ExecutionStatus::Running, state).await?;
        }
        Ok(())
    })
    .await
}
