//! How values that serde would not write readably are written: documents as they are, times as RFC 3339.

use crate::{EventType, Json, Timestamp};
use serde::de::Error as _;
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // A borrowed raw value writes the text itself, so that not even white space changes.
        let raw: &serde_json::value::RawValue = self.parse().map_err(S::Error::custom)?;
        raw.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<serde_json::value::RawValue>::deserialize(deserializer)?;
        Ok(Self::new(raw.get()))
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

impl Serialize for EventType {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for EventType {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::new)
    }
}

/// Durations as whole nanoseconds.
pub(crate) mod nanoseconds {
    use super::{Deserialize, Deserializer, Serialize, Serializer};
    use std::time::Duration;

    pub(crate) fn serialize<S: Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
        duration.as_nanos().serialize(serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
        u64::deserialize(deserializer).map(Duration::from_nanos)
    }
}

/// Durations as whole nanoseconds, or nothing.
pub(crate) mod optional_nanoseconds {
    use super::{Deserialize, Deserializer, Serialize, Serializer};
    use std::time::Duration;

    #[expect(clippy::ref_option, reason = "serde hands a field over by reference")]
    pub(crate) fn serialize<S: Serializer>(
        duration: &Option<Duration>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        duration.map(|duration| duration.as_nanos()).serialize(serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Duration>, D::Error> {
        Ok(Option::<u64>::deserialize(deserializer)?.map(Duration::from_nanos))
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        AuditEntry, EvaluationResult, EvaluationResultId, EventType, ExecutionId, Severity, Timestamp,
    };
    use std::time::Duration;

    #[test]
    fn an_entry_is_written_readably_and_read_back_equal() {
        let timed = AuditEntry {
            duration: Some(Duration::from_nanos(1_500)),
            ..AuditEntry::new(Timestamp::UNIX_EPOCH, EventType::NODE_STARTED, Severity::Info, "started")
        };
        let untimed = AuditEntry { duration: None, ..timed.clone() };
        for (entry, duration) in [(timed, "1500"), (untimed, "null")] {
            let text = serde_json::to_string(&entry).unwrap();
            for part in [
                r#""timestamp":"1970-01-01T00:00:00.000000Z""#,
                r#""event_type":"node_started""#,
                r#""details":{}"#,
                &format!(r#""duration_ns":{duration}"#),
            ] {
                assert!(text.contains(part), "{text}");
            }
            assert_eq!(serde_json::from_str::<AuditEntry>(&text).unwrap(), entry);
        }
    }

    #[test]
    fn a_result_keeps_its_duration_to_the_nanosecond() {
        let id = EvaluationResultId::from(1);
        let mut result =
            EvaluationResult::new(id, ExecutionId::from(1), "judge", 0.5, true, Timestamp::UNIX_EPOCH);
        result.duration = Duration::from_nanos(1_500);
        let text = serde_json::to_string(&result).unwrap();
        assert!(text.contains(r#""duration_ns":1500"#), "{text}");
        assert_eq!(serde_json::from_str::<EvaluationResult>(&text).unwrap(), result);
    }
}
