//! What came of the proofs, as a table.

use crate::proof::Outcome;
use crate::seed::Seed;
use comfy_table::{ContentArrangement, Table, presets};
use std::fmt;
use std::time::Duration;

/// Columns of a terminal, or of a page of text.
const WIDTH: u16 = 150;

/// What came of one proof.
pub(crate) struct Line {
    pub(crate) name: &'static str,
    pub(crate) outcome: Outcome,
    /// Each planted defect, and whether it was caught.
    pub(crate) defects: Vec<(&'static str, Caught)>,
    pub(crate) took: Duration,
}

/// Whether a planted defect was caught.
pub(crate) enum Caught {
    /// By what was found.
    Yes(String),
    /// The proof found nothing.
    No,
    /// Something else was in the way.
    Unknown(String),
}

impl fmt::Display for Caught {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Yes(what) => write!(f, "caught: {what}"),
            Self::No => f.write_str("not caught"),
            Self::Unknown(why) => write!(f, "not tried: {why}"),
        }
    }
}

impl Line {
    /// Whether nothing was found on sound stores, and every planted defect was.
    pub(crate) fn is_proved(&self) -> bool {
        let caught = |(_, caught): &(_, Caught)| matches!(caught, Caught::Yes(_));
        self.outcome.is_ok() && !self.defects.is_empty() && self.defects.iter().all(caught)
    }
}

/// One line per proof: what was tried how often, what was found, and each planted defect.
pub(crate) fn table(lines: &[Line]) -> String {
    let mut table = Table::new();
    table
        .load_style(presets::UTF8_HORIZONTAL_ONLY)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(WIDTH)
        .set_header(["", "proof", "tried", "found", "planted defects", "took"]);
    for line in lines {
        let (tried, found) = match &line.outcome {
            Ok(tried) => (tried.to_string(), "nothing".to_owned()),
            Err(failure) => (String::new(), failure.to_string()),
        };
        let defects: Vec<String> = line.defects.iter().map(defect).collect();
        let mark = if line.is_proved() { "✓" } else { "✗" };
        let took = format!("{:.0} s", line.took.as_secs_f64());
        table.add_row([mark.to_owned(), line.name.to_owned(), tried, found, defects.join("\n"), took]);
    }
    table.to_string()
}

fn defect((name, caught): &(&'static str, Caught)) -> String {
    match caught {
        Caught::Yes(_) => format!("✓ {name}"),
        Caught::No => format!("✗ {name}: not caught"),
        Caught::Unknown(why) => format!("✗ {name}: {why}"),
    }
}

/// The whole in one sentence.
pub(crate) fn summary(lines: &[Line], seed: Seed) -> String {
    let proved = lines.iter().filter(|line| line.is_proved()).count();
    let defects: usize = lines.iter().map(|line| line.defects.len()).sum();
    let failed = lines.len() - proved;
    format!("{proved} proved, {failed} failed, with {defects} planted defects; seed {seed}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proof::{Failure, Tried};

    fn line(outcome: Outcome, caught: Caught) -> Line {
        Line { name: "isolation", outcome, defects: vec![("loses updates", caught)], took: Duration::ZERO }
    }

    #[test]
    fn only_what_finds_its_defects_and_nothing_else_is_proved() {
        let tried = || Ok(Tried::new("100 units"));
        assert!(line(tried(), Caught::Yes("an update was lost".to_owned())).is_proved());
        assert!(!line(tried(), Caught::No).is_proved());
        assert!(!line(tried(), Caught::Unknown("no server".to_owned())).is_proved());
        assert!(!line(Err(Failure::found("a dirty read")), Caught::Yes(String::new())).is_proved());
        let without_defects = Line { defects: Vec::new(), ..line(tried(), Caught::No) };
        assert!(!without_defects.is_proved());
    }

    #[test]
    fn a_line_tells_what_was_tried_and_found_and_which_defects_were_missed() {
        let found = table(&[line(Err(Failure::found("a dirty read")), Caught::No)]);
        for part in ["isolation", "a dirty read", "loses updates: not caught", "✗"] {
            assert!(found.contains(part), "{found}");
        }
    }
}
