//! Very many or large rows in a stream: binary `COPY`, which takes the server less work than any statement.

use super::values::{stream, stream_length, stream_width};
use crate::arg::{Arg, Args};
use crate::record::{Record, count_of};
use sqlx::error::BoxDynError;
use sqlx::postgres::{PgArgumentBuffer, PgConnection};
use std::sync::OnceLock;
use wtb_domain::EntityKind;

/// Rows in one stream at most: the time limit of a statement is for work of a known size.
const ROWS: usize = 10_000;
/// Bytes of text with which a stream ends, for the same reason.
const BYTES: usize = 16 << 20;
/// Bytes that are sent at once.
const PORTION: usize = 64 << 10;
/// Begins a stream: a signature, and no flags or extensions.
const HEADER: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";
/// Ends a stream.
const TRAILER: &[u8] = &(-1_i16).to_be_bytes();

/// Rows cut into as many as are sent in one stream.
pub(super) fn streams<R: Record>(rows: &[R]) -> impl Iterator<Item = &[R]> {
    let (mut count, mut bytes) = (0, 0);
    rows.chunk_by(move |row, _next| {
        (count, bytes) = (count + 1, bytes + row.byte_size());
        let is_last = count >= ROWS || bytes >= BYTES;
        if is_last {
            (count, bytes) = (0, 0);
        }
        !is_last
    })
}

/// Adds rows to their table in the order given; answers how many. A text is sent from where it is, not copied.
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
    // Not `Encode`, which the connection would survive: it is in the middle of the stream.
    let broken = |error: BoxDynError| sqlx::Error::Protocol(error.to_string());
    for row in rows {
        let args = row.bind(Args::with_capacity(width));
        stream_width(&args, &mut portion).map_err(broken)?;
        for arg in args.as_slice() {
            match arg {
                Arg::Text(Some(text)) | Arg::Document(Some(text)) if text.len() > PORTION => {
                    stream_length(text.len(), &mut portion).map_err(broken)?;
                    copy.send(portion.as_slice()).await?;
                    portion.clear();
                    for part in text.as_bytes().chunks(PORTION) {
                        copy.send(part).await?;
                    }
                }
                arg => stream(arg, &mut portion).map_err(broken)?,
            }
        }
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
