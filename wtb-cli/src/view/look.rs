//! How text looks: its width, its colours, its time zone and the present moment.

use crate::view::time::Calendar;
use console::Style;
use std::fmt::Display;
use wtb_domain::{ExecutionStatus, Severity, Timestamp};

/// What every text for people is drawn with.
#[derive(Debug, Clone)]
pub(crate) struct Look {
    /// Columns there are.
    pub(crate) width: usize,
    /// Whether there are colours.
    pub(crate) color: bool,
    /// How moments are shown.
    pub(crate) calendar: Calendar,
    /// The present moment.
    pub(crate) now: Timestamp,
}

impl Look {
    /// `text` in `style`, if there are colours.
    pub(crate) fn paint(&self, style: &Style, text: impl Display) -> String {
        style.apply_to(text).force_styling(self.color).to_string()
    }

    /// What names something.
    pub(crate) fn bold(&self, text: impl Display) -> String {
        self.paint(&Style::new().bold(), text)
    }

    /// What is there only for those who look for it.
    pub(crate) fn dim(&self, text: impl Display) -> String {
        self.paint(&Style::new().dim(), text)
    }

    /// What went wrong.
    pub(crate) fn red(&self, text: impl Display) -> String {
        self.paint(&Style::new().red(), text)
    }

    /// What may have gone wrong.
    pub(crate) fn yellow(&self, text: impl Display) -> String {
        self.paint(&Style::new().yellow(), text)
    }

    /// What stands out as good.
    pub(crate) fn best(&self, text: impl Display) -> String {
        self.paint(&Style::new().green().bold(), text)
    }

    /// A status with its mark.
    pub(crate) fn execution_status(&self, status: ExecutionStatus) -> String {
        let (mark, style) = match status {
            ExecutionStatus::Pending => ("·", Style::new().dim()),
            ExecutionStatus::Running => ("▶", Style::new().cyan()),
            ExecutionStatus::Paused => ("‖", Style::new().yellow()),
            ExecutionStatus::Completed => ("✓", Style::new().green()),
            ExecutionStatus::Failed => ("✗", Style::new().red()),
            ExecutionStatus::Cancelled => ("⊘", Style::new().magenta()),
        };
        self.paint(&style, format!("{mark} {status}"))
    }

    /// A severity as its mark.
    pub(crate) fn severity(&self, severity: Severity) -> String {
        let (mark, style) = match severity {
            Severity::Debug => ("·", Style::new().dim()),
            Severity::Info => ("•", Style::new().cyan()),
            Severity::Success => ("✓", Style::new().green()),
            Severity::Warning => ("!", Style::new().yellow().bold()),
            Severity::Error => ("✗", Style::new().red().bold()),
        };
        self.paint(&style, mark)
    }

    #[cfg(test)]
    pub(crate) fn plain() -> Self {
        Self { width: 100, color: false, calendar: Calendar::utc(), now: Timestamp::UNIX_EPOCH }
    }
}
