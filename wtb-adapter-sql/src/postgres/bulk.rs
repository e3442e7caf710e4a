//! Many rows in one statement: one array for each column. Very many are streamed: see `copy.rs`.

use crate::arg::{Arg, Args};
use crate::record::{Record, Table, count_of};
use std::fmt::Write;
use std::sync::OnceLock;
use wtb_domain::EntityKind;

/// Rows in one statement: enough to hide the cost of a trip to the server, few enough to be planned and sorted quickly.
pub(super) const ROWS: usize = 1_000;
/// Bytes of text after which no row is added to a statement; a message to the server has a limit.
const BYTES: usize = 8 << 20;
/// Identifiers that are asked for at once.
pub(super) const IDS: usize = 1_000;

/// One text for each table, made when first needed.
type Texts = [OnceLock<String>; EntityKind::ALL.len()];

/// The values of the first rows that make up one insert, and how many rows these are; one at least, if there is one.
pub(super) fn chunk<R: Record>(rows: &[R]) -> (Args<'_>, usize) {
    let mut args = Args::with_capacity(rows.len().min(ROWS) * count_of(R::BOUND));
    let (mut bytes, mut count) = (0, 0);
    for row in rows.iter().take(ROWS) {
        let before = args.as_slice().len();
        args = row.bind(args);
        count += 1;
        bytes += args.as_slice()[before..].iter().map(text_length).sum::<usize>();
        if bytes > BYTES {
            break;
        }
    }
    (args, count)
}

fn text_length(arg: &Arg<'_>) -> usize {
    match arg {
        Arg::Text(text) | Arg::Document(text) => text.as_ref().map_or(0, |text| text.len()),
        _ => 0,
    }
}

/// Inserts rows in the order of the arrays.
pub(crate) fn insert_text<R: Record>() -> &'static str {
    static TEXTS: Texts = [const { OnceLock::new() }; _];
    TEXTS[R::ENTITY as usize].get_or_init(|| {
        let mut arrays = String::new();
        for number in 1..=count_of(R::BOUND) {
            let separator = if number == 1 { "" } else { ", " };
            let _ = write!(arrays, "{separator}${number}");
        }
        let (table, columns) = (R::TABLE, R::BOUND);
        format!(
            "INSERT INTO {table} ({columns}) SELECT {columns} \
             FROM unnest({arrays}) WITH ORDINALITY AS given ({columns}, place) ORDER BY place"
        )
    })
}

/// Reads the rows with the ids of an array, in any order: the server takes longer to keep one.
pub(crate) fn read_each_text<T: Table>() -> &'static str {
    static TEXTS: Texts = [const { OnceLock::new() }; _];
    TEXTS[T::ENTITY as usize]
        .get_or_init(|| format!("SELECT {} FROM {} WHERE id = ANY($1)", T::SELECTED, T::TABLE))
}
