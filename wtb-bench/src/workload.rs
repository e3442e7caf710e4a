//! The workloads: what each does, how often, and on what it does it.

use clap::ValueEnum;

/// One kind of work, measured in something done per second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, ValueEnum)]
pub(crate) enum Workload {
    /// A unit with one execution, one client.
    #[value(name = "W1")]
    W1,
    /// The same from 16 clients at once.
    #[value(name = "W1c")]
    W1c,
    /// 10,000 audit entries in one unit.
    #[value(name = "W2")]
    W2,
    /// Executions by id, one after another, 100 in a unit.
    #[value(name = "W3")]
    W3,
    /// 100 executions by id at once.
    #[value(name = "W3m")]
    W3m,
    /// The 1,000 executions of a workflow.
    #[value(name = "W4")]
    W4,
    /// The 100 running of 200,000 executions.
    #[value(name = "W5")]
    W5,
    /// Read an execution, change its status and state, update it, commit.
    #[value(name = "W6")]
    W6,
    /// An execution with 20 boundaries, 20 files, 5 results and 100 audit entries in one unit.
    #[value(name = "W7")]
    W7,
}

/// What a workload finds when it begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Dataset {
    /// One workflow; and where so many executions are asked for, these with states of two kilobytes.
    Fresh { executions: u64 },
    /// One workflow with 10,000 executions, states of two kilobytes.
    Small,
    /// 50 workflows with 1,000 executions each, states of two kilobytes.
    Lists,
    /// One workflow with 200,000 executions, one in 2,000 running, states of 200 bytes.
    Running,
}

impl Workload {
    /// All of them, in the order in which they run.
    pub(crate) const ALL: [Self; 9] =
        [Self::W1, Self::W1c, Self::W2, Self::W3, Self::W3m, Self::W4, Self::W5, Self::W6, Self::W7];

    /// What it is called.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::W1 => "W1",
            Self::W1c => "W1c",
            Self::W2 => "W2",
            Self::W3 => "W3",
            Self::W3m => "W3m",
            Self::W4 => "W4",
            Self::W5 => "W5",
            Self::W6 => "W6",
            Self::W7 => "W7",
        }
    }

    /// What it does, in words.
    pub(crate) const fn description(self) -> &'static str {
        match self {
            Self::W1 => "unit with one execution, 1 client",
            Self::W1c => "the same, 16 clients",
            Self::W2 => "10,000 audit entries in a unit",
            Self::W3 => "get by id, 100 in a unit",
            Self::W3m => "100 ids at once",
            Self::W4 => "list of 1,000 executions",
            Self::W5 => "100 running among 200,000",
            Self::W6 => "read, change, update, commit",
            Self::W7 => "1 execution, 20 boundaries, 20 files, 5 results, 100 entries",
        }
    }

    /// What is counted per second.
    pub(crate) const fn counted(self) -> &'static str {
        match self {
            Self::W1 | Self::W1c | Self::W6 | Self::W7 => "units",
            Self::W2 => "entries",
            Self::W3 | Self::W3m => "executions",
            Self::W4 | Self::W5 => "lists",
        }
    }

    /// How many clients work at the same time.
    pub(crate) const fn clients(self) -> usize {
        if matches!(self, Self::W1c) { 16 } else { 1 }
    }

    /// How much is counted in one round: about as much as the slower contestants do in a second or two.
    pub(crate) const fn size(self, quick: bool) -> u64 {
        let (size, quick_size) = match self {
            Self::W1 | Self::W6 => (2_000, 500),
            Self::W1c => (4_000, 1_600),
            Self::W2 => (10_000, 10_000),
            Self::W3 | Self::W3m => (20_000, 4_000),
            Self::W4 | Self::W5 => (50, 20),
            Self::W7 => (200, 60),
        };
        if quick { quick_size } else { size }
    }

    /// What it finds when a round of this size begins.
    pub(crate) const fn dataset(self, size: u64) -> Dataset {
        match self {
            Self::W1 | Self::W1c | Self::W7 => Dataset::Fresh { executions: 0 },
            Self::W2 => Dataset::Fresh { executions: 1 },
            Self::W3 | Self::W3m => Dataset::Small,
            Self::W4 => Dataset::Lists,
            Self::W5 => Dataset::Running,
            Self::W6 => Dataset::Fresh { executions: size },
        }
    }
}

impl Dataset {
    /// Whether a round leaves it as it was, so that the next finds it again.
    pub(crate) const fn is_read_only(self) -> bool {
        !matches!(self, Self::Fresh { .. })
    }

    /// How many workflows there are.
    pub(crate) const fn workflows(self) -> u64 {
        if matches!(self, Self::Lists) { 50 } else { 1 }
    }

    /// How many executions there are.
    pub(crate) const fn executions(self) -> u64 {
        match self {
            Self::Fresh { executions } => executions,
            Self::Small => 10_000,
            Self::Lists => 50_000,
            Self::Running => 200_000,
        }
    }
}
