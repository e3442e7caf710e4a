//! Running tests with nextest, and reading its report.

use super::counts::Counts;
use super::report::{EVERYTHING, Report, TARGETS};
use super::selection::{MODULES, Selection};
use crate::command::{cargo, run as run_cargo, target_folder};
use crate::failure::Failure;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::process::Command;

/// In `.config/nextest.toml`, with the report.
const PROFILE: &str = "xtask";

/// Runs the selected tests.
pub(super) fn run(selection: &Selection, with_keeper: impl Fn(&mut Command)) -> Result<Report, Failure> {
    let report = target_folder()?.join("nextest").join(PROFILE).join("report.xml");
    // An old one must not be taken for the new one.
    if report.exists() {
        fs::remove_file(&report)?;
    }
    let filter = filter(selection);
    let mut command = cargo(&["nextest", "run", "--profile", PROFILE, "--filterset", &filter]);
    with_keeper(&mut command);
    let outcome = run_cargo(command.args(EVERYTHING).args(TARGETS));
    let Ok(report) = fs::read_to_string(report) else {
        // It did not come to the tests.
        return Err(outcome.err().unwrap_or_else(|| "nextest has left no report".into()));
    };
    let mut counts = reported(&report)?;
    for (binary, ignored) in ignored(&filter)? {
        counts.entry(binary).or_default().ignored = ignored;
    }
    let counts = counts.into_iter().map(|(binary, counts)| (name(&binary).to_owned(), counts)).collect();
    Ok(Report { counts, outcome })
}

/// What nextest calls the selection.
fn filter(selection: &Selection) -> String {
    let binaries = selection.left_out.keys().map(|binary| format!("(kind(test) and binary(={binary}))"));
    let modules = selection.modules_left_out.map(|_| format!("test(/(^|::){MODULES}::/)"));
    let left_out: Vec<_> = ["none()".to_owned()].into_iter().chain(binaries).chain(modules).collect();
    format!("not ({})", left_out.join(" or "))
}

/// Its report has one element for each binary, with the numbers of its tests that ran and that failed.
fn reported(report: &str) -> Result<BTreeMap<String, Counts>, Failure> {
    let mut counts = BTreeMap::new();
    let mut reader = Reader::from_str(report);
    loop {
        match reader.read_event()? {
            Event::Start(element) | Event::Empty(element) if element.name().as_ref() == "testsuite" => {
                let number = |name| attribute(&element, name)?.parse::<usize>().map_err(Failure::from);
                let failed = number("failures")? + number("errors")?;
                let passed = number("tests")?.saturating_sub(failed);
                counts.insert(attribute(&element, "name")?, Counts { passed, failed, ignored: 0 });
            }
            Event::Eof => return Ok(counts),
            _ => {}
        }
    }
}

fn attribute(element: &BytesStart<'_>, name: &str) -> Result<String, Failure> {
    let attribute = element.try_get_attribute(name)?.ok_or_else(|| format!("the report has no `{name}`"))?;
    Ok(attribute.value.into_owned())
}

/// How many selected tests of each binary are ignored; the report does not have them.
fn ignored(filter: &str) -> Result<BTreeMap<String, usize>, Failure> {
    let mut command = cargo(&["nextest", "list", "--message-format", "json", "--filterset", filter]);
    let output = command.args(EVERYTHING).args(TARGETS).output()?;
    if !output.status.success() {
        return Err(format!("nextest cannot list tests: {}", String::from_utf8_lossy(&output.stderr)).into());
    }
    listed(&serde_json::from_slice(&output.stdout)?)
}

fn listed(list: &Value) -> Result<BTreeMap<String, usize>, Failure> {
    let binaries = list["rust-suites"].as_object().ok_or("the list of nextest has no `rust-suites`")?;
    let is_ignored = |test: &Value| test["ignored"] == true && selected(test);
    let ignored = |binary: &Value| {
        binary["testcases"]
            .as_object()
            .map_or(0, |tests| tests.values().filter(|test| is_ignored(test)).count())
    };
    Ok(binaries
        .iter()
        .map(|(id, binary)| (id.clone(), ignored(binary)))
        .filter(|(_, ignored)| *ignored > 0)
        .collect())
}

/// A test that is ignored does not match either, but for that reason.
fn selected(test: &Value) -> bool {
    let matched = &test["filter-match"];
    matched["status"] == "matches" || matched["reason"] == "ignored"
}

/// `wtb-adapter-sql::contract_sqlite` is the binary `contract_sqlite`; `wtb-domain` are the tests inside that crate.
fn name(binary: &str) -> &str {
    binary.rsplit_once("::").map_or(binary, |(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_report_says_how_many_tests_of_each_binary_passed_and_failed() {
        let report = r#"<?xml version="1.0" encoding="UTF-8"?>
            <testsuites name="nextest-run" tests="4" failures="1" errors="1">
                <testsuite name="wtb-domain" tests="1" disabled="0" errors="0" failures="0"><testcase name="a"/></testsuite>
                <testsuite name="wtb-adapter-sql::contract_sqlite" tests="3" disabled="0" errors="1" failures="1">
                    <testcase name="b"><failure>&lt;testsuite tests="9"&gt;</failure></testcase>
                </testsuite>
            </testsuites>"#;
        let passed = Counts { passed: 1, ..Counts::default() };
        let expected = [
            ("wtb-adapter-sql::contract_sqlite".to_owned(), Counts { failed: 2, ..passed }),
            ("wtb-domain".to_owned(), passed),
        ];
        assert_eq!(reported(report).unwrap(), expected.into());
        assert!(reported("<testsuite name='x' tests='1'/>").is_err(), "a number is missing");
    }

    #[test]
    fn only_selected_tests_count_as_ignored() {
        let test = |ignored, status: &str, reason: &str| json!({ "ignored": ignored, "filter-match": { "status": status, "reason": reason } });
        let list = json!({ "rust-suites": {
            "one": { "testcases": {
                "a": test(true, "mismatch", "ignored"),
                "b": test(true, "mismatch", "expression"),
                "c": test(false, "matches", ""),
            } },
            "other": { "testcases": { "d": test(false, "matches", "") } },
        } });
        assert_eq!(listed(&list).unwrap(), [("one".to_owned(), 1)].into());
    }

    #[test]
    fn what_is_left_out_is_filtered() {
        let mut selection = Selection { kept: [].into(), left_out: [].into(), modules_left_out: None };
        assert_eq!(filter(&selection), "not (none())");
        selection.left_out.insert("replica".to_owned(), "why");
        selection.modules_left_out = Some("why");
        assert_eq!(
            filter(&selection),
            "not (none() or (kind(test) and binary(=replica)) or test(/(^|::)on_postgres::/))"
        );
    }

    #[test]
    fn binaries_are_called_by_their_file() {
        assert_eq!(name("wtb-adapter-sql::contract_sqlite"), "contract_sqlite");
        assert_eq!(name("wtb-domain"), "wtb-domain");
    }
}
