//! What is said when the command was typed wrongly, or help was asked for.

use crate::failure::Exit;
use crate::typed;
use std::io::{self, Write};
use std::process::ExitCode;

/// Says clap's help, version or complaint. Asking for help is no mistake, even by saying nothing.
pub(crate) fn say(answer: &clap::Error) -> ExitCode {
    let asked_for = !answer.use_stderr() || std::env::args_os().len() == 1;
    let color = if asked_for { console::colors_enabled() } else { console::colors_enabled_stderr() };
    let text = if color { answer.render().ansi().to_string() } else { answer.render().to_string() };
    // A complaint repeats the argument that it is about, which may be a URL in the wrong place.
    let text = typed::without_passwords(&text);
    let (mut out, mut complaint) = (io::stdout(), io::stderr());
    let channel: &mut dyn Write = if asked_for { &mut out } else { &mut complaint };
    // A reader that has gone has seen enough.
    drop(channel.write_all(text.as_bytes()).and_then(|()| channel.flush()));
    if asked_for { Exit::Done.into() } else { Exit::Usage.into() }
}
