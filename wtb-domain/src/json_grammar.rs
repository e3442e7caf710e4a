//! The grammar of RFC 8259, as a check that allocates nothing.

use std::fmt;

/// How deep arrays and objects may nest; SQLite's own check stops at 1,000 levels.
pub const MAX_DEPTH: usize = 512;

/// Where a text stops being JSON, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidJson {
    /// Position in bytes.
    pub at: usize,
    /// What is wrong there.
    pub reason: &'static str,
}

impl fmt::Display for InvalidJson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at byte {}", self.reason, self.at)
    }
}

impl std::error::Error for InvalidJson {}

/// A step forward, or why there is none from where the scanner is. So small an answer stays in registers.
type Step<T = ()> = Result<T, &'static str>;

/// Accepts exactly one document, with white space around it.
pub(crate) fn check(text: &str) -> Result<(), InvalidJson> {
    let mut scanner = Scanner { bytes: text.as_bytes(), at: 0 };
    scanner.document().map_err(|reason| InvalidJson { at: scanner.at, reason })
}

struct Scanner<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Scanner<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn white_space(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
        }
    }

    fn document(&mut self) -> Step {
        self.white_space();
        self.value(0)?;
        self.white_space();
        if self.peek().is_some() { Err("more text after the document") } else { Ok(()) }
    }

    fn value(&mut self, depth: usize) -> Step {
        match self.peek() {
            Some(b'{' | b'[') if depth == MAX_DEPTH => Err("nested more than 512 levels deep"),
            Some(b'{') => self.object(depth + 1),
            Some(b'[') => self.array(depth + 1),
            Some(b'"') => self.string(),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.word("true"),
            Some(b'f') => self.word("false"),
            Some(b'n') => self.word("null"),
            Some(_) => Err("expected a value"),
            None => Err("the text ends where a value should be"),
        }
    }

    fn object(&mut self, depth: usize) -> Step {
        self.at += 1;
        self.white_space();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(());
        }
        loop {
            if self.peek() != Some(b'"') {
                return Err("expected a key in double quotes");
            }
            self.string()?;
            self.white_space();
            if self.peek() != Some(b':') {
                return Err("expected ':' after a key");
            }
            self.at += 1;
            self.white_space();
            self.value(depth)?;
            if self.ends_with(b'}', "expected ',' or '}'")? {
                return Ok(());
            }
        }
    }

    fn array(&mut self, depth: usize) -> Step {
        self.at += 1;
        self.white_space();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(());
        }
        loop {
            self.value(depth)?;
            if self.ends_with(b']', "expected ',' or ']'")? {
                return Ok(());
            }
        }
    }

    /// After a member: true at the closing bracket, false when a comma announces one more member.
    fn ends_with(&mut self, close: u8, otherwise: &'static str) -> Step<bool> {
        self.white_space();
        let closed = match self.peek() {
            Some(byte) if byte == close => true,
            Some(b',') => false,
            _ => return Err(otherwise),
        };
        self.at += 1;
        if !closed {
            self.white_space();
        }
        Ok(closed)
    }

    fn string(&mut self) -> Step {
        self.at += 1;
        loop {
            self.at += plain(&self.bytes[self.at..]);
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(());
                }
                Some(b'\\') => self.escape()?,
                Some(_) => return Err("a control character in a string must be escaped"),
                None => return Err("the text ends inside a string"),
            }
        }
    }

    fn escape(&mut self) -> Step {
        self.at += 1;
        match self.peek() {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => self.at += 1,
            Some(b'u') => {
                self.at += 1;
                for _ in 0..4 {
                    if !self.peek().is_some_and(|byte| byte.is_ascii_hexdigit()) {
                        return Err("expected four hexadecimal digits");
                    }
                    self.at += 1;
                }
            }
            _ => return Err("unknown escape in a string"),
        }
        Ok(())
    }

    fn number(&mut self) -> Step {
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        if self.peek() == Some(b'0') {
            self.at += 1;
            if self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
                return Err("a number cannot start with a superfluous 0");
            }
        } else {
            self.digits()?;
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.at += 1;
            if let Some(b'+' | b'-') = self.peek() {
                self.at += 1;
            }
            self.digits()?;
        }
        Ok(())
    }

    fn digits(&mut self) -> Step {
        let digits = self.bytes[self.at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        self.at += digits;
        if digits == 0 { Err("expected a digit") } else { Ok(()) }
    }

    fn word(&mut self, word: &str) -> Step {
        if !self.bytes[self.at..].starts_with(word.as_bytes()) {
            return Err("expected a value");
        }
        self.at += word.len();
        Ok(())
    }
}

