//! The `wtb import` command under limits, and ways in which it could be defective.

use super::store;
use crate::proof::Failure;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;
use tokio::process::Command;
use tokio::time::timeout;

/// The name of the command.
pub(super) const WTB: &str = "wtb";
/// How much memory it may ask for, in KiB of addresses. The files hold some hundred.
const MEMORY: u32 = 1 << 20;

/// An importer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Importer {
    /// The command as it is.
    Sound,
    /// It panics on damaged files.
    Panics,
    /// It never ends on damaged files.
    Hangs,
    /// It changes the store before it refuses.
    KeepsSome,
    /// It leaves out invalid rows, whether asked to or not, and does not say so.
    LeavesOut,
}

/// What the command answered.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) code: Option<i32>,
    pub(super) stdout: String,
    pub(super) stderr: String,
}

impl Importer {
    /// Imports `python.db` into `store.db`, both in `folder`.
    ///
    /// # Errors
    /// `Found` if it does not end in time, `Unable` if it does not start.
    pub(super) async fn import(
        self,
        wtb: &Path,
        folder: &Path,
        skip_invalid: bool,
    ) -> Result<Answer, Failure> {
        let lenient = skip_invalid || self == Self::LeavesOut;
        let answer = self.run(&limited(wtb, folder, lenient)).await?;
        let is_damaged = answer.code == Some(1) && answer.stderr.contains("damaged");
        Ok(match self {
            Self::Panics if is_damaged => {
                let stderr = "thread 'main' panicked at src/pages.rs:1:1:".to_owned();
                Answer { code: Some(101), stderr, ..answer }
            }
            Self::Hangs if is_damaged => self.run("sleep 1000").await?,
            Self::KeepsSome if answer.code == Some(1) => {
                store::spoil(&folder.join("store.db"));
                answer
            }
            Self::LeavesOut if answer.code == Some(2) => Answer { code: Some(0), ..answer },
            _ => answer,
        })
    }

    async fn run(self, command: &str) -> Result<Answer, Failure> {
        let child = Command::new("sh")
            .args(["-c", command])
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("WTB_STORAGE__SYNCHRONOUS", "normal")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(Failure::unable)?;
        let patience = self.patience();
        let Ok(output) = timeout(patience, child.wait_with_output()).await else {
            return Err(Failure::found(format!("an import takes longer than {} s", patience.as_secs())));
        };
        let output = output.map_err(Failure::unable)?;
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        Ok(Answer { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) })
    }

    /// How long an import may take. It takes a fraction of a second; one that is known to hang is not waited for.
    fn patience(self) -> Duration {
        Duration::from_secs(if self == Self::Hangs { 4 } else { 30 })
    }
}

/// The line of the shell that imports under a limit.
fn limited(wtb: &Path, folder: &Path, skip_invalid: bool) -> String {
    let option = if skip_invalid { "--skip-invalid" } else { "" };
    format!(
        "ulimit -v {MEMORY} && cd '{}' && exec '{}' import python.db --json --store sqlite:///store.db {option}",
        folder.display(),
        wtb.display()
    )
}
