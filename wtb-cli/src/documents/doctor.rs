//! What `wtb doctor` found.

use serde::Serialize;
use serde_json::Value;
use wtb_config::{Problem, ProblemSeverity};

/// What was found.
#[derive(Debug, Serialize)]
pub(crate) struct DoctorReport {
    /// Whether there is no problem beside warnings.
    pub(crate) healthy: bool,
    /// Whether no rows were read.
    pub(crate) quick: bool,
    /// Which store this is about.
    pub(crate) store: String,
    pub(crate) settings: Vec<Setting>,
    /// What to know about the settings.
    pub(crate) notes: Vec<&'static str>,
    pub(crate) schema: Option<Schema>,
    /// Settings and sizes, as the database names and reports them.
    pub(crate) facts: Vec<Property>,
    /// Empty if no rows were read.
    pub(crate) counts: Vec<Count>,
    /// What is wrong, in the order in which to repair it.
    pub(crate) problems: Vec<ReportedProblem>,
}

/// A setting and where it came from; never a password.
#[derive(Debug, Serialize)]
pub(crate) struct Setting {
    pub(crate) key: &'static str,
    pub(crate) value: Value,
    pub(crate) source: String,
}

/// The migrations of the schema.
#[derive(Debug, Serialize)]
pub(crate) struct Schema {
    /// The number of the last one, as the open store reports it.
    pub(crate) version: Option<i64>,
    pub(crate) applied: Vec<&'static str>,
    pub(crate) pending: Vec<&'static str>,
}

/// One property of the database.
#[derive(Debug, Serialize)]
pub(crate) struct Property {
    pub(crate) name: &'static str,
    pub(crate) value: Value,
}

/// How many entities of a kind there are.
#[derive(Debug, Serialize)]
pub(crate) struct Count {
    pub(crate) entity: &'static str,
    pub(crate) count: u64,
}

/// Something that is wrong.
#[derive(Debug, Serialize)]
pub(crate) struct ReportedProblem {
    /// `error` or `warning`.
    pub(crate) severity: &'static str,
    /// What is wrong, in one sentence.
    pub(crate) message: String,
    /// The statements that repair it, to run one after the other; empty where no statement can.
    pub(crate) repair: Vec<String>,
}

impl ReportedProblem {
    /// Whether it is more than a warning.
    pub(crate) fn is_error(&self) -> bool {
        self.severity == "error"
    }
}

impl From<Problem> for ReportedProblem {
    fn from(Problem { severity, message, repair }: Problem) -> Self {
        let severity = match severity {
            ProblemSeverity::Error => "error",
            ProblemSeverity::Warning => "warning",
        };
        Self { severity, message, repair }
    }
}
