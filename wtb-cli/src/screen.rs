//! What a command shows: its result on stdout, everything else on stderr.

use crate::failure::{CliError, CliResult, Exit};
use crate::json_error::json_error;
use crate::json_object::JsonObject;
use crate::options::Color;
use crate::typed;
use crate::view::look::Look;
use crate::view::text::printable;
use crate::view::time::Calendar;
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::time::Duration;
use wtb_ports::{Clock, Cursor, SystemClock};

/// The width of text that does not go to a terminal, in columns.
const WIDTH_WITHOUT_TERMINAL: usize = 100;

/// Where a command shows its result, its notes and its progress.
#[derive(Debug)]
pub(crate) struct Screen {
    json: bool,
    verbose: bool,
    color: bool,
    width: usize,
    bars: MultiProgress,
}

impl Screen {
    /// The screen of this process.
    pub(crate) fn new(json: bool, verbose: bool, color: Color) -> Self {
        match color {
            Color::Auto => {}
            Color::Always => console::set_colors_enabled(true),
            Color::Never => console::set_colors_enabled(false),
        }
        let terminal = console::Term::stdout();
        let width = terminal.size_checked().map_or(WIDTH_WITHOUT_TERMINAL, |(_, columns)| columns.into());
        // indicatif hides bars by itself only on some targets; a log file should never see one.
        let target = if io::stderr().is_terminal() {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        let bars = MultiProgress::with_draw_target(target);
        Self { json, verbose, color: console::colors_enabled(), width, bars }
    }

    /// What text for people is drawn with.
    pub(crate) fn look(&self) -> Look {
        let calendar = Calendar::of_this_machine();
        Look { width: self.width, color: self.color, calendar, now: SystemClock.now() }
    }

    /// Shows the result: `document` for programs, the text that `text` makes of it for people.
    ///
    /// # Errors
    /// If stdout does not take it.
    pub(crate) fn result<T: Serialize>(
        &self,
        document: &T,
        text: impl FnOnce(&Look, &T) -> String,
    ) -> CliResult<()> {
        let mut out = BufWriter::new(io::stdout().lock());
        if self.json {
            serde_json::to_writer_pretty(&mut out, document)?;
            out.write_all(b"\n")?;
        } else {
            out.write_all(text(&self.look(), document).as_bytes())?;
        }
        Ok(out.flush()?)
    }

    /// As [`result`](Self::result), of work that is done and stays done: what cannot be shown is noted, and no failure.
    pub(crate) fn result_of_change<T: Serialize>(
        &self,
        document: &T,
        text: impl FnOnce(&Look, &T) -> String,
    ) {
        if let Err(error) = self.result(document, text)
            && error.exit() != Exit::Done
        {
            let cause = error.causes().next().map(|cause| format!(": {cause}")).unwrap_or_default();
            // Also for programs: they find no result.
            self.line(&printable(&typed::without_passwords(&format!("wtb: it is done, but {error}{cause}"))));
        }
    }

    /// Shows a part of a result that has no end: one line with a document, or text.
    ///
    /// # Errors
    /// If stdout does not take it.
    pub(crate) fn one_of_many<T: Serialize>(
        &self,
        document: &T,
        text: impl FnOnce(&mut dyn Write, &T) -> io::Result<()>,
    ) -> CliResult<()> {
        let mut out = Self::out();
        if self.json {
            serde_json::to_writer(&mut out, document)?;
            out.write_all(b"\n")?;
        } else {
            text(&mut out, document)?;
        }
        Ok(out.flush()?)
    }

    /// Whether results are for programs.
    pub(crate) fn is_json(&self) -> bool {
        self.json
    }

    /// A result for programs that is written field by field.
    pub(crate) fn json_object() -> JsonObject<BufWriter<io::Stdout>> {
        JsonObject::new(Self::out())
    }

    /// Where a result goes that is written piece by piece.
    pub(crate) fn out() -> BufWriter<io::Stdout> {
        BufWriter::new(io::stdout())
    }

    /// Shows text for people.
    ///
    /// # Errors
    /// If stdout does not take it.
    pub(crate) fn text(text: impl AsRef<[u8]>) -> CliResult<()> {
        let mut out = io::stdout().lock();
        out.write_all(text.as_ref())?;
        Ok(out.flush()?)
    }

    /// Says how to go on after a part of a list that is not the last.
    pub(crate) fn more(&self, next: Option<Cursor>) {
        if let (false, Some(cursor)) = (self.json, next) {
            self.note(&format!("more: {}", typed::after(typed::arguments(), &cursor.to_string())));
        }
    }

    /// Says something beside the result, on stderr and above any progress bar; to programs only if they ask for more
    /// than the error.
    pub(crate) fn note(&self, note: &str) {
        if !self.json || self.verbose {
            for line in note.lines() {
                self.line(&printable(&typed::without_passwords(line)));
            }
        }
    }

    fn line(&self, line: &str) {
        // A closed stderr is not reported: there is no other channel.
        self.bars.suspend(|| drop(writeln!(io::stderr().lock(), "{line}")));
    }

    /// Says why the command failed: a sentence and what is needed to act on it, or one JSON document on a line.
    pub(crate) fn error(&self, error: &CliError) {
        if error.exit() == Exit::Done {
            return;
        }
        if self.json {
            self.line(&json_error(error.kind(), error.to_string(), error.new_causes(), error.details()));
            return;
        }
        let say = |line: &str| self.note(line);
        say(&format!("wtb: {error}"));
        for line in error.details() {
            say(&format!("  {line}"));
        }
        let causes = if self.verbose { error.new_causes() } else { error.root_cause().into_iter().collect() };
        for cause in causes {
            say(&format!("  because {cause}"));
        }
    }

    /// A bar that counts up to `total`, or a spinner that counts if nobody knows how far. Shown on a terminal only.
    pub(crate) fn progress(&self, doing: impl Into<String>, total: Option<u64>) -> ProgressBar {
        match total {
            Some(total) => {
                self.bar(ProgressBar::new(total), "{msg} {bar:30} {human_pos}/{human_len} {eta}", doing)
            }
            None => self.bar(ProgressBar::new_spinner(), "{spinner} {msg} {human_pos} {elapsed:.dim}", doing),
        }
    }

    /// A spinner for what cannot be counted, with the time it takes. Shown on a terminal only.
    pub(crate) fn waiting(&self, doing: impl Into<String>) -> ProgressBar {
        self.bar(ProgressBar::new_spinner(), "{spinner} {msg} {elapsed:.dim}", doing)
    }

    fn bar(&self, bar: ProgressBar, template: &str, doing: impl Into<String>) -> ProgressBar {
        let bar = self.bars.add(bar);
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.set_message(doing.into());
        bar.enable_steady_tick(Duration::from_millis(100));
        bar
    }
}

/// A value that cannot be written as JSON, or stdout does not take it.
impl From<serde_json::Error> for CliError {
    fn from(error: serde_json::Error) -> Self {
        match error.io_error_kind() {
            Some(kind) => io::Error::from(kind).into(),
            None => Self::failed("cannot write the result as JSON").because(error),
        }
    }
}
