//! Many rows in one statement: one array for each column. Very many and large ones are streamed: see `copy.rs`.

use crate::arg::Args;
use crate::constraints::UniqueIndex;
use crate::record::{Record, Table, count_of};
use std::collections::HashSet;
use std::sync::OnceLock;
use wtb_domain::EntityKind;

/// Rows in one statement: enough to hide the cost of a trip to the server, few enough to be planned and sorted quickly.
const ROWS: usize = 1_000;
/// Bytes of text in one statement, which is in memory three times on its way to the server.
const BYTES: usize = 8 << 20;
/// Identifiers that are asked for at once.
pub(super) const IDS: usize = 1_000;

/// One text for each table, made when first needed.
type Texts = [OnceLock<String>; EntityKind::ALL.len()];

/// Whether rows are few and small enough for one statement.
pub(super) fn fits<R: Record>(rows: &[R]) -> bool {
    rows.len() <= ROWS && rows.iter().map(R::byte_size).sum::<usize>() <= BYTES
}

/// The values of rows, row after row.
pub(super) fn values<R: Record>(rows: &[R]) -> Args<'_> {
    let args = Args::with_capacity(rows.len() * count_of(R::BOUND));
    rows.iter().fold(args, |args, row| row.bind(args))
}

/// Inserts rows in the order of the arrays.
pub(crate) fn insert_text<R: Record>() -> &'static str {
    static TEXTS: Texts = [const { OnceLock::new() }; _];
    TEXTS[R::ENTITY as usize].get_or_init(|| inserting::<R>(""))
}

/// The same, which inserts none of them where the unit sees a row with the same id or unique fields as one of them.
pub(crate) fn guarded_insert_text<R: Record>() -> &'static str {
    static TEXTS: Texts = [const { OnceLock::new() }; _];
    TEXTS[R::ENTITY as usize].get_or_init(|| {
        let conditions = seen::<R>(|column| placeholder_of::<R>(column));
        inserting::<R>(&conditions.iter().fold(String::new(), |text, seen| {
            let separator = if text.is_empty() { " WHERE" } else { " AND" };
            format!("{text}{separator} NOT {seen}")
        }))
    })
}

/// Whether the unit sees a row with the same id or unique fields as one of those whose [`keys`] these are; nothing where
/// the table has no such fields.
pub(crate) fn seen_text<R: Record>() -> Option<&'static str> {
    static TEXTS: Texts = [const { OnceLock::new() }; _];
    UniqueIndex::of(R::ENTITY).next()?;
    Some(TEXTS[R::ENTITY as usize].get_or_init(|| {
        let columns = key_columns::<R>();
        let place = |column| columns.iter().position(|other| *other == column).map_or(0, |place| place + 1);
        format!("SELECT {}", seen::<R>(place).join(" OR "))
    }))
}

/// The values of the [`key_columns`] of rows, row after row.
pub(super) fn keys<R: Record>(rows: &[R]) -> (Args<'_>, usize) {
    let columns: Vec<usize> =
        key_columns::<R>().into_iter().map(|column| placeholder_of::<R>(column) - 1).collect();
    let keys = rows.iter().fold(Args::with_capacity(rows.len() * columns.len()), |keys, row| {
        let bound = row.bind(Args::with_capacity(count_of(R::BOUND)));
        columns.iter().fold(keys, |keys, column| keys.and(bound.as_slice()[*column].clone()))
    });
    (keys, columns.len())
}

/// Whether two of the rows have the same values in this index.
pub(super) fn has_twice<R: Record>(rows: &[R], index: &UniqueIndex) -> bool {
    let columns: Vec<usize> = index.field.split(", ").map(|column| placeholder_of::<R>(column) - 1).collect();
    let mut found = HashSet::with_capacity(rows.len());
    rows.iter().any(|row| {
        let bound = row.bind(Args::with_capacity(count_of(R::BOUND)));
        let key: Vec<_> = columns.iter().map(|column| &bound.as_slice()[*column]).collect();
        !found.insert(format!("{key:?}"))
    })
}

/// The columns of the unique indexes of a table.
fn key_columns<R: Record>() -> Vec<&'static str> {
    UniqueIndex::of(R::ENTITY).flat_map(|index| index.field.split(", ")).collect()
}

/// The number of the placeholder of a column among all that are bound.
fn placeholder_of<R: Record>(column: &str) -> usize {
    R::BOUND.split(", ").position(|bound| bound == column).map_or(0, |place| place + 1)
}

/// For each unique index the condition that the unit sees a row that has the same values as one of the arrays.
///
/// `LIMIT` has the planner look each up in the index: it would rather walk a table that is not much larger.
fn seen<R: Record>(placeholder: impl Fn(&'static str) -> usize) -> Vec<String> {
    let condition = |index: &UniqueIndex| {
        let (mut arrays, mut same) = (Vec::new(), Vec::new());
        for column in index.field.split(", ") {
            arrays.push(format!("${}", placeholder(column)));
            same.push(format!("stored.{column} = given.{column}"));
        }
        format!(
            "EXISTS (SELECT FROM unnest({}) AS given ({}), \
             LATERAL (SELECT FROM {} AS stored WHERE {} LIMIT 1) AS seen)",
            arrays.join(", "),
            index.field,
            R::TABLE,
            same.join(" AND ")
        )
    };
    UniqueIndex::of(R::ENTITY).map(condition).collect()
}

fn inserting<R: Record>(condition: &str) -> String {
    let (table, columns) = (R::TABLE, R::BOUND);
    let arrays: Vec<_> = (1..=count_of(columns)).map(|number| format!("${number}")).collect();
    let arrays = arrays.join(", ");
    format!(
        "INSERT INTO {table} ({columns}) SELECT {columns} \
         FROM unnest({arrays}) WITH ORDINALITY AS given ({columns}, place){condition} ORDER BY place"
    )
}

/// Reads the rows with the ids of an array, in any order: the server takes longer to keep one.
pub(crate) fn read_each_text<T: Table>() -> &'static str {
    static TEXTS: Texts = [const { OnceLock::new() }; _];
    TEXTS[T::ENTITY as usize]
        .get_or_init(|| format!("SELECT {} FROM {} WHERE id = ANY($1)", T::SELECTED, T::TABLE))
}
