//! Whether an import answered as it may, and kept what it said.

use super::importer::Answer;
use super::store::{self, TABLES};
use serde_json::Value;
use std::path::Path;

/// The exit code, if the command answered in one of the ways there are.
pub(super) fn answer(answer: &Answer) -> Result<i32, String> {
    let Answer { code, stdout, stderr } = answer;
    let odd = |what: &str| Err(format!("{what}: exit code {code:?}, {stdout:?}, {stderr:?}"));
    match code {
        Some(0 | 2) if !stderr.is_empty() => odd("it complains about what it did"),
        Some(0 | 2) if serde_json::from_str::<Value>(stdout).is_err() => odd("its report is no document"),
        Some(1) if !stdout.is_empty() => odd("it reports what it did not do"),
        Some(1) if !is_sentence(stderr) => odd("it does not say in a sentence why it refuses"),
        Some(code @ 0..=2) => Ok(*code),
        _ => odd("it does not end as a command does"),
    }
}

/// One document on one line, whose message is a sentence that can be printed.
fn is_sentence(stderr: &str) -> bool {
    let Ok(document) = serde_json::from_str::<Value>(stderr) else { return false };
    let message = document["error"]["message"].as_str().unwrap_or_default();
    let is_plain = !message.chars().any(char::is_control) && !message.contains("panicked");
    !message.is_empty() && is_plain && stderr.lines().count() == 1
}

/// Whether the store holds what it held, and every row that the report tells.
pub(super) fn kept(
    answer: &Answer,
    python: &Path,
    before: &[String],
    after: &[String],
) -> Result<(), String> {
    if answer.code == Some(1) {
        return if before == after {
            Ok(())
        } else {
            Err("it refuses, and has changed the store".to_owned())
        };
    }
    let report: Value = serde_json::from_str(&answer.stdout).map_err(|error| error.to_string())?;
    let mut added = 0;
    for (entity, _, source) in TABLES {
        let counts =
            report["entities"].as_array().and_then(|all| all.iter().find(|of| of["entity"] == entity));
        let number = |field: &str| counts.and_then(|counts| counts[field].as_u64()).unwrap_or(0);
        added += number("added");
        let told = number("added") + number("already_there") + number("left_out");
        match store::count(python, source) {
            Some(rows) if rows != told => return Err(format!("of {rows} rows in {source} it tells {told}")),
            None if told > 0 => {
                return Err(format!("it tells {told} rows of {source}, which cannot be read"));
            }
            _ => {}
        }
    }
    let left_out = report["left_out"].as_array().map_or(0, Vec::len);
    if (answer.code == Some(2)) != (left_out > 0) {
        return Err(format!("{left_out} rows are left out, and the exit code is {:?}", answer.code));
    }
    if after.len() as u64 != before.len() as u64 + added || !before.iter().all(|row| after.contains(row)) {
        return Err(format!(
            "{added} rows are told as added, and there were {} and are {}",
            before.len(),
            after.len()
        ));
    }
    Ok(())
}
