//! A JSON document kept as the very text it was written as.

use crate::json_grammar::{self, InvalidJson};
use std::fmt;
use std::sync::Arc;

/// The text of a JSON document: cheap to clone, stored and returned byte for byte.
///
/// Keys keep their order, numbers their spelling and white space its place; two documents are equal when their
/// texts are. The text is not checked when it is taken, only by [`check`](Self::check); every store checks before
/// it sends anything.
///
/// ```
/// use wtb_domain::Json;
///
/// let json = Json::new(r#"{"b": 1.10, "a": 1e400}"#);
/// assert!(json.check().is_ok());
/// assert_eq!(json.as_str(), r#"{"b": 1.10, "a": 1e400}"#);
/// assert!(Json::new("NaN").check().is_err());
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Json(Arc<str>);

impl Json {
    /// Takes `text` as a document, unchecked.
    pub fn new(text: impl Into<Arc<str>>) -> Self {
        Self(text.into())
    }

    /// The document `{}`.
    pub fn empty_object() -> Self {
        Self::new("{}")
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether both share one text in memory, which is much cheaper to find out than equality.
    pub fn is_same_text(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// Checks that the text is one RFC 8259 document, nested at most [`MAX_DEPTH`](crate::MAX_DEPTH) levels deep.
    ///
    /// # Errors
    /// [`InvalidJson`] tells the first byte that is wrong, and why.
    pub fn check(&self) -> Result<(), InvalidJson> {
        json_grammar::check(&self.0)
    }
}

#[cfg(feature = "serde")]
impl Json {
    /// The document that `value` serialises to.
    ///
    /// # Errors
    /// If `value` refuses, or has a map whose keys are not text.
    pub fn of(value: &(impl serde::Serialize + ?Sized)) -> Result<Self, serde_json::Error> {
        serde_json::to_string(value).map(Self::new)
    }

    /// Reads the document as a `T`, which may borrow from it.
    ///
    /// # Errors
    /// If the text is not JSON or not a `T`.
    pub fn parse<'a, T: serde::Deserialize<'a>>(&'a self) -> Result<T, serde_json::Error> {
        serde_json::from_str(&self.0)
    }
}

impl Default for Json {
    fn default() -> Self {
        Self::empty_object()
    }
}

impl AsRef<str> for Json {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Json({})", &self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_shows_its_text_and_nothing_else() {
        let json = Json::new("[1]");
        assert_eq!((json.to_string().as_str(), json.as_ref()), ("[1]", "[1]"));
        assert_eq!(format!("{json:?}"), "Json([1])");
        assert_eq!(Json::default().as_str(), "{}");
    }

    #[test]
    fn clones_share_one_text_and_equal_documents_need_not() {
        let json = Json::new("[1]");
        assert!(json.is_same_text(&json.clone()));
        assert!(!json.is_same_text(&Json::new("[1]")));
    }

    #[cfg(feature = "serde")]
    #[test]
    fn a_document_is_written_and_parsed_without_touching_its_text() {
        let json = Json::of(&vec![1, 2]).unwrap();
        assert_eq!(json.as_str(), "[1,2]");
        assert_eq!(json.parse::<Vec<u8>>().unwrap(), [1, 2]);
        let spelling = Json::new(r#"{ "b": 1.10, "a": 1, "a": 1e400 }"#);
        let nested = serde_json::to_string(&[&spelling]).unwrap();
        assert_eq!(nested, format!("[{}]", spelling.as_str()));
        let back: Vec<Json> = serde_json::from_str(&nested).unwrap();
        assert_eq!(back, [spelling]);
    }

    #[cfg(feature = "serde")]
    #[test]
    fn text_that_is_not_json_does_not_serialise() {
        assert!(serde_json::to_string(&Json::new("{nope}")).is_err());
    }
}
