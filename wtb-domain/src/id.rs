//! Typed identifiers, so that a workflow id cannot name an execution.

use std::fmt;
use std::sync::Arc;

/// Longest identifier, in bytes of UTF-8.
const MAX_BYTES: usize = 255;

/// Why a text cannot be an identifier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InvalidId {
    /// It has no characters at all.
    Empty,
    /// It has more than 255 bytes; the number it has.
    TooLong(usize),
    /// It has a control character; its position in bytes.
    ControlCharacter(usize),
}

impl fmt::Display for InvalidId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("an id cannot be empty"),
            Self::TooLong(bytes) => write!(f, "an id has at most {MAX_BYTES} bytes, this one has {bytes}"),
            Self::ControlCharacter(at) => write!(f, "an id cannot contain a control character (byte {at})"),
        }
    }
}

impl std::error::Error for InvalidId {}

fn check(text: &str) -> Result<(), InvalidId> {
    if text.is_empty() {
        return Err(InvalidId::Empty);
    }
    if text.len() > MAX_BYTES {
        return Err(InvalidId::TooLong(text.len()));
    }
    // Most identifiers are ASCII. Those are looked through in a fraction of the time that decoding takes, many bytes
    // together if none of them ends the search.
    if text.bytes().fold(true, |is_plain, byte| is_plain & matches!(byte, b' '..=b'~')) {
        return Ok(());
    }
    match text.char_indices().find(|(_, c)| c.is_control()) {
        Some((at, _)) => Err(InvalidId::ControlCharacter(at)),
        None => Ok(()),
    }
}

fn uuid_text(bits: u128) -> String {
    let hex = format!("{bits:032x}");
    [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)+) => {$(
        $(#[$doc])*
        ///
        /// One to 255 bytes without control characters; cheap to clone; ordered by its bytes.
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Takes `text` as an identifier.
            ///
            /// # Errors
            /// [`InvalidId`] says what is wrong with it.
            pub fn new(text: impl Into<Arc<str>>) -> Result<Self, InvalidId> {
                let text = text.into();
                check(&text)?;
                Ok(Self(text))
            }

            /// The identifier with these 128 bits, written as a UUID: 32 hexadecimal digits in five groups.
            pub fn from_uuid(bits: u128) -> Self {
                Self(uuid_text(bits).into())
            }

            /// Its text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        /// An integer id of an older system, kept as its decimal text.
        impl From<i64> for $name {
            fn from(number: i64) -> Self {
                Self(number.to_string().into())
            }
        }

        impl std::str::FromStr for $name {
            type Err = InvalidId;
            fn from_str(text: &str) -> Result<Self, InvalidId> {
                Self::new(text)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl std::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({:?})", stringify!($name), &*self.0)
            }
        }

        #[cfg(feature = "serde")]
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        #[cfg(feature = "serde")]
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Text;

                impl serde::de::Visitor<'_> for Text {
                    type Value = $name;
                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str("a string")
                    }
                    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<$name, E> {
                        $name::new(text).map_err(E::custom)
                    }
                }

                deserializer.deserialize_str(Text)
            }
        }
    )+};
}

ids! {
    /// Names a [`Workflow`](crate::Workflow).
    WorkflowId;
    /// Names an [`Execution`](crate::Execution).
    ExecutionId;
    /// Names a [`NodeBoundary`](crate::NodeBoundary).
    NodeBoundaryId;
    /// Names a [`CheckpointFile`](crate::CheckpointFile).
    CheckpointFileId;
    /// Names a [`NodeVariant`](crate::NodeVariant).
    NodeVariantId;
    /// Names an [`EvaluationResult`](crate::EvaluationResult).
    EvaluationResultId;
    /// Names a node inside a workflow's definition; unique only within that workflow.
    NodeId;
    /// Names a session (a thread) of the system that runs the graph.
    SessionId;
    /// Names a checkpoint of the system that runs the graph.
    CheckpointId;
    /// Names a commit of tracked files.
    FileCommitId;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_to_255_bytes_are_accepted() {
        assert_eq!(WorkflowId::new("w").unwrap().as_str(), "w");
        assert!(WorkflowId::new("é".repeat(127) + "e").is_ok());
        assert_eq!(WorkflowId::new(""), Err(InvalidId::Empty));
        assert_eq!(WorkflowId::new("é".repeat(128)), Err(InvalidId::TooLong(256)));
    }

    #[test]
    fn control_characters_are_refused_with_their_place() {
        for (text, at) in [("a\0b", 1), ("é\n", 2), ("\u{7f}", 0), ("ab\u{85}", 2)] {
            assert_eq!(NodeId::new(text), Err(InvalidId::ControlCharacter(at)), "{text:?}");
        }
    }

    #[test]
    fn integers_become_their_decimal_text() {
        assert_eq!(CheckpointId::from(i64::MIN).as_str(), "-9223372036854775808");
        assert_eq!(CheckpointId::from(0).as_str(), "0");
    }

    #[test]
    fn uuid_bits_become_hyphenated_text() {
        let id = ExecutionId::from_uuid(0x0123_4567_89ab_cdef_0123_4567_89ab_cdef);
        assert_eq!(id.as_str(), "01234567-89ab-cdef-0123-456789abcdef");
        assert_eq!(ExecutionId::from_uuid(1).as_str(), "00000000-0000-0000-0000-000000000001");
    }

    #[test]
    fn messages_say_what_is_allowed() {
        assert_eq!(InvalidId::TooLong(300).to_string(), "an id has at most 255 bytes, this one has 300");
        assert_eq!(
            InvalidId::ControlCharacter(4).to_string(),
            "an id cannot contain a control character (byte 4)"
        );
        assert_eq!(InvalidId::Empty.to_string(), "an id cannot be empty");
    }
}
