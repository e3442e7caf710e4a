//! The answer to a step that a life cycle does not allow.

use crate::EntityKind;
use std::fmt;

/// A step was attempted from a state that does not allow it; nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidTransition {
    /// What was to take the step.
    pub entity: EntityKind,
    /// The state it is in.
    pub state: &'static str,
    /// The step that was attempted.
    pub action: &'static str,
}

impl fmt::Display for InvalidTransition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot {} this {}: it is {}", self.action, self.entity, self.state)
    }
}

impl std::error::Error for InvalidTransition {}
