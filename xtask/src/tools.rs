//! Programs beside cargo that check what cargo and `tidy` do not, where they are installed.

use crate::command::{announce, files, program, run_program};
use crate::failure::Failure;
use std::process::Stdio;

/// The rules of harper that find mistakes in technical English. Of its other 900, most are for other texts, and some are
/// wrong more often than right: they take verbs for nouns, units for words and rows of tables for sentences.
const GRAMMAR: [&str; 23] = [
    "AdjectiveDoubleDegree",
    "AllowTo",
    "AnAnother",
    "DiscourseMarkers",
    "DoubleModal",
    "DoubleNegative",
    "IsBeenAuxSequence",
    "ItsPossessive",
    "LessWorse",
    "ModalOf",
    "MoreBetter",
    "PronounVerbAgreement",
    "QuantifierNeedsOf",
    "RepeatedWords",
    "SafeToSave",
    "Spaces",
    "SubjectPronoun",
    "ThenThan",
    "ThesesThese",
    "ToTo",
    "TooTo",
    "UnclosedQuotes",
    "WereWhere",
];

/// Misspelled words, in all files.
pub(crate) fn spelling() -> Result<(), Failure> {
    check("typos", &[], &[])
}

/// The form of Markdown.
pub(crate) fn markdown() -> Result<(), Failure> {
    check("rumdl", &["check", "--quiet", "--no-cache", "."], &[])
}

/// The English of Markdown and comments.
pub(crate) fn grammar() -> Result<(), Failure> {
    let rules = GRAMMAR.join(",");
    let lint = ["lint", "--quiet", "--format", "compact", "--dialect", "british", "--only", &rules];
    check("harper", &lint, &files(&["*.md", "*.rs"])?)
}

/// The workflow of the continuous integration and the forms for issues, by their schemas.
pub(crate) fn workflows() -> Result<(), Failure> {
    let of_schema = |schema| ["--builtin-schema", schema];
    check("check-jsonschema", &of_schema("vendor.github-workflows"), &files(&[".github/workflows/*.yml"])?)?;
    check(
        "check-jsonschema",
        &of_schema("vendor.github-issue-forms"),
        &files(&[".github/ISSUE_TEMPLATE/*.yml", ":!*/config.yml"])?,
    )
}

/// Dependencies that are not used, and those whose licence or source is not permitted.
pub(crate) fn dependencies() -> Result<(), Failure> {
    check("cargo-shear", &["shear"], &[])?;
    check("cargo-deny", &["--log-level", "error", "check", "bans", "licenses", "sources"], &[])
}

/// Whether each crate compiles by itself, without features, with each one and with all.
pub(crate) fn features() -> Result<(), Failure> {
    check("cargo-hack", &["hack", "check", "--workspace", "--each-feature"], &[])
}

/// Runs a program, or says that it is missing.
#[expect(clippy::print_stderr, reason = "a task reports on standard error")]
fn check(name: &str, arguments: &[&str], files: &[String]) -> Result<(), Failure> {
    let mut probe = program(name, &["--version"]);
    if probe.stdout(Stdio::null()).stderr(Stdio::null()).status().is_err() {
        eprintln!("── {name} is not installed, so it is left out; CONTRIBUTING.md says how to install it");
        return Ok(());
    }
    let mut command = program(name, arguments);
    announce(&command);
    run_program(command.args(files))
}
