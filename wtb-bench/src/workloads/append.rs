//! W2: many audit entries in one unit.

use super::clients::{Clients, Measured, timed};
use crate::failure::Outcome;
use crate::samples;

pub(super) async fn round(clients: Clients, size: u64) -> Outcome<Measured> {
    let (mut client, start) = clients.only()?;
    let execution = samples::execution_id(0);
    let entries = (0..size).map(samples::audit_entry).collect();
    timed(start, size, async move { client.append(&execution, entries).await }).await
}
