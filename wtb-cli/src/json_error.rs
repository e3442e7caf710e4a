//! An error as a JSON document.

use crate::typed;
use serde::Serialize;

#[derive(Serialize)]
struct Document {
    error: JsonError,
}

#[derive(Serialize)]
struct JsonError {
    kind: &'static str,
    message: String,
    causes: Vec<String>,
    hint: Option<String>,
}

/// The document about an error, on one line and without passwords.
pub(crate) fn json_error(
    kind: &'static str,
    message: String,
    causes: Vec<String>,
    details: &[String],
) -> String {
    let shown = |text: String| typed::without_passwords(&text);
    let error = JsonError {
        kind,
        message: shown(message),
        causes: causes.into_iter().map(shown).collect(),
        hint: (!details.is_empty()).then(|| shown(details.join("\n"))),
    };
    serde_json::to_string(&Document { error }).unwrap_or_default()
}
