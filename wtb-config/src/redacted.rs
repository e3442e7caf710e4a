//! Texts that a user wrote, as they may be printed.

use crate::DatabaseUrl;
use std::borrow::Cow;

/// `text` as it may be printed when it is not known to be free of secrets: an argument, a path, a name.
///
/// What may be a URL or another connection string is shown only if it is the URL of a file, or says no more than
/// [`DatabaseUrl`] prints. Otherwise, any part of it may be a password, also where it cannot be parsed, and only its scheme
/// is left. Of `--option=value` the value is judged.
///
/// ```
/// use wtb_config::redacted;
///
/// assert_eq!(redacted("data/wtb.db"), "data/wtb.db");
/// assert_eq!(redacted("--store=postgresql://wtb:hunter2@db.example/wtb"), "--store=postgresql://…");
/// assert_eq!(redacted("host=db.example password=hunter2"), "(hidden)");
/// ```
pub fn redacted(text: &str) -> Cow<'_, str> {
    let (option, value) = match text.split_once('=') {
        Some((option, value)) if option.starts_with("--") => (&text[..=option.len()], value),
        _ => ("", text),
    };
    if !may_hold_secret(value) {
        return text.into();
    }
    match value.split_once("://") {
        Some((scheme, _)) if is_scheme(scheme) => format!("{option}{scheme}://…").into(),
        _ => format!("{option}(hidden)").into(),
    }
}

fn may_hold_secret(text: &str) -> bool {
    match DatabaseUrl::parse(text) {
        Ok(DatabaseUrl::Sqlite(_)) => false,
        Ok(url) => url.to_string() != text.trim(),
        Err(_) => looks_like_url(text) || sets_a_secret(text),
    }
}

/// Whether it has the parts of a URL, however wrong: a scheme, or a login before a host.
fn looks_like_url(text: &str) -> bool {
    let has_scheme = text.split_once(':').is_some_and(|(scheme, rest)| {
        // A drive letter is no scheme.
        is_scheme(scheme) && scheme.len() > 1 && rest.contains(['/', '@'])
    });
    let has_login = text.split_once('@').is_some_and(|(login, host)| {
        // `name@version` is none.
        login.contains([':', '/']) || host.contains([':', '/'])
    });
    let is_postgres =
        text.to_ascii_lowercase().starts_with("postgres") && text.contains([':', '@', '?', '=']);
    text.contains("://") || has_scheme || has_login || is_postgres
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
}

/// Whether it is `name = value`, once or more, of a name that is one of a secret.
fn sets_a_secret(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    let names = text.split('=').rev().skip(1);
    let name = |before: &str| {
        before.trim_end().rsplit([' ', '\t', '\n', '&', '?', ';', ',']).next().map(str::to_owned)
    };
    names.filter_map(name).any(|name| {
        ["pass", "pwd", "secret", "token", "key", "credential"].iter().any(|word| name.contains(word))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_hold_a_password_is_hidden() {
        for (text, shown) in [
            ("postgresql://wtb:hunter2@db.example/wtb", "postgresql://…"),
            ("postgresql://wtb:hunter2/wtb", "postgresql://…"),
            ("pg://hunter2", "pg://…"),
            ("--store=mysql://u:hunter2@h/d", "--store=mysql://…"),
            ("sqlite:///x.db?key=hunter2", "sqlite://…"),
            ("sqlite://u:hunter2@h/x.db", "sqlite://…"),
            ("https://u:hunter2@h/d?x=://", "https://…"),
            ("postgres ://u:hunter2@h/d", "(hidden)"),
            ("postgres:/u:hunter2@h/d", "(hidden)"),
            ("postgresql//u:hunter2@h/d", "(hidden)"),
            ("postgresql:hunter2", "(hidden)"),
            ("u:hunter2@h", "(hidden)"),
            ("//u:hunter2@h/d", "(hidden)"),
            ("hunter2@h/d", "(hidden)"),
            ("host=h password=hunter2", "(hidden)"),
            ("PGPASSWORD = hunter2", "(hidden)"),
            ("x.db?key=hunter2", "(hidden)"),
            ("--config=password=hunter2", "--config=(hidden)"),
        ] {
            assert_eq!(redacted(text), shown, "{text}");
        }
    }

    #[test]
    fn everything_else_is_shown() {
        for text in [
            "",
            "wtb.db",
            "/var/lib/wtb/wtb.db",
            r"C:\data\wtb.db",
            "C:/data/wtb.db",
            "sqlite:///data/wtb.db",
            "sqlite:///a@b.db",
            "postgresql://db.example:5432/wtb",
            "--store=postgresql://db.example/wtb",
            "rag_pipeline@1.0",
            "me@example.org",
            "lr=0.01",
            "retrieval: dense",
            "--limit=3",
            "-v",
        ] {
            assert_eq!(redacted(text), text);
        }
    }
}
