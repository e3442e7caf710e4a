//! URLs with a password in them, whatever else they hold: it is never shown.

use super::target::{Answer, Target, Verdict, text};
use std::fmt::{Debug, Display};
use wtb_config::{DatabaseUrl, Preset, ReadUrl, Settings};

/// The password.
const PASSWORD: &str = "hunter2";

/// What comes before and after a password.
pub(super) const TARGET: Target = Target {
    name: "secrets",
    good: &[
        b"wtb\ndb.example:5432/wtb?sslmode=verify-full",
        b"a@b\n/wtb?host=/var/run/postgresql",
        b"\n[::1]/wtb?application_name=wtb#x",
        b"\nhost",
    ],
    words: &[b"\n", b"@", b"/", b"?", b"#", b"%40", b":", b"://", b"&password=", b"=", b"db", b"sslmode="],
    per_thousand: 15,
    judge: |input| judge(DatabaseUrl::parse, input),
};

/// Judges a reader of URLs by what it shows.
pub(super) fn judge<U, E>(read: impl Fn(&str) -> Result<U, E>, input: &[u8]) -> Verdict
where
    U: Display + Debug,
    E: Display + Debug,
{
    let text = text(input).replace(PASSWORD, "");
    let (user, place) = text.split_once('\n').unwrap_or(("", &text));
    let mut answer = Answer::Refused;
    let mut urls = vec![
        format!("postgresql://{user}:{PASSWORD}@{place}"),
        format!("postgresql://{user}@{place}?password={PASSWORD}"),
    ];
    // What follows a third slash is the path of a file, whatever it looks like.
    if !user.starts_with('/') {
        urls.push(format!("sqlite://{user}:{PASSWORD}@{place}"));
    }
    for url in urls {
        match read(&url) {
            Ok(url) => {
                answer = Answer::Accepted;
                hidden(format_args!("{url} {url:?}"))?;
            }
            Err(error) => hidden(format_args!("{error} {error:?}"))?,
        }
        match url.parse::<ReadUrl>() {
            Ok(url) => hidden(format_args!("{url} {url:?}"))?,
            Err(error) => hidden(format_args!("{error} {error:?}"))?,
        }
        settings(&url)?;
    }
    Ok(answer)
}

fn settings(url: &str) -> Result<(), String> {
    let variables =
        [("WTB_STORAGE_MODE", "sql"), ("WTB_DB_URL", url), ("WTB_DB_READ_URL", url), ("WTB_LOG_LEVEL", url)];
    match Settings::loader(Preset::Default).alone().environment(variables).load() {
        Ok(settings) => hidden(format_args!("{settings:?} {:?}", settings.sources())),
        Err(errors) => hidden(format_args!("{errors} {errors:?}")),
    }
}

fn hidden(shown: impl Display) -> Result<(), String> {
    let shown = shown.to_string();
    if shown.contains(PASSWORD) { Err(format!("shows a password: {shown}")) } else { Ok(()) }
}
