//! Closed sets of names: one spelling each, listed once.

use std::fmt;

/// How much of a wrong text a message repeats, in characters.
const SHOWN: usize = 60;

/// A text that is none of the names a closed set knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownName {
    /// The text that was given.
    pub given: String,
    /// Every name that would have been accepted.
    pub known: &'static [&'static str],
}

impl fmt::Display for UnknownName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known = self.known.join(", ");
        match self.given.char_indices().nth(SHOWN) {
            Some((end, _)) => write!(f, "{:?}… is none of {known}", &self.given[..end]),
            None => write!(f, "{:?} is none of {known}", self.given),
        }
    }
}

impl std::error::Error for UnknownName {}

/// Declares an enum whose variants each have exactly one spelling.
macro_rules! closed_set {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
        pub enum $name {
            $($(#[$variant_doc])* #[cfg_attr(feature = "serde", serde(rename = $text))] $variant,)+
        }

        impl $name {
            /// Every member, in the order of declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The one spelling of this member.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            /// The member spelt `text`.
            ///
            /// # Errors
            /// [`UnknownName`](crate::UnknownName) lists the spellings there are.
            pub fn parse(text: &str) -> Result<Self, $crate::UnknownName> {
                match text {
                    $($text => Ok(Self::$variant),)+
                    _ => Err($crate::UnknownName { given: text.to_owned(), known: &[$($text),+] }),
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::UnknownName;
            fn from_str(text: &str) -> Result<Self, $crate::UnknownName> {
                Self::parse(text)
            }
        }
    };
}
pub(crate) use closed_set;

#[cfg(test)]
mod tests {
    use crate::{ExecutionStatus, NodeBoundaryStatus, Severity};

    #[test]
    fn every_spelling_parses_back_to_its_member() {
        for status in ExecutionStatus::ALL {
            assert_eq!(ExecutionStatus::parse(status.as_str()), Ok(*status));
        }
        for status in NodeBoundaryStatus::ALL {
            assert_eq!(NodeBoundaryStatus::parse(status.as_str()), Ok(*status));
        }
        for severity in Severity::ALL {
            assert_eq!(severity.as_str().parse(), Ok(*severity));
        }
    }

    #[test]
    fn an_unknown_name_is_answered_with_the_known_ones() {
        let error = Severity::parse("fatal").unwrap_err();
        assert_eq!(error.to_string(), r#""fatal" is none of debug, info, success, warning, error"#);
        assert!(ExecutionStatus::parse("Running").is_err(), "there is one spelling only");
    }

    #[test]
    fn a_long_text_is_repeated_in_part() {
        let longest = "é".repeat(60);
        let message = |text: &str| Severity::parse(text).unwrap_err().to_string();
        assert!(message(&longest).starts_with(&format!("\"{longest}\" is none of debug")));
        assert!(message(&format!("{longest}x")).starts_with(&format!("\"{longest}\"… is none of debug")));
    }
}
