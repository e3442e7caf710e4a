//! Why no server or database could be provided.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

/// Why a test cannot have its server or database: one sentence that says what to do about it.
///
/// `Debug` is the sentence too, so that `expect` and `?` in a test show it as it is.
#[derive(Clone)]
pub struct ProvideError(Arc<str>);

impl ProvideError {
    /// A sentence in lower case, without full stop and without a password.
    pub(crate) fn new(sentence: impl Into<Arc<str>>) -> Self {
        Self(sentence.into())
    }

    /// What could not be done, and all that the library says about it.
    pub(crate) fn because(what: impl fmt::Display, error: &(dyn Error + 'static)) -> Self {
        let mut sentence = what.to_string();
        let mut cause = Some(error);
        while let Some(error) = cause {
            let said = error.to_string();
            // Many errors quote their cause.
            if !sentence.contains(&said) {
                sentence = format!("{sentence}: {said}");
            }
            cause = error.source();
        }
        Self(sentence.into())
    }
}

impl fmt::Display for ProvideError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for ProvideError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for ProvideError {}
