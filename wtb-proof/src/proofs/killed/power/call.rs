//! Reads back what the recorder wrote down.

use crate::proof::Failure;
use std::fs;
use std::path::Path;

/// One call of a recorded process. Files are known by the number that the process has for them.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Call {
    /// Another process begins.
    Process,
    Open {
        file: i32,
        path: String,
        creates: bool,
        empties: bool,
    },
    Close {
        file: i32,
    },
    Write {
        file: i32,
        at: u64,
        data: Vec<u8>,
    },
    Truncate {
        file: i32,
        length: u64,
    },
    /// The disk is asked to take what was written so far.
    SyncBegins {
        file: i32,
        number: u64,
    },
    /// It has.
    SyncEnds {
        file: i32,
        number: u64,
    },
    MakeFolder {
        path: String,
    },
    Unlink {
        path: String,
    },
    /// A unit is acknowledged, or was there when the process began.
    Acknowledge {
        unit: u64,
    },
}

/// All calls in their order.
///
/// # Errors
/// `Unable` if the file cannot be read or says something else.
pub(super) fn all(records: &Path) -> Result<Vec<Call>, Failure> {
    let bytes = fs::read(records)
        .map_err(|error| Failure::unable(format_args!("the recorder has written nothing down: {error}")))?;
    let mut rest = bytes.as_slice();
    let mut calls = Vec::new();
    while !rest.is_empty() {
        calls.push(next(&mut rest).ok_or_else(|| Failure::unable("a record cannot be read"))?);
    }
    Ok(calls)
}

fn next(rest: &mut &[u8]) -> Option<Call> {
    let call = u32::from_le_bytes(take(rest)?);
    let file = i32::from_le_bytes(take(rest)?);
    let at = u64::from_le_bytes(take(rest)?);
    let length = u64::from_le_bytes(take(rest)?);
    let (data, after) = rest.split_at_checked(usize::try_from(length).ok()?)?;
    *rest = after;
    let text = || String::from_utf8(data.to_vec()).ok();
    Some(match u8::try_from(call).ok()? {
        b'P' => Call::Process,
        b'O' => Call::Open { file, path: text()?, creates: at & 1 != 0, empties: at & 2 != 0 },
        b'C' => Call::Close { file },
        b'W' => Call::Write { file, at, data: data.to_vec() },
        b'T' => Call::Truncate { file, length: at },
        b'S' => Call::SyncBegins { file, number: at },
        b'D' => Call::SyncEnds { file, number: at },
        b'M' => Call::MakeFolder { path: text()? },
        b'U' => Call::Unlink { path: text()? },
        b'A' => Call::Acknowledge { unit: text()?.trim().parse().ok()? },
        _ => return None,
    })
}

fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (taken, after) = rest.split_first_chunk()?;
    *rest = after;
    Some(*taken)
}
