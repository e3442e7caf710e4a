//! What the process that is fed tells, one line each.

/// One line.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// This input is about to be read.
    Begun(u64),
    /// What went wrong with the last one.
    Found(String),
    /// All inputs were read, and so many of them accepted.
    Done { accepted: u64 },
}

impl Line {
    /// Writes it at once.
    #[expect(clippy::print_stdout, reason = "this is what the process is for")]
    pub(super) fn tell(&self) {
        match self {
            Self::Begun(number) => println!("begun {number}"),
            Self::Found(what) => println!("found {}", what.replace('\n', " ")),
            Self::Done { accepted } => println!("done {accepted}"),
        }
    }

    /// Reads one.
    pub(super) fn read(text: &str) -> Option<Self> {
        let (word, rest) = text.split_once(' ')?;
        match word {
            "begun" => rest.parse().ok().map(Self::Begun),
            "found" => Some(Self::Found(rest.to_owned())),
            "done" => rest.parse().ok().map(|accepted| Self::Done { accepted }),
            _ => None,
        }
    }
}
