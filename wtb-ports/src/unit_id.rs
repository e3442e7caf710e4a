//! The id of a unit, by which a store can be asked later what became of it.

use std::fmt;
use std::str::FromStr;

/// The id of a unit, by which its store can be asked later what became of it. Opaque to callers; it may be written down
/// and used by another process.
///
/// It belongs to the store that made it: all others have [`Forgotten`](crate::UnitOutcome::Forgotten) the unit.
///
/// ```
/// use wtb_ports::UnitId;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let id: UnitId = "41d2.7".parse()?;
/// assert_eq!(id.to_string().parse::<UnitId>()?, id);
/// assert!("".parse::<UnitId>().is_err());
/// # Ok(()) }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UnitId(String);

/// A text that is no id of a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidUnitId;

impl fmt::Display for InvalidUnitId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the id of a unit has 1 to {} visible characters of ASCII", UnitId::MAX_LENGTH)
    }
}

impl std::error::Error for InvalidUnitId {}

impl UnitId {
    /// The length of the longest id, in bytes.
    pub const MAX_LENGTH: usize = 128;

    /// For stores: the id with this text.
    ///
    /// # Errors
    /// [`InvalidUnitId`] unless it has 1 to 128 visible characters of ASCII.
    pub fn new(text: impl Into<String>) -> Result<Self, InvalidUnitId> {
        let text = text.into();
        let fits = (1..=Self::MAX_LENGTH).contains(&text.len());
        if fits && text.bytes().all(|byte| byte.is_ascii_graphic()) {
            Ok(Self(text))
        } else {
            Err(InvalidUnitId)
        }
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for UnitId {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for UnitId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for UnitId {
    type Err = InvalidUnitId;

    fn from_str(text: &str) -> Result<Self, InvalidUnitId> {
        Self::new(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_has_visible_characters_and_not_too_many() {
        for text in ["1", "a.b-c_d:e", &"x".repeat(UnitId::MAX_LENGTH)] {
            let id = UnitId::new(text).unwrap();
            assert_eq!((id.as_str(), id.as_ref(), id.to_string().as_str()), (text, text, text));
            assert_eq!(text.parse(), Ok(id));
        }
        for text in ["", " ", "a b", "a\n", "é", &"x".repeat(UnitId::MAX_LENGTH + 1)] {
            assert_eq!(UnitId::new(text), Err(InvalidUnitId), "{text:?}");
        }
        let refusal = "the id of a unit has 1 to 128 visible characters of ASCII";
        assert_eq!(InvalidUnitId.to_string(), refusal);
    }
}
