//! A process of writers on a SQLite file.

use super::overtaking::handles;
use crate::proofs::counting::{SHARED, count};
use clap::Args;
use std::collections::BTreeSet;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::str::FromStr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, stdin};
use tokio::task::JoinSet;
use wtb_adapter_sql::sqlite::{self, SqliteOptions};
use wtb_ports::{StoreResult, UnitOfWorkFactory};

/// Writers in a process.
pub(super) const WRITERS: u32 = 8;
/// How long a unit that reads is open.
const READ: Duration = Duration::from_millis(5);
/// What a process says when it has opened the file; it begins when its standard input ends.
pub(super) const READY: &str = "ready";

/// What a process of writers is told.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The file.
    file: PathBuf,
    /// The number of its first writer.
    first: u32,
    /// How long to write, in milliseconds.
    for_ms: u64,
    /// How long to wait for a lock, in milliseconds.
    wait_ms: u64,
    /// Lets the first writer overtake the others.
    #[arg(long)]
    overtaking: bool,
    /// How many read, in units that last some milliseconds.
    #[arg(long, default_value_t = 0)]
    readers: u32,
    /// Never ends the units that read.
    #[arg(long)]
    leaking: bool,
    /// Writes through SQLite as it comes, in place of the store.
    #[arg(long)]
    by_hand: bool,
}

/// What became of writers, in one line each.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Written {
    /// How many units each has kept.
    pub(super) kept: Vec<u64>,
    /// How long the longest unit took, in milliseconds.
    pub(super) longest_ms: u64,
    /// What they were told instead, each once.
    pub(super) refusals: BTreeSet<String>,
}

/// Writes, and says what came of it.
#[expect(clippy::print_stdout, reason = "it is read by the proof")]
pub(crate) async fn part(arguments: &Arguments) -> ExitCode {
    let options = SqliteOptions::new(&arguments.file).wait(Duration::from_millis(arguments.wait_ms));
    let store: Arc<dyn UnitOfWorkFactory> = match sqlite::open(options).await {
        Ok(store) => Arc::new(store),
        Err(error) => {
            println!("{error}");
            return ExitCode::FAILURE;
        }
    };
    println!("{READY}");
    let begun = stdin().read_to_end(&mut Vec::new()).await;
    begun.expect("a proof that says when to begin");

    let until = Instant::now() + Duration::from_millis(arguments.for_ms);
    let mut writers = JoinSet::new();
    for _ in 0..arguments.readers {
        tokio::spawn(read(Arc::clone(&store), arguments.leaking));
    }
    if arguments.by_hand {
        let (file, writer) = (arguments.file.clone(), arguments.first.to_string());
        writers.spawn_blocking(move || write_by_hand(&file, &writer, until).expect("units by hand"));
    } else {
        for (writer, store) in (arguments.first..).zip(handles(&store, WRITERS, arguments.overtaking)) {
            writers.spawn(write(store, writer, until));
        }
    }
    let mut written = Written::default();
    for writer in writers.join_all().await {
        written.add(writer);
    }
    print!("{written}");
    ExitCode::SUCCESS
}

async fn write(store: Arc<dyn UnitOfWorkFactory>, writer: u32, until: Instant) -> Written {
    let mut written = Written { kept: vec![0], ..Written::default() };
    loop {
        let begun = Instant::now();
        if begun >= until {
            return written;
        }
        match count_both(&*store, &writer.to_string()).await {
            Ok(()) => written.kept[0] += 1,
            Err(error) => drop(written.refusals.insert(error.to_string())),
        }
        let took = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        written.longest_ms = written.longest_ms.max(took);
    }
}

/// Reads in units that last some milliseconds, until the process ends.
async fn read(store: Arc<dyn UnitOfWorkFactory>, leaking: bool) {
    loop {
        let Ok(unit) = store.begin_read().await else { continue };
        tokio::time::sleep(READ).await;
        if leaking {
            std::mem::forget(unit);
        }
    }
}

/// Counts units as SQLite does it by itself: it copies the log as far as readers let it.
fn write_by_hand(file: &Path, writer: &str, until: Instant) -> rusqlite::Result<Written> {
    let connection = rusqlite::Connection::open(file)?;
    connection.busy_timeout(Duration::from_mins(1))?;
    let mut written = Written { kept: vec![0], ..Written::default() };
    while Instant::now() < until {
        connection.execute_batch("BEGIN IMMEDIATE")?;
        let count = "UPDATE workflows SET description = description + 1 WHERE name = ?1";
        connection.execute(count, [SHARED])?;
        let text = if written.kept[0].is_multiple_of(2) { "y" } else { "x" };
        let change = "UPDATE workflows SET definition = '\"' || replace(hex(zeroblob(length(definition) / 2 - 1)), '0', ?2) || '\"' WHERE name = ?1";
        connection.execute(change, [writer, text])?;
        connection.execute_batch("COMMIT")?;
        written.kept[0] += 1;
    }
    Ok(written)
}

/// Counts a unit among those of all writers, and among its own.
async fn count_both(store: &dyn UnitOfWorkFactory, own: &str) -> StoreResult<()> {
    let mut unit = store.begin().await?;
    count(&mut unit, SHARED).await?;
    count(&mut unit, own).await?;
    unit.commit().await
}

impl Written {
    /// Takes in what became of others.
    pub(super) fn add(&mut self, others: Self) {
        self.kept.extend(others.kept);
        self.longest_ms = self.longest_ms.max(others.longest_ms);
        self.refusals.extend(others.refusals);
    }
}

impl fmt::Display for Written {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for kept in &self.kept {
            writeln!(f, "kept {kept}")?;
        }
        writeln!(f, "longest {}", self.longest_ms)?;
        self.refusals.iter().try_for_each(|refusal| writeln!(f, "refused {refusal}"))
    }
}

impl FromStr for Written {
    /// The line that cannot be read.
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut written = Self::default();
        for line in text.lines() {
            let unreadable = |_| line.to_owned();
            match line.split_once(' ') {
                Some(("kept", number)) => written.kept.push(number.parse().map_err(unreadable)?),
                Some(("longest", number)) => written.longest_ms = number.parse().map_err(unreadable)?,
                Some(("refused", words)) => drop(written.refusals.insert(words.to_owned())),
                _ => return Err(line.to_owned()),
            }
        }
        Ok(written)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_process_says_is_read_back() {
        let refusals = ["waited in vain for a lock".to_owned()].into();
        let written = Written { kept: vec![3, 0], longest_ms: 7, refusals };
        assert_eq!(written.to_string().parse(), Ok(written));
        assert_eq!("kept".parse::<Written>(), Err("kept".to_owned()));
    }
}
