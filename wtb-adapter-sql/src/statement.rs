//! A statement: its text, what it does, and how it finds rows.

/// One statement of the store.
///
/// Its text has `$1` to `$n` in ascending order of first appearance, because SQLite numbers parameters by appearance.
#[derive(Debug)]
pub(crate) struct Statement {
    /// The text.
    pub(crate) sql: &'static str,
    /// The text for PostgreSQL, where its planner needs another one.
    in_postgres: Option<&'static str>,
    /// What PostgreSQL is sent first, where other rows may be in the way.
    pub(crate) guarded: Option<Guarded>,
    /// What it does, in words, for errors and traces.
    pub(crate) operation: &'static str,
    /// How it finds the rows it is about.
    #[cfg_attr(not(test), expect(dead_code, reason = "a test asks the database whether it is true"))]
    pub(crate) finds: Finds,
}

/// A text for PostgreSQL that changes nothing where the unit itself sees a row in the way.
///
/// PostgreSQL checks unique keys and references against the newest rows. A unit sees its snapshot, and has to be told
/// apart: a row in the way that it sees is an error of the caller, one that it does not see is a conflict.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Guarded {
    pub(crate) sql: &'static str,
    pub(crate) against: InTheWay,
}

/// A row that keeps a statement from what it is to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum InTheWay {
    /// It has the same id or the same unique fields.
    SameKey,
    /// It refers to the row that is to be deleted.
    Child,
}

/// How a statement finds rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Finds {
    /// It looks for none: it inserts.
    Nothing,
    /// By place, in the order of `seq`.
    ByPlace,
    /// Through the index of this name.
    Through(&'static str),
}

impl Statement {
    /// A statement that inserts.
    pub(crate) const fn insert(operation: &'static str, sql: &'static str) -> Self {
        Self { sql, in_postgres: None, guarded: None, operation, finds: Finds::Nothing }
    }

    /// A statement that reads rows in the order of `seq`.
    pub(crate) const fn by_place(operation: &'static str, sql: &'static str) -> Self {
        Self { sql, in_postgres: None, guarded: None, operation, finds: Finds::ByPlace }
    }

    /// A statement that finds rows through `index`.
    pub(crate) const fn through(index: &'static str, operation: &'static str, sql: &'static str) -> Self {
        Self { sql, in_postgres: None, guarded: None, operation, finds: Finds::Through(index) }
    }

    /// The same with another text for PostgreSQL.
    pub(crate) const fn in_postgres(self, sql: &'static str) -> Self {
        Self { in_postgres: Some(sql), ..self }
    }

    /// The same, which PostgreSQL is sent as `sql` first.
    pub(crate) const fn guarded(self, against: InTheWay, sql: &'static str) -> Self {
        Self { guarded: Some(Guarded { sql, against }), ..self }
    }

    /// The text for PostgreSQL.
    pub(crate) fn for_postgres(&self) -> &'static str {
        self.in_postgres.unwrap_or(self.sql)
    }
}

/// `$1, $2, …` up to a number, as one literal.
macro_rules! numbered {
    (6) => {
        "$1, $2, $3, $4, $5, $6"
    };
    (8) => {
        "$1, $2, $3, $4, $5, $6, $7, $8"
    };
    (9) => {
        "$1, $2, $3, $4, $5, $6, $7, $8, $9"
    };
    (12) => {
        "$1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12"
    };
    (16) => {
        "$1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16"
    };
}
pub(crate) use numbered;

