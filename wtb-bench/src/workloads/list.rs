//! W4 and W5: lists of executions, each a unit.

use super::clients::{Clients, Measured, expect, timed};
use crate::failure::Outcome;
use crate::samples;
use crate::workload::Dataset;

/// What is listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    /// Those of a workflow.
    OfWorkflow,
    /// Those that run.
    Running,
}

pub(super) async fn round(clients: Clients, size: u64, number: u64, what: What) -> Outcome<Measured> {
    let (mut client, start) = clients.only()?;
    let workflows = Dataset::Lists.workflows();
    let wanted: Vec<_> =
        (0..size).map(|list| samples::workflow_id((number * size + list) % workflows)).collect();
    timed(start, size, async move {
        for workflow in &wanted {
            match what {
                What::OfWorkflow => expect(client.list_by_workflow(workflow).await?, 1_000)?,
                What::Running => expect(client.list_running().await?, 100)?,
            }
        }
        Ok(())
    })
    .await
}
