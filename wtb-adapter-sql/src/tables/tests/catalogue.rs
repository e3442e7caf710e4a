//! What a schema consists of, in words that mean the same for both databases.

use std::collections::{BTreeMap, BTreeSet};

/// The tables of a schema, beside what each database keeps in its own way: the steps that were applied, the units that were
/// kept, and which transaction appended an entry of the log.
pub(super) type Catalogue = BTreeMap<String, Shape>;

/// A table.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Shape {
    /// What it has beside `seq`, in order.
    pub(super) columns: Vec<Column>,
    /// By name.
    pub(super) indexes: BTreeMap<String, Index>,
    pub(super) references: BTreeSet<Reference>,
    /// The texts that its checks allow, each list sorted.
    pub(super) closed_sets: BTreeSet<Vec<String>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) nullable: bool,
}

/// What a column keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Bool,
    Document,
    Float,
    Integer,
    Text,
    Time,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Index {
    pub(super) unique: bool,
    /// What rows are found by; within it they are in the order of `seq`.
    pub(super) columns: Vec<String>,
    /// The condition of the rows it has, if it has not all.
    pub(super) only: Option<String>,
}

/// A column refers to a column of another table.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Reference {
    pub(super) column: String,
    pub(super) table: String,
    pub(super) referred: String,
}

impl Kind {
    pub(super) const ALL: [Self; 6] =
        [Self::Bool, Self::Document, Self::Float, Self::Integer, Self::Text, Self::Time];

    /// The type of such a column in PostgreSQL.
    pub(super) fn in_postgres(self) -> &'static str {
        match self {
            Self::Bool => "boolean",
            Self::Document => "json",
            Self::Float => "double precision",
            Self::Integer => "bigint",
            Self::Text => "text",
            Self::Time => "timestamp with time zone",
        }
    }
}

impl Shape {
    pub(super) fn column(&self, name: &str) -> &Column {
        self.columns.iter().find(|column| column.name == name).expect("a column of this name")
    }
}

/// The texts between single quotes, sorted.
pub(super) fn quoted(text: &str) -> Vec<String> {
    let mut quoted: Vec<_> = text.split('\'').skip(1).step_by(2).map(str::to_owned).collect();
    quoted.sort_unstable();
    quoted
}
