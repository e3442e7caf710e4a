//! The audit log through binary COPY.

use super::statements::nanoseconds;
use super::values::Moment;
use crate::failure::Outcome;
use sqlx::postgres::PgConnection;
use wtb_domain::{AuditEntry, ExecutionId};

const COPY: &str = "COPY audit_logs (execution_id, timestamp, event_type, severity, node_id, duration_ns, message, \
     details, error) FROM STDIN (FORMAT binary)";
/// Begins a stream: a signature, and no flags or extensions.
const HEADER: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";
/// Ends a stream.
const TRAILER: [u8; 2] = (-1_i16).to_be_bytes();
const COLUMNS: i16 = 9;
/// Bytes that are sent at once.
const PORTION: usize = 64 << 10;

/// Appends entries to the log of an execution.
pub(super) async fn copy_entries(
    connection: &mut PgConnection,
    execution: &ExecutionId,
    entries: &[AuditEntry],
) -> Outcome<()> {
    let mut copy = connection.copy_in_raw(COPY).await?;
    let mut rows = HEADER.to_vec();
    for entry in entries {
        row(&mut rows, execution, entry)?;
        if rows.len() > PORTION {
            copy.send(&rows[..]).await?;
            rows.clear();
        }
    }
    rows.extend(TRAILER);
    copy.send(&rows[..]).await?;
    copy.finish().await?;
    Ok(())
}

fn row(rows: &mut Vec<u8>, execution: &ExecutionId, entry: &AuditEntry) -> Outcome<()> {
    rows.extend(COLUMNS.to_be_bytes());
    let duration = nanoseconds(entry)?.map(i64::to_be_bytes);
    field(rows, Some(execution.as_str().as_bytes()))?;
    field(rows, Some(&Moment::from(entry.timestamp).to_bytes()))?;
    field(rows, Some(entry.event_type.as_str().as_bytes()))?;
    field(rows, Some(entry.severity.as_str().as_bytes()))?;
    field(rows, entry.node_id.as_ref().map(|node| node.as_str().as_bytes()))?;
    field(rows, duration.as_ref().map(<[u8; 8]>::as_slice))?;
    field(rows, Some(entry.message.as_bytes()))?;
    field(rows, Some(entry.details.as_str().as_bytes()))?;
    field(rows, entry.error.as_deref().map(str::as_bytes))
}

fn field(rows: &mut Vec<u8>, value: Option<&[u8]>) -> Outcome<()> {
    let length = value.map_or(Ok(-1), |value| i32::try_from(value.len()))?;
    rows.extend(length.to_be_bytes());
    rows.extend(value.unwrap_or_default());
    Ok(())
}
