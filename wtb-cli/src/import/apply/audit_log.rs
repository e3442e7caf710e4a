//! Appends the audit entries that are absent. They have no identity, so equal ones are counted.

use super::{Stop, Tally};
use indicatif::ProgressBar;
use std::collections::HashMap;
use std::time::Duration;
use wtb_domain::{AuditEntry, ExecutionId, NodeId, Severity, Timestamp};
use wtb_ports::{AuditLogRepository, Page, PageLimit, PageRequest, StoreResult};

/// How many entries are appended at a time, and copied for it.
const CHUNK: usize = 10_000;

const PAGE: PageRequest = PageRequest::first(PageLimit::MAX);

/// Everything that tells two entries about the same execution apart.
type Content<'e> =
    (Timestamp, &'e str, Severity, &'e str, Option<&'e str>, &'e str, Option<&'e str>, Option<Duration>);

fn content(entry: &AuditEntry) -> Content<'_> {
    (
        entry.timestamp,
        entry.event_type.as_str(),
        entry.severity,
        &entry.message,
        entry.node_id.as_ref().map(NodeId::as_str),
        entry.details.as_str(),
        entry.error.as_deref(),
        entry.duration,
    )
}

/// Appends those of `entries` that the log has not as often, in the order given.
///
/// # Errors
/// If the store says no.
pub(super) async fn append_missing(
    log: &mut dyn AuditLogRepository,
    entries: &[AuditEntry],
    progress: &ProgressBar,
) -> Result<Tally, Stop> {
    let mut by_execution: HashMap<Option<&ExecutionId>, Vec<usize>> = HashMap::new();
    for (place, entry) in entries.iter().enumerate() {
        by_execution.entry(entry.execution_id.as_ref()).or_default().push(place);
    }
    let mut missing = Vec::with_capacity(entries.len());
    for (execution, places) in by_execution {
        let stored = stored(log, execution).await?;
        let mut counts: HashMap<Content<'_>, usize> = HashMap::with_capacity(stored.len());
        for entry in &stored {
            *counts.entry(content(entry)).or_default() += 1;
        }
        missing.extend(places.into_iter().filter(|place| match counts.get_mut(&content(&entries[*place])) {
            Some(left) if *left > 0 => {
                *left -= 1;
                false
            }
            _ => true,
        }));
    }
    missing.sort_unstable();
    for chunk in missing.chunks(CHUNK) {
        let chunk = chunk.iter().map(|place| entries[*place].clone()).collect();
        log.append_logs(None, chunk).await?;
    }
    progress.inc(entries.len() as u64);
    let added = missing.len() as u64;
    Ok(Tally { added, already_there: entries.len() as u64 - added })
}

/// The entries that the log has about an execution, or about none.
async fn stored(
    log: &mut dyn AuditLogRepository,
    execution: Option<&ExecutionId>,
) -> StoreResult<Vec<AuditEntry>> {
    let (mut found, mut request) = (Vec::new(), PAGE);
    loop {
        let Page { items, next } = match execution {
            Some(execution) => log.get_by_execution(execution, request).await?,
            None => log.list_all(request).await?,
        };
        found.extend(items.into_iter().filter(|entry| entry.execution_id.as_ref() == execution));
        match next {
            Some(next) => request = PAGE.after(next),
            None => return Ok(found),
        }
    }
}
