//! The number that every update of an entity raises, to detect lost updates.

use std::fmt;

/// Starts at 1 and is raised by every update; an update made from an older revision is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "i64", into = "i64")
)]
pub struct Revision(i64);

impl Revision {
    /// The revision of an entity that was never updated.
    pub const FIRST: Self = Self(1);

    /// The revision with this number, or `None` below 1.
    pub const fn new(number: i64) -> Option<Self> {
        if number >= 1 { Some(Self(number)) } else { None }
    }

    /// Its number, from 1.
    pub const fn get(self) -> i64 {
        self.0
    }

    /// The revision after one more update; the highest one stays where it is.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

impl Default for Revision {
    fn default() -> Self {
        Self::FIRST
    }
}

impl fmt::Display for Revision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl From<Revision> for i64 {
    fn from(revision: Revision) -> Self {
        revision.0
    }
}

impl TryFrom<i64> for Revision {
    type Error = &'static str;
    fn try_from(number: i64) -> Result<Self, Self::Error> {
        Self::new(number).ok_or("a revision is at least 1")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn revisions_count_up_from_one() {
        assert_eq!(Revision::new(0), None);
        assert_eq!(Revision::new(1), Some(Revision::FIRST));
        assert_eq!(Revision::FIRST.next().get(), 2);
        assert_eq!(Revision::default(), Revision::FIRST);
    }

    #[test]
    fn a_revision_is_its_number() {
        assert_eq!((Revision::FIRST.to_string().as_str(), i64::from(Revision::FIRST)), ("1", 1));
        assert_eq!(Revision::try_from(7), Ok(Revision(7)));
        assert_eq!(Revision::try_from(0), Err("a revision is at least 1"));
    }

    #[test]
    fn the_highest_revision_does_not_wrap_around() {
        let highest = Revision::new(i64::MAX).unwrap();
        assert_eq!(highest.next(), highest);
    }
}
