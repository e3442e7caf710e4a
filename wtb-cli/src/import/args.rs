//! What can be typed after `wtb import`.

use clap::Args;
use jiff::tz::TimeZone;
use std::path::PathBuf;

/// What to import, and how.
#[derive(Debug, Args)]
#[command(
    after_long_help = "Reads the database of every age of the Python system, without ever changing it, and keeps \
        every id and value. Everything is stored in one step or nothing is. Importing again changes nothing: rows \
        that are stored already are compared, and one that differs stops the import with both values shown. What \
        has no home in the store yet, such as batch tests, is counted and stays where it is.\n\n\
        Exit codes: 0 everything was imported, 1 nothing was, 2 invalid rows were left out, 64 the command was typed \
        wrongly."
)]
pub(crate) struct ImportArgs {
    /// The SQLite database of the Python system, often called wtb.db.
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,

    /// Do everything but keep nothing.
    ///
    /// The result is the one that an import would have.
    #[arg(long)]
    pub(crate) dry_run: bool,

    /// The time zone in which the Python system wrote its times, such as Europe/Berlin.
    ///
    /// The Python system writes times without a zone. A time that says its offset keeps it. A time that a change of
    /// clocks skipped is moved on by the length of the gap; of a time that occurred twice the first is meant.
    #[arg(long, value_name = "ZONE", default_value = "UTC", value_parser = zone)]
    pub(crate) timezone: TimeZone,

    /// Leave out rows that break a rule, and what depends on them.
    ///
    /// They are listed at the end, and the exit code is 2. Without this option the first such row stops the import.
    #[arg(long)]
    pub(crate) skip_invalid: bool,
}

fn zone(name: &str) -> Result<TimeZone, String> {
    TimeZone::get(name).map_err(|_| "not a time zone of the IANA database, such as Europe/Berlin".to_owned())
}
