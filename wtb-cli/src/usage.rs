//! What is said when the command was typed wrongly, or help was asked for.

use crate::failure::Exit;
use crate::json_error::json_error;
use crate::typed;
use std::io::{self, Write};
use std::process::ExitCode;

/// Says clap's help, version or complaint. Asking for help is no mistake, even by saying nothing.
pub(crate) fn say(answer: &clap::Error) -> ExitCode {
    let asked_for = !answer.use_stderr() || std::env::args_os().len() == 1;
    let as_json = !asked_for && typed::options().any(|option| option == "--json");
    let color = if asked_for { console::colors_enabled() } else { console::colors_enabled_stderr() };
    let text =
        if color && !as_json { answer.render().ansi().to_string() } else { answer.render().to_string() };
    // A complaint repeats the argument that it is about, which may be a URL in the wrong place.
    let text = if as_json { document(&text) } else { typed::printable(&text) };
    let (mut out, mut complaint) = (io::stdout(), io::stderr());
    let channel: &mut dyn Write = if asked_for { &mut out } else { &mut complaint };
    // A reader that has gone has seen enough.
    drop(channel.write_all(text.as_bytes()).and_then(|()| channel.flush()));
    if asked_for { Exit::Done.into() } else { Exit::Usage.into() }
}

/// The complaint as a document: its first paragraph is the message, the others are the hint.
fn document(complaint: &str) -> String {
    let mut paragraphs = complaint.split("\n\n").map(|paragraph| paragraph.trim().to_owned());
    let message = paragraphs.next().unwrap_or_default();
    let message = message.strip_prefix("error: ").unwrap_or(&message).to_owned();
    let hint: Vec<String> = paragraphs.filter(|paragraph| !paragraph.is_empty()).collect();
    json_error("usage", message, Vec::new(), &hint) + "\n"
}
