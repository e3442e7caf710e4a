//! The programs of this workspace that a task runs.

use crate::command::announce;
use crate::failure::Failure;
use cargo_metadata::Message;
use std::collections::BTreeMap;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The programs that a build made, by name.
pub(crate) struct Programs(BTreeMap<String, PathBuf>);

impl Programs {
    /// Runs a command of cargo that builds.
    pub(crate) fn build(command: &mut Command) -> Result<Self, Failure> {
        announce(command);
        command.arg("--message-format=json-render-diagnostics").stdout(Stdio::piped());
        let mut child = command.spawn()?;
        let stdout = child.stdout.take().ok_or("cargo has no output")?;
        let mut programs = BTreeMap::new();
        for message in Message::parse_stream(BufReader::new(stdout)) {
            if let Message::CompilerArtifact(artifact) = message?
                && artifact.target.is_bin()
                && !artifact.profile.test
                && let Some(program) = artifact.executable
            {
                programs.insert(artifact.target.name, program.into());
            }
        }
        if !child.wait()?.success() {
            return Err("that does not build".into());
        }
        Ok(Self(programs))
    }

    /// The program of this name.
    pub(crate) fn named(&self, name: &str) -> Result<&Path, Failure> {
        let program = self.0.get(name).ok_or_else(|| format!("cargo has not built {name}"))?;
        Ok(program)
    }
}
