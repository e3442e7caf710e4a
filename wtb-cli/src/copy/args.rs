//! What can be typed after `wtb copy`.

use clap::Args;

/// From where to where, and how. Not `Debug`: the URLs may hold passwords.
#[derive(Args)]
#[command(
    after_long_help = "Copies between stores of any kind, with every id, value, revision and document as it is, and \
        every row in its order. Programs may go on using the source, of which the copy shows one moment; nothing else \
        may write to the target. At the end both are read back, and their digests are compared, which `wtb digest` \
        shows too.\n\n\
        A copy that was interrupted, by Ctrl-C or by anything else, goes on where it was when the same command is given \
        with --resume. Then every row that is in the target must be equal to the one in its place in the source; the \
        first that is not is shown, and nothing is copied.\n\n\
        Exit codes: 0 both stores hold the same, 1 they do not, 64 the command was typed wrongly."
)]
pub(crate) struct CopyArgs {
    /// The store to copy, such as `sqlite:///data/wtb.db`.
    #[arg(value_name = "FROM-URL")]
    pub(crate) from: String,

    /// The store to copy into, made if it is not there: empty, unless --resume is given.
    #[arg(value_name = "TO-URL")]
    pub(crate) to: String,

    /// Go on with a copy that was interrupted.
    #[arg(long)]
    pub(crate) resume: bool,

    /// Say what would be copied, and write nothing.
    #[arg(long)]
    pub(crate) dry_run: bool,
}
