//! What can be typed after `wtb import`.

use clap::Args;
use clap::builder::{OsStringValueParser, TypedValueParser};
use jiff::tz::TimeZone;
use std::ffi::OsString;
use std::path::Path;
use wtb_config::{DatabaseUrl, redacted};

/// What to import, and how.
#[derive(Debug, Args)]
#[command(
    after_long_help = "Reads the database of every age of the Python system, without ever changing it, and keeps \
        every id and value. Everything is stored in one step or nothing is. Importing again changes nothing: rows \
        that are stored already are compared, and one that differs stops the import with both values shown. What \
        has no home in the store yet, such as batch tests, is counted and stays where it is.\n\n\
        Exit codes: 0 everything was imported, 1 nothing was, 2 invalid rows were left out, 64 the command was typed \
        wrongly, 129, 130 or 143 it was interrupted by SIGHUP, Ctrl-C or SIGTERM and nothing was imported; once \
        everything is written, an interruption waits for the end. After a failure the file of a new store is removed."
)]
pub(crate) struct ImportArgs {
    /// The database of the Python system: the path of an SQLite file, often called wtb.db, or a postgresql:// URL.
    ///
    /// Of a PostgreSQL database the tables are read that are in the search path of the connection; a URL may end in
    /// ?options=-csearch_path%3Dname to read another schema.
    #[arg(value_name = "SOURCE", value_parser = OsStringValueParser::new().try_map(source))]
    pub(crate) source: DatabaseUrl,

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

    #[command(flatten)]
    pub(crate) rows: RowArgs,
}

/// What to do with rows that cannot simply be added.
#[derive(Debug, Args)]
pub(crate) struct RowArgs {
    /// Store null where a document has NaN, Infinity or -Infinity, which Python writes and JSON lacks.
    ///
    /// That concerns documents, states and metrics; a metric without a number is left out. The result says how many
    /// values it were. Without this option such a row breaks a rule.
    #[arg(long)]
    pub(crate) nan_as_null: bool,

    /// Update stored rows that the source changed since they were imported.
    ///
    /// A row is updated if the store did not change it: it has the revision that an import wrote. One that both changed
    /// stops the import with both values shown. Each update is noted in the audit log, as `import_refreshed`. Rows that
    /// the source does not have any more stay in the store.
    #[arg(long)]
    pub(crate) refresh: bool,

    /// Leave out rows that break a rule, and what depends on them.
    ///
    /// They are listed at the end, and the exit code is 2. Without this option the first such row stops the import.
    #[arg(long)]
    pub(crate) skip_invalid: bool,
}

/// What contains `://` is a URL, everything else a path; but what looks like a connection string is refused, unless there is
/// a file of this name.
fn source(typed: OsString) -> Result<DatabaseUrl, String> {
    match typed.to_str() {
        Some(url) if url.contains("://") || redacted(url) != url && !Path::new(url).exists() => {
            DatabaseUrl::parse(url).map_err(|invalid| invalid.to_string())
        }
        _ => Ok(DatabaseUrl::Sqlite(typed.into())),
    }
}

fn zone(name: &str) -> Result<TimeZone, String> {
    TimeZone::get(name).map_err(|_| "not a time zone of the IANA database, such as Europe/Berlin".to_owned())
}