/// How many bytes at the beginning stand for themselves in a string.
///
/// Most of a document is inside of strings, so eight of them are looked at together.
fn plain(bytes: &[u8]) -> usize {
    let (words, rest) = bytes.as_chunks::<8>();
    let mut passed = 0;
    for word in words {
        let ends = ending(u64::from_le_bytes(*word));
        if ends != 0 {
            return passed + ends.trailing_zeros() as usize / 8;
        }
        passed += 8;
    }
    passed + rest.iter().take_while(|byte| !matches!(byte, b'"' | b'\\' | 0..=0x1f)).count()
}

/// Marks the highest bit of the lowest byte that is a quote, a backslash or a control character; nothing below it, and
/// above it whatever the borrow of the subtractions leaves.
fn ending(word: u64) -> u64 {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    const HIGHEST: u64 = u64::from_ne_bytes([0x80; 8]);
    let below = |word: u64, limit: u8| word.wrapping_sub(ONES * u64::from(limit)) & !word;
    let equal = |byte: u8| below(word ^ (ONES * u64::from(byte)), 1);
    (equal(b'"') | equal(b'\\') | below(word, 0x20)) & HIGHEST
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_string_ends_at_its_first_quote_and_goes_wrong_at_its_first_control_character_wherever_they_are() {
        for before in 0..40 {
            for text in ["a", "é", "\u{7f}", "!", "#", "[", "]", " ", "\u{ff}"] {
                let plain = text.repeat(before);
                assert_eq!(check(&format!("\"{plain}\"")), Ok(()), "{plain}");
                let at = |refused: &str| {
                    check(&format!("\"{plain}{refused}")).expect_err(refused).at - plain.len()
                };
                assert_eq!(at("\" \""), 3, "{plain}");
                assert_eq!(at("\u{1f}\""), 1, "{plain}");
                assert_eq!(at("\0\u{1f}\\\""), 1, "{plain}");
                assert_eq!(at("\\x\""), 2, "{plain}");
                assert_eq!(at(""), 1, "{plain}");
            }
        }
    }

    #[test]
    fn every_byte_is_plain_or_ends_a_string_at_every_place_of_a_word() {
        for byte in 0..=u8::MAX {
            for place in 0..24 {
                for around in [b'a', 0x80, 0xff, b' ', b'!', b'#'] {
                    let mut bytes = [around; 24];
                    bytes[place] = byte;
                    let ends = byte < 0x20 || byte == b'"' || byte == b'\\';
                    assert_eq!(plain(&bytes), if ends { place } else { 24 }, "{byte} at {place}");
                }
            }
        }
    }

    #[test]
    fn documents_are_accepted() {
        for text in [
            "{}",
            "[]",
            " null\n",
            "true",
            "false",
            "0",
            "-0",
            "1e400",
            "-1.5E-7",
            "\"\"",
            r#""\u0000\ud800\n""#,
            r#""\"\\""#,
            r#"{"a":[1,{"a":2}],"a":null}"#,
            "[ 1 , 2 ]",
            "\"🦀\u{2028}\u{7f}\"",
            "123456789012345678901234567890",
        ] {
            assert_eq!(check(text), Ok(()), "{text}");
        }
    }

    #[test]
    fn other_texts_are_refused_where_they_go_wrong() {
        for (text, at) in [
            ("", 0),
            (" ", 1),
            ("{", 1),
            ("[1,]", 3),
            ("[1 2]", 3),
            ("{\"a\" 1}", 5),
            ("{a:1}", 1),
            ("{\"a\":1,}", 7),
            ("01", 1),
            ("-", 1),
            ("1.", 2),
            ("1e", 2),
            (".5", 0),
            ("+1", 0),
            ("NaN", 0),
            ("Infinity", 0),
            ("nul", 0),
            ("'a'", 0),
            ("\"a", 2),
            ("\"\\x\"", 2),
            ("\"\\u12g4\"", 5),
            ("\"\n\"", 1),
            ("1 1", 2),
            ("\u{feff}1", 0),
            ("{}x", 2),
            ("\"\0\"", 1),
        ] {
            let refusal = check(text).expect_err(text);
            assert_eq!(refusal.at, at, "{text}: {refusal}");
        }
    }

    #[test]
    fn a_refusal_names_reason_and_place() {
        assert_eq!(check("[1,]").unwrap_err().to_string(), "expected a value at byte 3");
    }

    #[test]
    fn nesting_is_limited() {
        let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
        assert_eq!(check(&nested(MAX_DEPTH)), Ok(()));
        assert_eq!(check(&nested(MAX_DEPTH + 1)).unwrap_err().reason, "nested more than 512 levels deep");
        let members = |depth: usize| "{\"a\":".repeat(depth) + "1" + &"}".repeat(depth);
        assert_eq!(check(&members(MAX_DEPTH)), Ok(()));
        assert_eq!(check(&members(MAX_DEPTH + 1)).unwrap_err().reason, "nested more than 512 levels deep");
        assert!(check(&"[".repeat(10_000_000)).is_err(), "and costs no stack");
    }
}
