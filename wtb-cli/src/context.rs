//! What every command starts from: the global options.

use crate::cli::GlobalArgs;

/// What every command starts from.
#[derive(Debug)]
pub(crate) struct Context {
    options: GlobalArgs,
}

impl Context {
    /// The context that these options describe.
    pub(crate) fn new(options: GlobalArgs) -> Self {
        Self { options }
    }
}
