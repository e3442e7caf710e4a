//! W1 and W1c: units with one execution each, from one client or from many.

use super::clients::{Clients, Measured};
use crate::failure::Outcome;
use crate::samples::{self, LARGE_STATE};
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::Barrier;
use wtb_domain::ExecutionStatus;

pub(super) async fn round(clients: Clients, size: u64) -> Outcome<Measured> {
    let count = clients.all.len();
    let gate = Arc::new(Barrier::new(count + 1));
    let mut parts = Vec::with_capacity(count);
    for (first, mut client) in (0_u64..).zip(clients.all) {
        let numbers = (first..size).step_by(count);
        let executions: Vec<_> = numbers.map(execution).collect();
        let gate = Arc::clone(&gate);
        parts.push(clients.start.spawn(async move {
            gate.wait().await;
            for execution in executions {
                client.add(execution).await?;
            }
            Outcome::Ok(())
        }));
    }
    (clients.start.ready)()?;
    gate.wait().await;
    let begun = Instant::now();
    for part in parts {
        part.await??;
    }
    Ok(Measured { done: size, elapsed: begun.elapsed() })
}

fn execution(number: u64) -> wtb_domain::Execution {
    samples::execution(number, samples::workflow_id(0), ExecutionStatus::Pending, LARGE_STATE)
}
