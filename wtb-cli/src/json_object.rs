//! A JSON object that is written field by field, so that long lists in it need no memory.

use serde::Serialize;
use serde_json::ser::{Formatter, PrettyFormatter, Serializer};
use std::io::{self, Write};

/// Writes one object in the form of `serde_json::to_writer_pretty`. Nothing is written before the first field.
pub(crate) struct JsonObject<W> {
    out: W,
    formatter: PrettyFormatter<'static>,
    has_fields: bool,
    has_items: bool,
}

impl<W: Write> JsonObject<W> {
    /// An object that goes to `out`.
    pub(crate) fn new(out: W) -> Self {
        Self { out, formatter: PrettyFormatter::new(), has_fields: false, has_items: false }
    }

    /// Writes a field.
    ///
    /// # Errors
    /// If `value` refuses to be written, or `out` does not take it.
    pub(crate) fn field(&mut self, name: &'static str, value: &impl Serialize) -> serde_json::Result<()> {
        self.begin_field(name).map_err(serde_json::Error::io)?;
        self.value(value)?;
        self.formatter.end_object_value(&mut self.out).map_err(serde_json::Error::io)
    }

    /// Begins a field that is a list.
    ///
    /// # Errors
    /// If `out` does not take it.
    pub(crate) fn begin_list(&mut self, name: &'static str) -> io::Result<()> {
        self.has_items = false;
        self.begin_field(name)?;
        self.formatter.begin_array(&mut self.out)
    }

    /// Writes an item of the list that was begun.
    ///
    /// # Errors
    /// If `item` refuses to be written, or `out` does not take it.
    pub(crate) fn item(&mut self, item: &impl Serialize) -> serde_json::Result<()> {
        let begun = self.formatter.begin_array_value(&mut self.out, !self.has_items);
        begun.map_err(serde_json::Error::io)?;
        self.has_items = true;
        self.value(item)?;
        self.formatter.end_array_value(&mut self.out).map_err(serde_json::Error::io)
    }

    /// Ends the list that was begun.
    ///
    /// # Errors
    /// If `out` does not take it.
    pub(crate) fn end_list(&mut self) -> io::Result<()> {
        self.formatter.end_array(&mut self.out)?;
        self.formatter.end_object_value(&mut self.out)
    }

    /// Ends the object and its line.
    ///
    /// # Errors
    /// If `out` does not take it.
    pub(crate) fn end(mut self) -> io::Result<()> {
        if !self.has_fields {
            self.formatter.begin_object(&mut self.out)?;
        }
        self.formatter.end_object(&mut self.out)?;
        self.out.write_all(b"\n")?;
        self.out.flush()
    }

    fn begin_field(&mut self, name: &'static str) -> io::Result<()> {
        if !self.has_fields {
            self.formatter.begin_object(&mut self.out)?;
        }
        self.formatter.begin_object_key(&mut self.out, !self.has_fields)?;
        self.has_fields = true;
        serde_json::to_writer(&mut self.out, name)?;
        self.formatter.end_object_key(&mut self.out)?;
        self.formatter.begin_object_value(&mut self.out)
    }

    fn value(&mut self, value: &impl Serialize) -> serde_json::Result<()> {
        // A copy of the formatter knows how deep the value stands, and forgets what is in it.
        value.serialize(&mut Serializer::with_formatter(&mut self.out, self.formatter.clone()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use wtb_domain::Json;

    #[test]
    fn it_is_written_like_an_object_that_is_there_as_a_whole() {
        let document = Json::new("{\"a\":\n [1] }");
        let whole = json!({"first": {"a": [1, {}]}, "items": [{"b": []}, [2, 3]], "none": [], "last": null});
        let mut written = Vec::new();
        let mut object = JsonObject::new(&mut written);
        object.field("first", &whole["first"]).unwrap();
        object.begin_list("items").unwrap();
        for item in whole["items"].as_array().unwrap() {
            object.item(item).unwrap();
        }
        object.end_list().unwrap();
        object.field("last", &()).unwrap();
        object.begin_list("none").unwrap();
        object.end_list().unwrap();
        object.end().unwrap();
        let expected = serde_json::to_string_pretty(&whole).unwrap() + "\n";
        assert_eq!(String::from_utf8(written).unwrap(), expected);

        let mut written = Vec::new();
        let mut object = JsonObject::new(&mut written);
        object.field("document", &document).unwrap();
        object.end().unwrap();
        assert_eq!(written, b"{\n  \"document\": {\"a\":\n [1] }\n}\n");
        let mut written = Vec::new();
        JsonObject::new(&mut written).end().unwrap();
        assert_eq!(written, b"{}\n");
    }
}
