//! What an examination of a store finds.

use wtb_domain::EntityKind;

/// What an examination of a store finds.
#[derive(Debug, Clone, PartialEq)]
pub struct Diagnosis {
    /// The number of the last applied migration.
    pub schema_version: i64,
    /// Settings and sizes, as the database names and reports them.
    pub facts: Vec<(&'static str, Fact)>,
    /// The number of stored entities of each kind; empty after a quick examination.
    pub counts: Vec<(EntityKind, u64)>,
    /// What is wrong, in the order in which to repair it.
    pub problems: Vec<Problem>,
}

/// A property of a database.
#[derive(Debug, Clone, PartialEq)]
pub enum Fact {
    /// A name or a word.
    Text(String),
    /// A number of things, bytes or pages.
    Integer(i64),
    /// A measured value.
    Number(f64),
    /// Whether something holds.
    Bool(bool),
}

impl From<&str> for Fact {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Fact {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Fact {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

impl From<f64> for Fact {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

impl From<bool> for Fact {
    fn from(holds: bool) -> Self {
        Self::Bool(holds)
    }
}

/// How much a problem matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProblemSeverity {
    /// The store breaks a promise, or is about to.
    Error,
    /// The store may be sound; an operator should know.
    Warning,
}

/// Something that is wrong with a store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// How much it matters.
    pub severity: ProblemSeverity,
    /// What is wrong, in one sentence.
    pub message: String,
    /// The statements that repair it, to run one after the other as they are; empty where no statement can.
    pub repair: Vec<String>,
}

impl Problem {
    /// A problem that no statement can repair; the message says what else to do.
    pub fn error(message: impl Into<String>) -> Self {
        Self { severity: ProblemSeverity::Error, message: message.into(), repair: Vec::new() }
    }

    /// Something that an operator should know.
    pub fn warning(message: impl Into<String>) -> Self {
        Self { severity: ProblemSeverity::Warning, ..Self::error(message) }
    }

    /// The same with one more statement that repairs it.
    #[must_use]
    pub fn repaired_by(mut self, statement: impl Into<String>) -> Self {
        self.repair.push(statement.into());
        self
    }

    /// The same with more statements that repair it.
    #[must_use]
    pub fn repaired_by_all(mut self, statements: impl IntoIterator<Item = String>) -> Self {
        self.repair.extend(statements);
        self
    }
}

/// How thoroughly to examine a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Examination {
    /// Schema, settings and sequences; reads no table from beginning to end.
    Quick,
    /// Every row too.
    Full,
}
