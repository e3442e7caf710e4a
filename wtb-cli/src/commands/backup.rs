//! `wtb backup`.

use crate::context::Context;
use crate::documents::backup::{BackupReport, Rows};
use crate::failure::{CliError, CliResult, Exit};
use crate::interrupt::or_interrupted;
use crate::screen::Screen;
use crate::view::backup;
use clap::Args;
use std::path::PathBuf;
use std::time::{Duration, Instant};
use wtb_config::{Backup, BackupError, redacted};

/// Where to put the backup.
#[derive(Debug, Args)]
#[command(
    after_long_help = "The new file is a store of its own. To restore it, stop what uses the store, remove its file \
        with the -wal and -shm beside it, and put the backup in their place; or name the backup with --store. \
        Programs go on writing meanwhile, and the backup shows one moment. It is examined before it gets its name, \
        so a file of that name is always whole."
)]
pub(crate) struct BackupArgs {
    /// The file to make, in a folder that is there.
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
}

/// Copies the store into a new file and examines the copy.
///
/// # Errors
/// If the store cannot be copied or the file not made.
pub(crate) async fn run(args: BackupArgs, context: &Context, screen: &Screen) -> CliResult<Exit> {
    let file = args.file.to_string_lossy();
    if file.contains("://") || redacted(&file) != file {
        // Not repeated, since it may have a password in it.
        return Err(CliError::usage("backup takes the path of a new file, not a URL"));
    }
    let store = context.open_to_read(screen).await?;
    let progress = screen.waiting("copying the store");
    let begin = Instant::now();
    let backup = async { Ok(store.backup(&args.file).await?) };
    let backup = or_interrupted("interrupted; there is no backup", backup).await;
    progress.finish_and_clear();
    let Backup { bytes, counts } = backup?;
    let report = BackupReport {
        store: store.description().to_owned(),
        file: args.file.display().to_string(),
        bytes,
        duration_ns: nanoseconds(begin.elapsed()),
        entities: counts.into_iter().map(|(kind, rows)| Rows { entity: kind.as_str(), rows }).collect(),
    };
    screen.result_of_change(&report, backup::report);
    Ok(Exit::Done)
}

fn nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

/// The sentence says what stands in the way; what is wrong with a damaged copy is listed below it.
impl From<BackupError> for CliError {
    fn from(error: BackupError) -> Self {
        let sentence = error.to_string();
        match error {
            BackupError::Damaged { problems, .. } => Self::failed(sentence).listing(problems),
            error => Self::failed(sentence).because(error),
        }
    }
}
