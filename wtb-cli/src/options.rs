//! Options that several commands share.

use clap::{ArgAction, Args, ValueEnum};
use std::path::PathBuf;
use wtb_ports::{Cursor, PageLimit, PageRequest};

/// The options that every command takes. Not `Debug`: the URL may hold a password.
#[derive(Clone, Args)]
pub(crate) struct GlobalArgs {
    /// The store to use, such as `sqlite:///data/wtb.db`, instead of the one in the settings.
    #[arg(long, value_name = "URL", global = true)]
    pub(crate) store: Option<String>,
    /// The settings file to read, instead of wtb.toml.
    #[arg(long, value_name = "FILE", global = true)]
    pub(crate) config: Option<PathBuf>,
    /// The profile of the settings file to use.
    #[arg(long, value_name = "NAME", global = true)]
    pub(crate) profile: Option<String>,
    /// Print one JSON document instead of text; an error is one on stderr, alone there without -v.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// When to use colours.
    #[arg(long, value_name = "WHEN", global = true, default_value = "auto")]
    pub(crate) color: Color,
    /// Say what is done and why something failed, twice for more; wins over log.level.
    #[arg(short, long, action = ArgAction::Count, global = true)]
    pub(crate) verbose: u8,
}

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// Which part of a list to show.
#[derive(Debug, Args)]
pub(crate) struct PageArgs {
    /// How many to show at most, up to 10000.
    #[arg(long, value_name = "N", default_value = "50", value_parser = page_limit)]
    pub(crate) limit: PageLimit,
    /// Where to go on: what the page before ended with.
    #[arg(long, value_name = "CURSOR")]
    pub(crate) after: Option<Cursor>,
}

impl PageArgs {
    /// The page to ask the store for.
    pub(crate) fn request(&self) -> PageRequest {
        PageRequest { after: self.after, limit: self.limit }
    }
}

fn page_limit(text: &str) -> Result<PageLimit, String> {
    let items = text.parse().map_err(|_| "not a whole number".to_owned())?;
    PageLimit::new(items).map_err(|invalid| invalid.to_string())
}
