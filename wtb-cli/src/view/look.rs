//! How text looks: its width, its colours, its time zone and the present moment.

use crate::view::time::Calendar;
use console::{Style, StyledObject};
use wtb_domain::{ExecutionStatus, NodeBoundaryStatus, Severity, Timestamp};

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
    pub(crate) fn paint(&self, style: &Style, text: impl ToString) -> String {
        let styled: StyledObject<String> = style.apply_to(text.to_string());
        styled.force_styling(self.color).to_string()
    }

    /// What names something.
    pub(crate) fn bold(&self, text: impl ToString) -> String {
        self.paint(&Style::new().bold(), text)
    }

    /// What is there only for those who look for it.
    pub(crate) fn dim(&self, text: impl ToString) -> String {
        self.paint(&Style::new().dim(), text)
    }

    /// What went wrong.
    pub(crate) fn red(&self, text: impl ToString) -> String {
        self.paint(&Style::new().red(), text)
    }

    /// What stands out as good.
    pub(crate) fn best(&self, text: impl ToString) -> String {
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

    /// The mark and the style of an attempt to run a node.
    pub(crate) fn boundary_status(&self, status: NodeBoundaryStatus) -> (&'static str, Style) {
        match status {
            NodeBoundaryStatus::Pending => ("·", Style::new().dim()),
            NodeBoundaryStatus::Running => ("▶", Style::new().cyan()),
            NodeBoundaryStatus::Completed => ("✓", Style::new().green()),
            NodeBoundaryStatus::Failed => ("✗", Style::new().red()),
            NodeBoundaryStatus::Skipped => ("»", Style::new().dim()),
        }
    }

    /// A severity, as wide as the widest.
    pub(crate) fn severity(&self, severity: Severity) -> String {
        let style = match severity {
            Severity::Debug => Style::new().dim(),
            Severity::Info => Style::new().cyan(),
            Severity::Success => Style::new().green(),
            Severity::Warning => Style::new().yellow(),
            Severity::Error => Style::new().red().bold(),
        };
        self.paint(&style, format!("{severity:<7}"))
    }

    #[cfg(test)]
    pub(crate) fn plain() -> Self {
        Self { width: 100, color: false, calendar: Calendar::utc(), now: Timestamp::UNIX_EPOCH }
    }
}
