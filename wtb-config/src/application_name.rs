//! The name of a program in the lists and logs of a database server.

use std::fmt;
use std::str::FromStr;

/// The name of a program in the lists and logs of a PostgreSQL server: 1 to 63 printable ASCII characters.
///
/// The server would replace any other character and cut a longer name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApplicationName(String);

/// A text that is no [`ApplicationName`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidApplicationName;

impl fmt::Display for InvalidApplicationName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of an application has 1 to 63 printable ASCII characters")
    }
}

impl std::error::Error for InvalidApplicationName {}

impl ApplicationName {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ApplicationName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for ApplicationName {
    type Err = InvalidApplicationName;

    fn from_str(name: &str) -> Result<Self, InvalidApplicationName> {
        let is_printable = name.bytes().all(|byte| matches!(byte, b' '..=b'~'));
        if is_printable && (1..=63).contains(&name.len()) {
            Ok(Self(name.to_owned()))
        } else {
            Err(InvalidApplicationName)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_server_shows_unchanged_is_a_name() {
        let longest = "x".repeat(63);
        for name in ["wtb", "a worker of team 2", &longest] {
            assert_eq!(name.parse::<ApplicationName>().map(|name| name.to_string()), Ok(name.to_owned()));
        }
        for name in ["", "wörker", "a\0b", "a\nb", &"x".repeat(64)] {
            assert_eq!(name.parse::<ApplicationName>(), Err(InvalidApplicationName), "{name:?}");
        }
    }
}