/// The statements that every table of entities has, from its name and columns.
///
/// `$columns!()` are the columns beside `seq` and `id`, `revision` first; `$count` is their number, `$id` and
/// `$revision` are the next two placeholders. `unique` is the condition for a row with the same unique fields, `referred`
/// the tables and columns that refer to the id.
macro_rules! entity_statements {
    (
        $table:literal, $columns:ident, $count:tt, $id:literal, $revision:literal
        $(, unique $unique:literal)? $(, referred by [$($child:literal $column:literal),+])?
    ) => {
        const GET: &'static Statement = &Statement::through(
            concat!($table, "_by_id"),
            concat!("read ", $table),
            concat!("SELECT seq, id, ", $columns!(), " FROM ", $table, " WHERE id = $1"),
        );
        const UPDATE: &'static Statement = &Statement::through(
            concat!($table, "_by_id"),
            concat!("update ", $table),
            concat!(
                "UPDATE ",
                $table,
                " SET (",
                $columns!(),
                ") = (",
                numbered!($count),
                ") ",
                "WHERE id = ",
                $id,
                " AND revision = ",
                $revision
            ),
        )$(
        .guarded(
            $crate::statement::InTheWay::SameKey,
            concat!(
                "UPDATE ", $table, " SET (", $columns!(), ") = (", numbered!($count), ") ",
                "WHERE id = ", $id, " AND revision = ", $revision,
                " AND NOT EXISTS (SELECT FROM ", $table, " WHERE ", $unique, " AND id <> ", $id, ")"
            ),
        ))?;
        const DELETE: &'static Statement = &Statement::through(
            concat!($table, "_by_id"),
            concat!("delete from ", $table),
            concat!("DELETE FROM ", $table, " WHERE id = $1"),
        )$(
        .guarded(
            $crate::statement::InTheWay::Child,
            concat!(
                "DELETE FROM ", $table, " WHERE id = $1",
                $(
                    " AND (SELECT seq FROM ", $child, " WHERE (", $column, ", seq) > ($1, -1) AND ", $column,
                    " BETWEEN $1 AND $1 ORDER BY ", $column, ", seq LIMIT 1) IS NULL",
                )+
            ),
        ))?;
    };
}
pub(crate) use entity_statements;

/// The constants of [`Record`](crate::record::Record) for a table of entities; arguments as of [`entity_statements`].
macro_rules! entity_texts {
    ($table:literal, $columns:ident, $count:tt, $id:literal $(, unique $unique:literal)?) => {
        const TABLE: &'static str = $table;
        const BOUND: &'static str = concat!($columns!(), ", id");
        const SELECTED: &'static str = concat!("seq, id, ", $columns!());
        const INSERT: &'static Statement = &Statement::insert(
            concat!("add to ", $table),
            concat!(
                "INSERT INTO ",
                $table,
                " (",
                $columns!(),
                ", id) VALUES (",
                numbered!($count),
                ", ",
                $id,
                ")"
            ),
        )
        .guarded(
            $crate::statement::InTheWay::SameKey,
            concat!(
                "INSERT INTO ", $table, " (", $columns!(), ", id) SELECT ", numbered!($count), ", ", $id,
                " WHERE NOT EXISTS (SELECT FROM ", $table, " WHERE id = ", $id, ")",
                $(" AND NOT EXISTS (SELECT FROM ", $table, " WHERE ", $unique, ")",)?
            ),
        );
        const LIST: &'static Statement = &Statement::by_place(
            concat!("list ", $table),
            concat!(
                "SELECT seq, id, ",
                $columns!(),
                " FROM ",
                $table,
                " WHERE seq > $1 ORDER BY seq LIMIT $2"
            ),
        );

        fn check(self) -> Result<(), wtb_domain::InvalidValue> {
            wtb_domain::Entity::validated(self).map(drop)
        }
    };
}
pub(crate) use entity_texts;

