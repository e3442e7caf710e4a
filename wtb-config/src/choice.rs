//! Settings that are one of a few words.

use std::fmt;

/// A text that is none of a setting's words. It does not say which text: that may be a misplaced secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownChoice {
    /// Every word that would have been accepted.
    pub known: &'static [&'static str],
}

impl fmt::Display for UnknownChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "none of {}", self.known.join(", "))
    }
}

impl std::error::Error for UnknownChoice {}

/// Declares an enum with one spelling for each variant and, after `|`, spellings that are read as well.
///
/// Reading goes through text because figment would take the number 0 for the first variant of a derived enum.
macro_rules! choice {
    ($(#[$doc:meta])* $name:ident {
        $($(#[$variant_doc:meta])* $variant:ident = $text:literal $(| $other:literal)*,)+
    }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(try_from = "String", into = "&'static str")]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)+
        }

        impl $name {
            /// Every choice, in the order of declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// How it is spelt.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::choice::UnknownChoice;

            fn from_str(text: &str) -> Result<Self, $crate::choice::UnknownChoice> {
                match text {
                    $($text $(| $other)* => Ok(Self::$variant),)+
                    _ => Err($crate::choice::UnknownChoice { known: &[$($text),+] }),
                }
            }
        }

        impl TryFrom<String> for $name {
            type Error = $crate::choice::UnknownChoice;

            fn try_from(text: String) -> Result<Self, $crate::choice::UnknownChoice> {
                text.parse()
            }
        }

        impl From<$name> for &'static str {
            fn from(choice: $name) -> Self {
                choice.as_str()
            }
        }
    };
}
pub(crate) use choice;

#[cfg(test)]
mod tests {
    use crate::{LogLevel, StorageMode};

    #[test]
    fn every_spelling_is_read_back() {
        for mode in StorageMode::ALL {
            assert_eq!(mode.as_str().parse(), Ok(*mode));
        }
        for level in LogLevel::ALL {
            assert_eq!(level.as_str().parse(), Ok(*level));
        }
    }

    #[test]
    fn spellings_of_the_python_system_are_read_too() {
        assert_eq!("sqlalchemy".parse(), Ok(StorageMode::Sql));
        assert_eq!("WARNING".parse(), Ok(LogLevel::Warn));
    }

    #[test]
    fn an_unknown_word_is_answered_with_the_known_ones_and_not_repeated() {
        let error = "mongo".parse::<StorageMode>().unwrap_err();
        assert_eq!(error.to_string(), "none of inmemory, sql");
    }
}
