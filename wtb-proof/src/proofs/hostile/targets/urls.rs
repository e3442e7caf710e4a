//! URLs of databases and of replicas.

use super::target::{Answer, Target, Verdict, comes_back, parse, refused, text};
use sqlx::postgres::PgConnectOptions;
use std::fmt::Display;
use std::str::FromStr;
use wtb_config::{DatabaseUrl, PostgresUrl, ReadUrl};

/// URLs.
pub(super) const TARGET: Target = Target {
    name: "urls",
    good: &[
        b"sqlite:///data/wtb.db",
        b"sqlite+pysqlite:////var/lib/a%20b/%C3%BC.db?",
        b"postgresql://wtb:hunter2@db.example:5432/wtb?sslmode=verify-full&sslrootcert=/etc/ca.pem",
        b"postgresql+psycopg://user@/wtb?host=/var/run/postgresql&port=5433",
        b"postgres://[::1]:5432/wtb?application_name=wtb&options=-csearch_path%3Dteam#fragment",
        b"none",
    ],
    words: &[
        b"sqlite",
        b"postgresql",
        b"://",
        b"/",
        b":",
        b"@",
        b"?",
        b"#",
        b"&",
        b"=",
        b"%",
        b"%25",
        b"%00",
        b"%ff",
        b"%2",
        b"%3f",
        b"%3F",
        b"%40",
        b":memory:",
        b"host=",
        b"port=99999",
        b"dbname=",
        b"sslmode=",
        b"[::1]",
        b"[",
        b"..",
    ],
    per_thousand: 1_000,
    judge: |input| judge(DatabaseUrl::parse, input),
};

/// Judges a reader of URLs.
fn judge<E: Display>(read: impl Fn(&str) -> Result<DatabaseUrl, E>, input: &[u8]) -> Verdict {
    let text = text(input);
    if let Ok(url) = parse::<ReadUrl>(&text) {
        // A replica's login and parameters do not print.
        comes_back(|text| text.parse::<ReadUrl>().map(|url| url.to_string()), &url.to_string())?;
    }
    match read(&text) {
        Err(error) => refused(&error),
        Ok(DatabaseUrl::Postgres(url)) => postgres(read, &url),
        Ok(url) => comes_back(read, &url),
    }
}

/// What prints lacks login and parameters; what the driver gets lacks nothing.
fn postgres<E: Display>(read: impl Fn(&str) -> Result<DatabaseUrl, E>, url: &PostgresUrl) -> Verdict {
    let shown = |text: &str| read(text).map(|url| url.to_string());
    comes_back(shown, &url.to_string())?;
    let exposed = |text: &str| {
        read(text).map(|url| match url {
            DatabaseUrl::Postgres(url) => url.expose().into_owned(),
            DatabaseUrl::Sqlite(path) => path.display().to_string(),
        })
    };
    comes_back(exposed, &url.expose().into_owned())?;
    // The driver may refuse it, and the store then calls the URL malformed.
    match PgConnectOptions::from_str(&url.expose()) {
        Ok(_) | Err(sqlx::Error::Configuration(_)) => Ok(Answer::Accepted),
        Err(error) => Err(format!("the driver fails: {error}")),
    }
}
