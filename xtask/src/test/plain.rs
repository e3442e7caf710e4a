//! Running tests with cargo alone, and reading what it prints.

use super::counts::Counts;
use super::report::{EVERYTHING, Report};
use super::selection::{MODULES, Selection};
use crate::command::{announce, cargo};
use crate::failure::Failure;
use std::io::{BufRead, BufReader, Write, pipe, stdout};
use std::process::Command;

/// Runs the selected tests.
pub(super) fn run(selection: &Selection, with_keeper: impl Fn(&mut Command)) -> Result<Report, Failure> {
    let mut command = cargo(&["test", "--no-fail-fast", "--lib", "--bins"]);
    command.args(EVERYTHING).args(selection.kept.iter().flat_map(|binary| ["--test", binary]));
    if selection.modules_left_out.is_some() {
        command.args(["--", "--skip", &format!("{MODULES}::")]);
    }
    with_keeper(&mut command);
    announce(&command);
    // Names of binaries and results come on different streams; in one pipe they keep their order.
    let (reader, writer) = pipe()?;
    let mut child = command.stdout(writer.try_clone()?).stderr(writer).spawn()?;
    // It holds the ends that are written to, and the pipe would never end.
    drop(command);
    let mut output = Output::default();
    for line in BufReader::new(reader).lines() {
        let line = line?;
        writeln!(stdout(), "{line}")?;
        output.read(&line);
    }
    let outcome = if child.wait()?.success() { Ok(()) } else { Err("`cargo test` failed".into()) };
    Ok(Report { counts: output.counts, outcome })
}

/// What was read so far.
#[derive(Default)]
struct Output {
    counts: Vec<(String, Counts)>,
}

impl Output {
    fn read(&mut self, line: &str) {
        if let Some(binary) = binary(line) {
            // If it crashes there will be no result.
            self.counts.push((binary, Counts { failed: 1, ..Counts::default() }));
        } else if let (Some(counts), Some((_, last))) = (result(line), self.counts.last_mut()) {
            *last = counts;
        }
    }
}

/// The binary of a line such as `Running tests/contract.rs (target/debug/deps/contract-0123456789abcdef)`.
fn binary(line: &str) -> Option<String> {
    let (_, file) =
        line.trim_start().strip_prefix("Running ")?.strip_suffix(')')?.rsplit_once(['/', '\\'])?;
    file.rsplit_once('-').map(|(name, _)| name.to_owned())
}

/// The numbers of a line such as `test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; …`.
fn result(line: &str) -> Option<Counts> {
    let (_, numbers) = line.strip_prefix("test result: ")?.split_once(". ")?;
    let number =
        |what: &str| numbers.split("; ").find_map(|part| part.strip_suffix(what)?.trim_end().parse().ok());
    Some(Counts { passed: number("passed")?, failed: number("failed")?, ignored: number("ignored")? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_belong_to_the_binary_before_them() {
        let mut output = Output::default();
        for line in [
            "     Running unittests src/lib.rs (target/debug/deps/wtb_domain-0123456789abcdef)",
            "test result: ok. 2 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s",
            "     Running tests/contract_sqlite.rs (target/debug/deps/contract_sqlite-0123456789abcdef)",
            "test prints_a_line ... test result: I am only a test",
            "test result: FAILED. 3 passed; 4 failed; 5 ignored; 0 measured; 6 filtered out; finished in 0.10s",
            "     Running tests/crashes.rs (target/debug/deps/crashes-0123456789abcdef)",
            "error: test failed, to rerun pass `--test crashes`",
        ] {
            output.read(line);
        }
        let expected = [
            ("wtb_domain", Counts { passed: 2, failed: 0, ignored: 1 }),
            ("contract_sqlite", Counts { passed: 3, failed: 4, ignored: 5 }),
            ("crashes", Counts { passed: 0, failed: 1, ignored: 0 }),
        ];
        assert_eq!(output.counts, expected.map(|(name, counts)| (name.to_owned(), counts)));
    }
}
