//! JSON documents, against another library's grammar.

use super::target::{Answer, Target, Verdict, refused, text};
use serde_json::value::RawValue;
use wtb_domain::{InvalidJson, Json, MAX_DEPTH};

/// Documents.
pub(super) const TARGET: Target = Target {
    name: "documents",
    good: &[
        br#"{"nodes": [{"id": "start", "next": ["a", "b"]}], "version": 1.10, "empty": {}}"#,
        br#"[1, -2.5e-7, 1e400, true, false, null, "\u00e9\ud83d\ude00 \"quoted\" \\ \/ \b\f\n\r\t"]"#,
        br#"{"a":{"a":{"a":[[[[[]]]]]}},"a":null}"#,
        b"[1]",
        br#"{"a":1}"#,
        b" \t\r\n0 ",
        "\"\u{2028}🦀\u{7f}\"".as_bytes(),
    ],
    words: &[
        b"{",
        b"}",
        b"[",
        b"]",
        b",",
        b":",
        b"\"",
        b"[[",
        b"]]",
        b"{\"a\":",
        b"\\u",
        b"\\ud800",
        b"\\",
        b"1e",
        b".",
        b"00",
        b"-0",
        b"nul",
        b"true",
        b"NaN",
        b"Infinity",
        b"//",
        b" ",
    ],
    per_thousand: 1_000,
    judge: |input| judge(|text| Json::new(text).check(), input),
};

/// Judges a check of documents.
pub(super) fn judge(check: impl Fn(&str) -> Result<(), InvalidJson>, input: &[u8]) -> Verdict {
    let text = text(input);
    match (check(&text), is_document(&text)) {
        (Ok(()), true) => Ok(Answer::Accepted),
        (Ok(()), false) => Err("accepts what is no document, or one that is nested too deep".to_owned()),
        (Err(error), true) => Err(format!("refuses a document: {error}")),
        (Err(error), false) if error.at > text.len() => Err(format!("finds fault behind the end: {error}")),
        (Err(error), false) => refused(&error),
    }
}

/// What the project promises to take: RFC 8259, at most 512 levels deep, with numbers of any size.
fn is_document(text: &str) -> bool {
    // Kept as text, numbers have no size and strings may hold half a surrogate pair.
    serde_json::from_str::<&RawValue>(text).is_ok() && depth(text) <= MAX_DEPTH
}

/// How deep arrays and objects nest in what is JSON.
fn depth(text: &str) -> usize {
    let (mut open, mut deepest, mut in_string) = (0_usize, 0, false);
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        match byte {
            b'\\' => drop(bytes.next()),
            b'"' => in_string = !in_string,
            b'[' | b'{' if !in_string => open += 1,
            b']' | b'}' if !in_string => open = open.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(open);
    }
    deepest
}
