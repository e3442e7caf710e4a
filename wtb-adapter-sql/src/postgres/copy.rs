//! Very many rows in one stream: binary `COPY`, which takes the server less work than any statement.

use super::values::stream;
use crate::arg::Args;
use crate::record::{Record, count_of};
use sqlx::postgres::{PgArgumentBuffer, PgConnection};
use std::sync::OnceLock;
use wtb_domain::EntityKind;

/// Rows in one stream at most: the time limit of a statement is for work of a known size.
pub(super) const ROWS: usize = 10_000;
/// Bytes that are sent at once.
const PORTION: usize = 64 << 10;
/// Begins a stream: a signature, and no flags or extensions.
const HEADER: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";
/// Ends a stream.
const TRAILER: &[u8] = &(-1_i16).to_be_bytes();

/// Adds rows to their table in the order given; answers how many.
///
/// # Errors
/// What the server answers, or `Protocol` for a value that is too long.
pub(super) async fn copy_in<R: Record>(
    connection: &mut PgConnection,
    rows: &[R],
) -> Result<u64, sqlx::Error> {
    let width = count_of(R::BOUND);
    let mut copy = connection.copy_in_raw(text::<R>()).await?;
    let mut portion = PgArgumentBuffer::default();
    portion.extend_from_slice(HEADER);
    for row in rows {
        // Not `Encode`, which the connection would survive: it is in the middle of the stream.
        let streamed = stream(&row.bind(Args::with_capacity(width)), &mut portion);
        streamed.map_err(|error| sqlx::Error::Protocol(error.to_string()))?;
        if portion.len() >= PORTION {
            copy.send(portion.as_slice()).await?;
            portion.clear();
        }
    }
    portion.extend_from_slice(TRAILER);
    copy.send(portion.as_slice()).await?;
    copy.finish().await
}

/// The text for a table, made when first needed.
fn text<R: Record>() -> &'static str {
    static TEXTS: [OnceLock<String>; EntityKind::ALL.len()] = [const { OnceLock::new() }; _];
    TEXTS[R::ENTITY as usize]
        .get_or_init(|| format!("COPY {} ({}) FROM STDIN (FORMAT binary)", R::TABLE, R::BOUND))
}