/// The statements with which one table is searched: a name, an index, and what it looks for in the columns of the index.
///
/// - `lists ["a", "b"]`: the rows with these values, after a place, in the order of `seq`; `if "condition"` where the
///   index has only some rows.
/// - `newest ["a"]`: the row with this value that was added last.
/// - `greatest ["a", "b", "c"]`: of the rows with these values of `a` and `b` the one with the greatest `c`.
/// - `only ["a", "b"]`: the one row with these values.
///
/// Where most rows seem to have the value, both databases would rather walk the table in the order of `seq` in the hope
/// of meeting the value soon, and read all of it where that hope is wrong. SQLite, which has such opinions after an
/// `ANALYZE`, is told the index by name. PostgreSQL is asked for a range of the index in that index's order, which no
/// other index can answer: from one comparison of rows on, up to another, and with a `BETWEEN` that tells its planner
/// how short the range is.
macro_rules! lookups {
    ($table:literal, $select:ident; $($(#[$doc:meta])* $name:ident through $index:literal $kind:ident $what:tt $(if $condition:literal)?;)+) => {
        $(
            $(#[$doc])*
            pub(crate) const $name: &Statement = &$crate::statement::lookup!(
                $kind $what, $index, concat!("read ", $table), $select, [$(" AND ", $condition)?]
            );
        )+

        /// All of these, for tests.
        #[cfg(test)]
        pub(crate) const LOOKUPS: &[&Statement] = &[$($name),+];
    };
}
pub(crate) use lookups;

/// One statement of [`lookups`].
macro_rules! lookup {
    (lists [$a:literal], $index:literal, $operation:expr, $select:ident, [$($condition:literal),*]) => {
        Statement::through(
            $index,
            $operation,
            concat!(
                $select!(), " INDEXED BY ", $index, " WHERE ", $a, " = $1", $($condition,)*
                " AND seq > $2 ORDER BY seq LIMIT $3"
            ),
        )
        .in_postgres(concat!(
            $select!(), " WHERE (", $a, ", seq) > ($1, $2) AND ", $a, " BETWEEN $1 AND $1", $($condition,)*
            " ORDER BY ", $a, ", seq LIMIT $3"
        ))
    };
    (lists [$a:literal, $b:literal], $index:literal, $operation:expr, $select:ident, [$($condition:literal),*]) => {
        Statement::through(
            $index,
            $operation,
            concat!(
                $select!(), " INDEXED BY ", $index, " WHERE ", $a, " = $1 AND ", $b, " = $2", $($condition,)*
                " AND seq > $3 ORDER BY seq LIMIT $4"
            ),
        )
        .in_postgres(concat!(
            $select!(), " WHERE (", $a, ", ", $b, ", seq) > ($1, $2, $3) AND (", $a, ", ", $b, ") <= ($1, $2)",
            " AND ", $a, " BETWEEN $1 AND $1", $($condition,)* " ORDER BY ", $a, ", ", $b, ", seq LIMIT $4"
        ))
    };
    (newest [$a:literal], $index:literal, $operation:expr, $select:ident, []) => {
        Statement::through(
            $index,
            $operation,
            concat!($select!(), " INDEXED BY ", $index, " WHERE ", $a, " = $1 ORDER BY seq DESC LIMIT 1"),
        )
        .in_postgres(concat!(
            $select!(), " WHERE ", $a, " BETWEEN $1 AND $1 ORDER BY ", $a, " DESC, seq DESC LIMIT 1"
        ))
    };
    (greatest [$a:literal, $b:literal, $c:literal], $index:literal, $operation:expr, $select:ident, []) => {
        Statement::through(
            $index,
            $operation,
            concat!(
                $select!(), " INDEXED BY ", $index, " WHERE ", $a, " = $1 AND ", $b, " = $2",
                " ORDER BY ", $c, " DESC LIMIT 1"
            ),
        )
        .in_postgres(concat!(
            $select!(), " WHERE ", $a, " = $1 AND ", $b, " = $2 ORDER BY ", $c, " DESC LIMIT 1"
        ))
    };
    (only [$a:literal], $index:literal, $operation:expr, $select:ident, []) => {
        Statement::through(
            $index,
            $operation,
            concat!($select!(), " INDEXED BY ", $index, " WHERE ", $a, " = $1"),
        )
        .in_postgres(concat!($select!(), " WHERE ", $a, " = $1"))
    };
    (only [$a:literal, $b:literal], $index:literal, $operation:expr, $select:ident, []) => {
        Statement::through(
            $index,
            $operation,
            concat!($select!(), " INDEXED BY ", $index, " WHERE ", $a, " = $1 AND ", $b, " = $2"),
        )
        .in_postgres(concat!($select!(), " WHERE ", $a, " = $1 AND ", $b, " = $2"))
    };
}
pub(crate) use lookup;
