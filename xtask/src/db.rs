//! What tests on databases need.

use crate::failure::Failure;
use crate::keeper;
use clap::Subcommand;

/// What to do.
#[derive(Subcommand)]
pub(crate) enum Action {
    /// Build the PostgreSQL image of tests from Debian packages, for machines that reach no container registry.
    Image,
}

impl Action {
    /// Does it.
    #[expect(clippy::print_stdout, reason = "the name of the image is the result")]
    pub(crate) fn run(&self) -> Result<(), Failure> {
        match self {
            Self::Image => println!("{}", keeper::build_image()?),
        }
        Ok(())
    }
}
