//! Which tests this machine can run.

use crate::command::root;
use crate::failure::Failure;
use crate::keeper::Keeper;
use cargo_metadata::{MetadataCommand, TargetKind};
use std::collections::{BTreeMap, BTreeSet};
use std::env;

/// Modules of tests that need a server, inside a crate.
pub(super) const MODULES: &str = "on_postgres";

/// What tests need, by the name of their binary. The first reason to leave one out is the one that is given.
const NEEDS: [(&str, Need); 7] = [
    ("postgres", Need::Server),
    ("pgbouncer", Need::Server),
    ("replica", Need::Server),
    ("pgbouncer", Need::PgBouncer),
    ("replica", Need::Docker),
    ("over_tls", Need::OwnServer),
    ("over_a_socket", Need::LocalServer),
];

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Need {
    Server,
    PgBouncer,
    Docker,
    /// A server that may be reconfigured.
    OwnServer,
    /// A server on this machine.
    LocalServer,
}

impl Need {
    /// Why tests are left out that need it.
    fn refusal(self) -> &'static str {
        match self {
            Self::Server => "--without-postgres",
            Self::PgBouncer => "pgbouncer is not installed",
            Self::Docker => "there is no docker engine",
            Self::OwnServer => "there is neither a docker engine nor postgresql on this machine",
            Self::LocalServer => "postgresql is not installed on this machine",
        }
    }
}

/// The needs that are met.
pub(super) struct Able(BTreeSet<Need>);

impl Able {
    /// What the keeper found. Without one there is no server, and servers of a test's own are left out too.
    pub(super) fn of(keeper: Option<&Keeper>) -> Self {
        let Some(keeper) = keeper else { return Self(BTreeSet::new()) };
        let (docker, local) = (keeper.is_able("docker"), keeper.is_able("local"));
        let needs = [
            (Need::Server, true),
            (Need::PgBouncer, is_installed("pgbouncer")),
            (Need::Docker, docker),
            (Need::OwnServer, docker || local),
            (Need::LocalServer, local),
        ];
        Self(needs.into_iter().filter(|(_, met)| *met).map(|(need, _)| need).collect())
    }

    /// Why a need is not met.
    fn refusal(&self, need: Need) -> Option<&'static str> {
        let first = if self.0.contains(&Need::Server) { need } else { Need::Server };
        (!self.0.contains(&first)).then(|| first.refusal())
    }
}

/// The test binaries, and which of them are left out.
#[derive(Debug)]
pub(super) struct Selection {
    /// Names of binaries in `tests/` folders.
    pub(super) kept: BTreeSet<String>,
    /// The others, with the reason.
    pub(super) left_out: BTreeMap<String, &'static str>,
    /// Why modules that need a server are left out, if they are.
    pub(super) modules_left_out: Option<&'static str>,
}

impl Selection {
    /// Everything that this machine is able to run.
    pub(super) fn new(able: &Able) -> Result<Self, Failure> {
        let metadata = MetadataCommand::new().manifest_path(root().join("Cargo.toml")).no_deps().exec()?;
        let targets = metadata.packages.iter().flat_map(|package| &package.targets);
        let tests = targets.filter(|target| target.kind.contains(&TargetKind::Test));
        Ok(Self::of(tests.map(|target| target.name.clone()), able))
    }

    fn of(binaries: impl IntoIterator<Item = String>, able: &Able) -> Self {
        let mut this = Self {
            kept: BTreeSet::new(),
            left_out: BTreeMap::new(),
            modules_left_out: able.refusal(Need::Server),
        };
        for binary in binaries {
            let mut needs = NEEDS.iter().filter(|(word, _)| binary.contains(word)).map(|(_, need)| *need);
            match needs.find_map(|need| able.refusal(need)) {
                Some(refusal) => drop(this.left_out.insert(binary, refusal)),
                None => drop(this.kept.insert(binary)),
            }
        }
        this
    }
}

/// Whether a program is in `PATH`, or where Debian puts those that need no human.
fn is_installed(program: &str) -> bool {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path).chain(["/usr/sbin".into()]).any(|folder| folder.join(program).is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Need; 5] = [Need::Server, Need::PgBouncer, Need::Docker, Need::OwnServer, Need::LocalServer];
    const BINARIES: [&str; 6] = [
        "contract_sqlite",
        "contract_postgres",
        "contract_pgbouncer",
        "replica",
        "own_over_tls",
        "own_over_a_socket",
    ];

    fn left_out(lacking: &[Need]) -> Vec<(String, &'static str)> {
        let able = Able(ALL.into_iter().filter(|need| !lacking.contains(need)).collect());
        Selection::of(BINARIES.map(str::to_owned), &able).left_out.into_iter().collect()
    }

    fn because(binaries: &[&str], refusal: &'static str) -> Vec<(String, &'static str)> {
        binaries.iter().map(|binary| ((*binary).to_owned(), refusal)).collect()
    }

    #[test]
    fn a_machine_with_everything_runs_everything() {
        let selection = Selection::of(BINARIES.map(str::to_owned), &Able(ALL.into()));
        assert_eq!(selection.kept.len(), BINARIES.len());
        assert_eq!(selection.modules_left_out, None);
    }

    #[test]
    fn what_a_machine_lacks_leaves_out_what_needs_it_and_nothing_else() {
        let one = |binary, need: Need| because(&[binary], need.refusal());
        assert_eq!(left_out(&[Need::Docker]), one("replica", Need::Docker));
        assert_eq!(left_out(&[Need::PgBouncer]), one("contract_pgbouncer", Need::PgBouncer));
        assert_eq!(left_out(&[Need::LocalServer]), one("own_over_a_socket", Need::LocalServer));
        assert_eq!(left_out(&[Need::OwnServer]), one("own_over_tls", Need::OwnServer));
    }

    #[test]
    fn without_postgres_only_the_rest_is_left() {
        let names =
            ["contract_pgbouncer", "contract_postgres", "own_over_a_socket", "own_over_tls", "replica"];
        assert_eq!(left_out(&[Need::Server]), because(&names, "--without-postgres"));
        let selection = Selection::of([], &Able::of(None));
        assert_eq!(selection.modules_left_out, Some("--without-postgres"));
    }
}
