//! Running the commands that tasks consist of.

use crate::failure::Failure;
use cargo_metadata::MetadataCommand;
use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The folder of the workspace.
pub(crate) fn root() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().unwrap_or(manifest).to_path_buf()
}

/// The cargo that runs this task, in the workspace's folder.
pub(crate) fn cargo(arguments: &[&str]) -> Command {
    program(env!("CARGO"), arguments)
}

/// A program, in the workspace's folder.
pub(crate) fn program(name: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(name);
    command.args(arguments).current_dir(root());
    // Cargo has set them for this task; build scripts that look at them would run again.
    for (name, _) in env::vars_os() {
        if ["CARGO_MANIFEST_", "CARGO_PKG_"].iter().any(|ours| name.to_string_lossy().starts_with(ours)) {
            command.env_remove(name);
        }
    }
    command
}

/// Where cargo puts what it builds.
pub(crate) fn target_folder() -> Result<PathBuf, Failure> {
    let metadata = MetadataCommand::new().manifest_path(root().join("Cargo.toml")).no_deps().exec()?;
    Ok(metadata.target_directory.into())
}

/// The files of these patterns that git tracks, or would track; all files without a pattern.
pub(crate) fn files(patterns: &[&str]) -> Result<Vec<String>, Failure> {
    let list = ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--"];
    let listing = git(&list, patterns)?;
    Ok(listing.split_terminator('\0').map(str::to_owned).collect())
}

/// What git prints for these arguments.
pub(crate) fn git(command: &[&str], arguments: &[&str]) -> Result<String, Failure> {
    let output = program("git", command).args(arguments).output();
    let output = output.map_err(|error| format!("git is needed: {error}"))?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).trim_end().into());
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// Says what is about to run.
#[expect(clippy::print_stderr, reason = "a task reports on standard error")]
pub(crate) fn announce(command: &Command) {
    eprintln!("── {}", line(command));
}

fn line(command: &Command) -> String {
    let words: Vec<_> = command.get_args().map(|word| word.to_string_lossy()).collect();
    format!("{} {}", name(command), words.join(" "))
}

fn name(command: &Command) -> String {
    Path::new(command.get_program()).file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// Announces a command, runs it to its end and fails when it does.
pub(crate) fn run(command: &mut Command) -> Result<(), Failure> {
    announce(command);
    finish(command, &line(command))
}

/// Runs a program to its end and fails when it does.
pub(crate) fn run_program(command: &mut Command) -> Result<(), Failure> {
    let name = name(command);
    finish(command, &name)
}

fn finish(command: &mut Command, name: &str) -> Result<(), Failure> {
    let status = command.status().map_err(|error| format!("`{name}` did not start: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("`{name}` failed").into()) }
}

/// Whether a command ends well; what it prints is thrown away.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}
