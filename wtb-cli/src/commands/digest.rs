//! `wtb digest`.

use crate::context::Context;
use crate::digest;
use crate::documents::digest::{DigestReport, KindDigest};
use crate::failure::{CliError, CliResult, Exit};
use crate::screen::Screen;
use crate::view;
use clap::Args;

/// Which store to read.
#[derive(Args)]
pub(crate) struct DigestArgs {
    /// The store, instead of the one in the settings.
    #[arg(value_name = "URL")]
    pub(crate) url: Option<String>,
}

/// Shows how many entities of each kind the store holds, and their digests.
///
/// # Errors
/// If the store cannot be read.
pub(crate) async fn run(args: DigestArgs, context: &Context, screen: &Screen) -> CliResult<Exit> {
    let store = match args.url {
        Some(_) if context.has_store_option() => {
            return Err(CliError::usage("the store is named twice, by its url and by --store; keep one"));
        }
        Some(url) => context.with_store(url, "<URL>").open_to_read(screen).await?,
        None => context.open_to_read(screen).await?,
    };
    let progress = screen.progress("reading", None);
    let counted = &progress;
    let digests = store.read(|unit| {
        Box::pin(async move {
            counted.reset();
            digest::of_store(unit, counted).await
        })
    });
    let digests = digests.await;
    progress.finish_and_clear();
    let entities =
        digests?.into_iter().map(|(kind, digest)| KindDigest { entity: kind.as_str(), digest }).collect();
    let report = DigestReport { store: store.description().to_owned(), entities };
    screen.result(&report, view::digest::report)?;
    Ok(Exit::Done)
}
