//! What the command line asks for.

use crate::part::Part;
use crate::proof::Effort;
use crate::seed::Seed;
use clap::Parser;

/// Breaks stores in every way there is, and says what became of what they kept.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask prove")]
pub(crate) struct Arguments {
    /// Try each thing as often as it takes an hour, instead of some minutes.
    #[arg(long)]
    long: bool,
    /// Only the proofs whose names contain this; may be given several times.
    #[arg(long, value_name = "NAME")]
    only: Vec<String>,
    /// Repeat what was tried with this seed; each failure names its own.
    #[arg(long)]
    pub(crate) seed: Option<Seed>,
    /// Only name the proofs.
    #[arg(long)]
    pub(crate) list: bool,
    #[command(subcommand)]
    pub(crate) part: Option<Part>,
}

impl Arguments {
    /// How often things are tried.
    pub(crate) fn effort(&self) -> Effort {
        if self.long { Effort::Long } else { Effort::Quick }
    }

    /// Whether a proof of this name is asked for.
    pub(crate) fn asks_for(&self, name: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|part| name.contains(part.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_name_everything_is_asked_for_and_with_names_what_contains_one() {
        let all = Arguments::parse_from(["prove"]);
        assert!(all.asks_for("isolation"));
        let some = Arguments::parse_from(["prove", "--only", "kill", "--only", "isol"]);
        assert!(some.asks_for("isolation") && some.asks_for("killed") && !some.asks_for("histories"));
    }
}
