//! What a table keeps: how a row is bound and read, and the statements every table has.

use crate::arg::Args;
use crate::columns::{Columns, Read, Reader};
use crate::statement::Statement;
use wtb_domain::{ByteSize, Entity, EntityKind, InvalidValue};

/// A row of a table, in memory.
pub(crate) trait Record: ByteSize + Sized + Send + Sync + 'static {
    /// What it is.
    const ENTITY: EntityKind;
    /// The table.
    const TABLE: &'static str;
    /// The columns in the order of [`bind`](Self::bind), separated by `, `.
    const BOUND: &'static str;
    /// The columns that statements select: `seq`, `id` where there is one, and the others in the order of `BOUND`.
    const SELECTED: &'static str;
    /// Inserts one row.
    const INSERT: &'static Statement;
    /// Reads rows in insertion order: after a place, at most so many.
    const LIST: &'static Statement;

    /// Adds the values of one row to `args`.
    fn bind<'a>(&'a self, args: Args<'a>) -> Args<'a>;

    /// Reads what follows `seq`.
    fn read<C: Columns>(row: &mut Reader<'_, C>) -> Read<Self>;

    /// Whether a store would accept it.
    ///
    /// # Errors
    /// [`InvalidValue`] names the first field that it would refuse.
    fn check(self) -> Result<(), InvalidValue>;
}

/// A table of entities, which have an identifier and a revision.
pub(crate) trait Table: Record + Entity {
    /// Reads one row by its id.
    const GET: &'static Statement;
    /// Writes one row over that of the same id at an older revision: the values of a row, then that revision.
    const UPDATE: &'static Statement;
    /// Deletes one row by its id.
    const DELETE: &'static Statement;
}

/// The number of columns in a list.
pub(crate) fn count_of(columns: &str) -> usize {
    columns.split(", ").count()
}
