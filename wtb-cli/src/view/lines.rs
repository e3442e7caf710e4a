//! Text that is put together line by line.

/// Text that is put together line by line.
#[derive(Debug, Default)]
pub(crate) struct Lines(String);

impl Lines {
    /// Adds one line.
    pub(crate) fn line(&mut self, line: impl AsRef<str>) {
        self.0.push_str(line.as_ref());
        self.0.push('\n');
    }

    /// Adds lines that are ended already.
    pub(crate) fn block(&mut self, block: impl AsRef<str>) {
        self.0.push_str(block.as_ref());
    }

    /// Adds an empty line.
    pub(crate) fn gap(&mut self) {
        self.0.push('\n');
    }

    /// All of it.
    pub(crate) fn into_text(self) -> String {
        self.0
    }
}
