//! Runs processes under the recorder, which is a library in C: nothing in safe Rust stands between SQLite and the system.

use super::super::process::Start;
use crate::proof::Failure;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::TempDir;

const SOURCE: &str = include_str!("recorder.c");

/// The compiled recorder, a folder whose files it records, and the records.
pub(super) struct Recorder {
    place: TempDir,
    /// The folder, without symbolic links.
    folder: PathBuf,
}

impl Recorder {
    /// Compiles the recorder.
    ///
    /// # Errors
    /// `Unable` without Linux or without a C compiler.
    pub(super) fn new() -> Result<Self, Failure> {
        if !cfg!(all(target_os = "linux", target_pointer_width = "64")) {
            return Err(Failure::unable("losses of power are simulated on 64-bit Linux only"));
        }
        let place = crate::stores::folder()?;
        let source = place.path().join("recorder.c");
        fs::write(&source, SOURCE).map_err(Failure::unable)?;
        let mut compile = Command::new("cc");
        compile.args(["-shared", "-fPIC", "-O1", "-pthread", "-o"]).arg(place.path().join("recorder.so"));
        let compiled = compile.arg(source).stdin(Stdio::null()).output();
        let compiled = compiled.map_err(|error| {
            Failure::unable(format_args!(
                "there is no C compiler `cc` to build the recorder of writes with: {error}"
            ))
        })?;
        if !compiled.status.success() {
            let complaint = String::from_utf8_lossy(&compiled.stderr);
            return Err(Failure::unable(format_args!(
                "the recorder of writes cannot be compiled: {complaint}"
            )));
        }
        let folder = place.path().join("disk");
        fs::create_dir(&folder).map_err(Failure::unable)?;
        let folder = folder.canonicalize().map_err(Failure::unable)?;
        Ok(Self { place, folder })
    }

    /// The folder whose files are recorded.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Runs what is asked for until it ends by itself or has made so many calls.
    ///
    /// # Errors
    /// `Unable` if it fails.
    pub(super) fn run(&self, start: &Start, calls: u64) -> Result<(), Failure> {
        let mut command = start.command()?;
        command
            .env("LD_PRELOAD", self.place.path().join("recorder.so"))
            .env("WTB_RECORDED_FOLDER", &self.folder)
            .env("WTB_RECORDS", self.records())
            .env("WTB_RECORDED_CALLS", calls.to_string())
            .stdout(Stdio::null());
        let mut child = command.spawn().map_err(Failure::unable)?;
        // Its standard input stays open until it has ended.
        let input = child.stdin.take();
        let ended = child.wait();
        drop(input);
        let status = ended.map_err(Failure::unable)?;
        if status.success() {
            Ok(())
        } else {
            Err(Failure::unable(format_args!("a recorded process ended: {status}")))
        }
    }

    /// The file of all records so far.
    pub(super) fn records(&self) -> PathBuf {
        self.place.path().join("records")
    }
}
