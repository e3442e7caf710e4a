//! What kind of event an audit entry records: an open set with known members.

use std::borrow::Cow;
use std::fmt;

/// The kind of event an audit entry records.
///
/// The set is open: any text of at most [`MAX_KEY_TEXT_BYTES`](crate::MAX_KEY_TEXT_BYTES) without NUL can be
/// stored. The constants are those that workflow test benches write.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EventType(Cow<'static, str>);

impl EventType {
    /// Takes `text` as an event type.
    pub fn new(text: impl Into<Cow<'static, str>>) -> Self {
        Self(text.into())
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

macro_rules! known {
    ($($(#[$doc:meta])* $name:ident = $text:literal;)+) => {
        impl EventType {
            $($(#[$doc])* pub const $name: Self = Self(Cow::Borrowed($text));)+

            /// The event types that have a constant.
            pub const KNOWN: &'static [Self] = &[$(Self::$name),+];
        }
    };
}

known! {
    /// An execution began to run.
    EXECUTION_STARTED = "execution_started";
    /// An execution was paused.
    EXECUTION_PAUSED = "execution_paused";
    /// A paused execution runs again.
    EXECUTION_RESUMED = "execution_resumed";
    /// An execution ended well.
    EXECUTION_COMPLETED = "execution_completed";
    /// An execution ended with an error.
    EXECUTION_FAILED = "execution_failed";
    /// An execution was given up.
    EXECUTION_CANCELLED = "execution_cancelled";
    /// An execution was copied to go another way.
    EXECUTION_FORKED = "execution_forked";
    /// A node began to run.
    NODE_STARTED = "node_started";
    /// A node ended well.
    NODE_COMPLETED = "node_completed";
    /// A node ended with an error.
    NODE_FAILED = "node_failed";
    /// A node was left out.
    NODE_SKIPPED = "node_skipped";
    /// A checkpoint was made.
    CHECKPOINT_CREATED = "checkpoint_created";
    /// A branch was made from a checkpoint.
    BRANCH_CREATED = "branch_created";
    /// An execution went back to a checkpoint.
    ROLLBACK_PERFORMED = "rollback_performed";
    /// The state of a paused execution was edited.
    STATE_MODIFIED = "state_modified";
    /// An execution stopped at a breakpoint.
    BREAKPOINT_HIT = "breakpoint_hit";
    /// A variant began to run.
    VARIANT_STARTED = "variant_started";
    /// A variant ended.
    VARIANT_COMPLETED = "variant_completed";
    /// Tracked files were removed.
    FILES_CLEANED_UP = "files_cleaned_up";
}

impl From<&'static str> for EventType {
    fn from(text: &'static str) -> Self {
        Self(Cow::Borrowed(text))
    }
}

impl fmt::Display for EventType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for EventType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EventType({:?})", self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_types_are_spelt_like_their_constants() {
        assert_eq!(EventType::NODE_FAILED.as_str(), "node_failed");
        assert!(EventType::KNOWN.contains(&EventType::new(String::from("rollback_performed"))));
        assert_eq!(EventType::new("ray_backpressure").to_string(), "ray_backpressure");
        assert_eq!(EventType::from("ray_backpressure"), EventType::new(String::from("ray_backpressure")));
        assert_eq!(format!("{:?}", EventType::NODE_FAILED), "EventType(\"node_failed\")");
    }
}
