//! Running the commands that chores consist of.

use crate::Failure;
use cargo_metadata::{Message, MetadataCommand};
use std::env;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The folder of the workspace.
pub(crate) fn root() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().unwrap_or(manifest).to_path_buf()
}

/// The cargo that runs this chore, in the workspace's folder.
pub(crate) fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO"));
    command.args(arguments).current_dir(root());
    // Cargo has set them for this chore; build scripts that look at them would run again.
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

/// Says what is about to run.
#[expect(clippy::print_stderr, reason = "a chore reports on standard error")]
pub(crate) fn announce(command: &Command) {
    eprintln!("── {}", line(command));
}

fn line(command: &Command) -> String {
    let words: Vec<_> = command.get_args().map(|word| word.to_string_lossy()).collect();
    format!("cargo {}", words.join(" "))
}

/// Announces a command, runs it to its end and fails when it does.
pub(crate) fn run(command: &mut Command) -> Result<(), Failure> {
    announce(command);
    let line = line(command);
    let status = command.status().map_err(|error| format!("`{line}` did not start: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("`{line}` failed").into()) }
}

/// Runs a command that builds, and answers where the program of this name is that it made.
pub(crate) fn build_program(command: &mut Command, name: &str) -> Result<PathBuf, Failure> {
    announce(command);
    command.arg("--message-format=json-render-diagnostics").stdout(Stdio::piped());
    let mut child = command.spawn()?;
    let stdout = child.stdout.take().ok_or("cargo has no output")?;
    let mut program = None;
    for message in Message::parse_stream(BufReader::new(stdout)) {
        if let Message::CompilerArtifact(artifact) = message?
            && artifact.target.name == name
            && artifact.target.is_bin()
            && !artifact.profile.test
        {
            program = artifact.executable;
        }
    }
    if !child.wait()?.success() {
        return Err(format!("{name} does not build").into());
    }
    program.map(PathBuf::from).ok_or_else(|| format!("cargo has not built {name}").into())
}

/// Whether a command ends well; what it prints is thrown away.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}
