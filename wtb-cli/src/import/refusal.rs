//! What the user is told when nothing was imported.

use super::apply::{Manner, Stop};
use super::mapping::LeftOut;
use crate::failure::CliError;
use crate::view::text::printable;
use wtb_ports::StoreError;

/// How many invalid rows are shown when they stop the import.
const SHOWN_ROWS: usize = 20;

/// The sentence about rows that break a rule, of which there is at least one.
fn refused(source: &str, left_out: &LeftOut) -> CliError {
    let rows = &left_out.rows;
    let lines = rows.iter().take(SHOWN_ROWS).map(|row| printable(&row.to_string()));
    let count = left_out.len();
    let more = count.checked_sub(SHOWN_ROWS as u64 + 1).map(|more| format!("… and {} more", more + 1));
    let verb = if count == 1 { "row breaks a rule" } else { "rows break a rule" };
    CliError::failed(format!(
        "{count} {verb} in {source}, so nothing was imported (--skip-invalid imports everything else)"
    ))
    .listing(lines.chain(more).collect())
}

/// The sentence about an import that stopped.
pub(super) fn stopped(manner: Manner<'_>, stop: Stop) -> CliError {
    let source = manner.source;
    let sentence = format!("{stop}, so nothing of {source} was imported");
    match stop {
        Stop::Invalid(rows) => refused(source, &rows),
        Stop::Source(error) => error,
        Stop::Differs(difference) | Stop::BothChanged(difference) => {
            let lines = difference.lines().into_iter().map(|line| printable(&line));
            let advice = if difference.is_only_in_times() {
                "was it imported with another --timezone before?"
            } else if manner.refresh {
                "make both equal, then import again"
            } else {
                "if the source went on since it was imported, import it with --refresh"
            };
            CliError::failed(sentence).listing(lines.chain([advice.to_owned()]).collect())
        }
        Stop::Store(StoreError::OutcomeUnknown { .. }) => CliError::failed(stop.to_string()).because(stop),
        other => CliError::failed(sentence).because(other),
    }
}
