//! Following a log to its last entry, and checking what was seen of it.

use crate::proof::Failure;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::time::sleep;
use wtb_contract::{Follower, samples};
use wtb_domain::{AuditEntry, ExecutionId};
use wtb_ports::{StoreResult, UnitOfWorkFactory};

/// What is appended after all else.
pub(super) const END: &str = "end";
/// How long the last entry may take to be settled.
pub(super) const PATIENCE: Duration = Duration::from_mins(1);

/// Makes a store of another one: the same, or one with a defect.
pub(super) type Wrap = fn(Arc<dyn UnitOfWorkFactory>) -> Arc<dyn UnitOfWorkFactory>;

pub(super) async fn append(
    store: &dyn UnitOfWorkFactory,
    run: &ExecutionId,
    message: &str,
) -> StoreResult<()> {
    let mut unit = store.begin().await?;
    unit.audit_logs().append_logs(Some(run), vec![samples::audit_entry(message)]).await?;
    unit.commit().await
}

/// Looks until the last entry was seen; answers all that were, and how many looks it took.
pub(super) async fn follow(
    store: Arc<dyn UnitOfWorkFactory>,
    mut follower: Follower,
) -> Result<(Vec<AuditEntry>, u64), Failure> {
    let mut begun = Instant::now();
    let mut looks = 0;
    loop {
        let before = follower.seen().len();
        follower.look(&*store).await.map_err(Failure::found)?;
        looks += 1;
        let seen = follower.seen();
        if seen.last().is_some_and(|entry| entry.message == END) {
            return Ok((seen.to_vec(), looks));
        }
        if seen.len() > before {
            begun = Instant::now();
        } else if begun.elapsed() > PATIENCE {
            return Err(Failure::found(format!("nothing was settled in {} s", PATIENCE.as_secs())));
        }
        sleep(Duration::from_millis(1)).await;
    }
}

/// Each committed entry once and nothing else, and the entries of a unit in their order.
pub(super) fn check(committed: &[String], seen: &[AuditEntry]) -> Result<(), Failure> {
    let mut times: BTreeMap<&str, u32> = committed.iter().map(|message| (message.as_str(), 0)).collect();
    for entry in seen {
        match times.get_mut(entry.message.as_str()) {
            Some(times) => *times += 1,
            None => return Err(Failure::found(format!("`{}` was seen but not committed", entry.message))),
        }
    }
    if let Some((message, times)) = times.iter().find(|(_, times)| **times != 1) {
        return Err(Failure::found(format!("`{message}` was committed and seen {times} times")));
    }
    let mut last: BTreeMap<&str, &str> = BTreeMap::new();
    for (unit, part) in seen.iter().filter_map(|entry| entry.message.rsplit_once(' ')) {
        if last.insert(unit, part).is_some_and(|before| before > part) {
            return Err(Failure::found(format!("entry {part} of unit `{unit}` was seen after a later one")));
        }
    }
    Ok(())
}
