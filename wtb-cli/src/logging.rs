//! Log lines, which go to stderr.

use crate::typed;
use std::io::{self, Write};
use tracing_subscriber::EnvFilter;
use wtb_config::LogLevel;

/// The parts of this program whose log lines are about the user's own doing.
const OWN: [&str; 4] = ["wtb", "wtb_config", "wtb_adapter_sql", "wtb_adapter_memory"];

/// Shows the line of `~/.pgpass` that it does not understand, password and all.
const INDISCREET: &str = "sqlx_postgres::options=off";

/// Sends log lines to stderr: what `-v` asks for, or else what `log.level` was `set` to, or else warnings.
pub(crate) fn begin(verbose: u8, set: Option<LogLevel>) {
    let level = match verbose {
        0 => set.unwrap_or(LogLevel::Warn),
        1 => LogLevel::Info,
        _ => LogLevel::Debug,
    };
    tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(directives(level)))
        .with_writer(|| WithoutPasswords(io::stderr()))
        // Whoever reads stderr may have seen enough; to say there that nobody listens would end the program.
        .log_internal_errors(false)
        .with_ansi(console::colors_enabled_stderr())
        .init();
}

/// Writes log lines in which no argument shows a password; each is written by one call.
struct WithoutPasswords<W>(W);

impl<W: Write> Write for WithoutPasswords<W> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.0.write_all(typed::without_passwords(&String::from_utf8_lossy(line)).as_bytes())?;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// What is asked for of this program, and one level less of the libraries below it.
fn directives(level: LogLevel) -> String {
    let others = match level {
        LogLevel::Off => LogLevel::Off,
        LogLevel::Error => LogLevel::Error,
        LogLevel::Warn | LogLevel::Info => LogLevel::Warn,
        LogLevel::Debug => LogLevel::Info,
        LogLevel::Trace => LogLevel::Debug,
    };
    OWN.iter().fold(format!("{others},{INDISCREET}"), |directives, own| format!("{directives},{own}={level}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_level_is_understood_by_the_filter() {
        for level in LogLevel::ALL {
            let filter = EnvFilter::try_new(directives(*level)).unwrap();
            let expected = Some(level.as_str().parse().unwrap());
            assert_eq!(filter.max_level_hint(), expected, "{filter}");
        }
    }

    #[test]
    fn libraries_say_less_than_this_program() {
        for (level, others, own) in
            [(LogLevel::Info, "warn,", ",wtb=info,"), (LogLevel::Trace, "debug,", ",wtb=trace,")]
        {
            let directives = directives(level);
            assert!(directives.starts_with(others) && directives.contains(own), "{directives}");
        }
    }
}
