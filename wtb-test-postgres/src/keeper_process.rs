//! Starting a keeper, and hearing from it.

use crate::ProvideError;
use crate::provided::Provided;
use std::env;
use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// Set by `cargo xtask test`: what its keeper said.
const PROVIDED: &str = "WTB_TEST_POSTGRES_PROVIDED";

/// What the keeper of `cargo xtask test` provides, if that is what runs this process.
pub(crate) fn provided_by_xtask() -> Option<Result<Provided, ProvideError>> {
    env::var_os(PROVIDED).map(|said| said.to_string_lossy().parse())
}

/// Starts a keeper and waits until its server is there.
///
/// The keeper is in a process group of its own: Ctrl-C ends the tests, and then it ends when it sees them gone.
pub(crate) fn start(arguments: &[&str], stdin: Stdio) -> Result<(Child, Provided), ProvideError> {
    let mut command = program()?;
    command.args(arguments).stdin(stdin).stdout(Stdio::piped()).stderr(Stdio::null()).process_group(0);
    let mut child = command
        .spawn()
        .map_err(|error| ProvideError::because(format_args!("cannot run {command:?}"), &error))?;
    let said = listen(&mut child);
    if said.is_err() {
        // It has said its last word, so this does not block for long.
        drop(child.stdin.take());
        let _ = child.wait();
    }
    said.map(|provided| (child, provided))
}

/// Has the keeper's program do one thing, and waits until it is done.
pub(crate) fn order(keeper: &Path, arguments: &[&str]) -> Result<(), ProvideError> {
    let failed = |error| ProvideError::because(format_args!("cannot run {}", keeper.display()), &error);
    let output = Command::new(keeper).args(arguments).stdin(Stdio::null()).output().map_err(failed)?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stdout);
    let sentence = said.lines().find_map(|line| line.strip_prefix("failed "));
    Err(ProvideError::new(sentence.unwrap_or("the keeper of the test server did not say why it failed")))
}

/// The program of the keeper that is there, else the one that cargo builds.
fn program() -> Result<Command, ProvideError> {
    if let Some(provided) = provided_by_xtask() {
        return Ok(Command::new(provided?.keeper));
    }
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["run", "--quiet", "--package", "wtb-test-postgres", "--features", "keeper", "--"]);
    cargo.current_dir(env!("CARGO_MANIFEST_DIR"));
    // Build scripts that look at these would run again, and then whatever is built on them: here, and after that there.
    for (name, _) in env::vars_os() {
        if ["CARGO_MANIFEST_", "CARGO_PKG_"].iter().any(|ours| name.to_string_lossy().starts_with(ours)) {
            cargo.env_remove(name);
        }
    }
    Ok(cargo)
}

/// Passes on what the keeper says, up to its `ready`.
#[expect(clippy::print_stderr, reason = "whoever waits for the server sees why")]
fn listen(child: &mut Child) -> Result<Provided, ProvideError> {
    let mut said = String::new();
    let stdout = child.stdout.take().map(BufReader::new);
    for line in stdout.into_iter().flat_map(BufRead::lines).map_while(Result::ok) {
        match line.split_once(' ') {
            Some(("progress", text)) => eprintln!("{text}"),
            Some(("failed", sentence)) => return Err(ProvideError::new(sentence)),
            _ if line == "ready" => return said.parse(),
            _ => {
                said.push_str(&line);
                said.push('\n');
            }
        }
    }
    Err(ProvideError::new(
        "the keeper of the test server did not start; run `cargo build -p wtb-test-postgres --features keeper` to see why",
    ))
}
