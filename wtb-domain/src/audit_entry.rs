//! An audit entry: one line of the log of what happened.

use crate::closed_set::closed_set;
use crate::rules::Rules;
use crate::{EntityKind, EventType, ExecutionId, InvalidValue, Json, NodeId, Timestamp};
use std::time::Duration;

closed_set! {
    /// How much an audit entry matters.
    Severity {
        /// For those who look closely.
        Debug = "debug",
        /// As expected.
        Info = "info",
        /// Something ended well.
        Success = "success",
        /// Something to look at.
        Warning = "warning",
        /// Something went wrong.
        Error = "error",
    }
}

/// One line of the log. It never changes, and its place in the log is its identity.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct AuditEntry {
    /// When it happened.
    pub timestamp: Timestamp,
    /// What kind of event it was.
    pub event_type: EventType,
    /// How much it matters.
    pub severity: Severity,
    /// What happened, in words.
    pub message: String,
    /// The execution it happened in; it need not be stored.
    pub execution_id: Option<ExecutionId>,
    /// The node it happened in.
    pub node_id: Option<NodeId>,
    /// What else is known about it.
    pub details: Json,
    /// What went wrong.
    pub error: Option<String>,
    /// How long it took; at most 292 years.
    #[cfg_attr(
        feature = "serde",
        serde(rename = "duration_ns", with = "crate::serde_forms::optional_nanoseconds")
    )]
    pub duration: Option<Duration>,
}

impl AuditEntry {
    /// An entry about no execution in particular, without details.
    pub fn new(
        timestamp: Timestamp,
        event_type: EventType,
        severity: Severity,
        message: impl Into<String>,
    ) -> Self {
        Self {
            timestamp,
            event_type,
            severity,
            message: message.into(),
            execution_id: None,
            node_id: None,
            details: Json::empty_object(),
            error: None,
            duration: None,
        }
    }

    /// The entry as a store keeps it in the log of `execution_id`: checked, and given that execution if it has none.
    ///
    /// # Errors
    /// [`InvalidValue`] names the first field that some store could not keep unchanged; also when the entry is
    /// about another execution.
    pub fn validated_for(mut self, execution_id: Option<&ExecutionId>) -> Result<Self, InvalidValue> {
        if let Some(expected) = execution_id {
            match &self.execution_id {
                None => self.execution_id = Some(expected.clone()),
                Some(own) if own == expected => {}
                Some(own) => {
                    let reason = format!("it is {own}, in a log of {expected}");
                    return Err(InvalidValue {
                        entity: EntityKind::AuditEntry,
                        field: "execution_id",
                        reason: reason.into(),
                    });
                }
            }
        }
        self.check_fields(&Rules::<true>::of(EntityKind::AuditEntry))?;
        self.check_fields(&Rules::<false>::of(EntityKind::AuditEntry))?;
        Ok(self)
    }

    fn check_fields<const LENGTHS: bool>(&self, rules: &Rules<LENGTHS>) -> Result<(), InvalidValue> {
        rules.key_text("event_type", self.event_type.as_str())?;
        rules.text("message", &self.message)?;
        rules.json("details", &self.details)?;
        if let Some(error) = &self.error {
            rules.text("error", error)?;
        }
        if let Some(duration) = self.duration {
            rules.duration("duration", duration)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(execution_id: Option<i64>) -> AuditEntry {
        let mut entry =
            AuditEntry::new(Timestamp::UNIX_EPOCH, EventType::NODE_STARTED, Severity::Info, "started");
        entry.execution_id = execution_id.map(ExecutionId::from);
        entry
    }

    #[test]
    fn an_entry_takes_the_execution_of_its_log_unless_it_names_another() {
        let log = ExecutionId::from(1);
        assert_eq!(entry(None).validated_for(Some(&log)), Ok(entry(Some(1))));
        assert_eq!(entry(Some(1)).validated_for(Some(&log)), Ok(entry(Some(1))));
        assert_eq!(entry(Some(2)).validated_for(None), Ok(entry(Some(2))));
        assert_eq!(entry(None).validated_for(None), Ok(entry(None)));
        let refusal = entry(Some(2)).validated_for(Some(&log)).unwrap_err();
        assert_eq!(refusal.to_string(), "invalid execution_id of audit entry: it is 2, in a log of 1");
    }
}
