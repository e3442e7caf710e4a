//! Database URLs with the meaning they have in SQLAlchemy.

use std::borrow::Cow;
use std::fmt;
use std::net::Ipv6Addr;
use std::path::{Path, PathBuf};

/// Where the data are, as a URL says it.
///
/// `sqlite:///data/wtb.db` is relative to the working directory, `sqlite:////var/wtb.db` absolute;
/// `sqlite+pysqlite://` and `postgresql+psycopg://` mean the same as without their driver.
///
/// ```
/// use wtb_adapter_sql::DatabaseUrl;
///
/// let DatabaseUrl::Sqlite(path) = DatabaseUrl::parse("sqlite:///data/wtb.db")? else { unreachable!() };
/// assert_eq!(path, std::path::Path::new("data/wtb.db"));
/// let url = DatabaseUrl::parse("postgresql://wtb:hunter2@db.example/wtb")?;
/// assert_eq!(url.to_string(), "postgresql://db.example/wtb");
/// # Ok::<(), wtb_adapter_sql::InvalidDatabaseUrl>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// The path of a SQLite file.
    Sqlite(PathBuf),
    /// A PostgreSQL database.
    Postgres(PostgresUrl),
}

/// Why a text is no database URL. Never quotes the text, which may carry a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InvalidDatabaseUrl {
    /// It has no `scheme://`, or one that is neither SQLite nor PostgreSQL.
    Scheme,
    /// It asks for a SQLite database in memory.
    InMemory,
    /// It names a host for a SQLite file: `sqlite://` needs a third slash.
    SqliteHost,
    /// It has a query parameter that nothing understands; its name, if it looks like one.
    Parameter(String),
    /// It is one of PostgreSQL with a query parameter that nothing understands; its name, if it looks like one.
    PostgresParameter(String),
    /// It is one of PostgreSQL, but its parts cannot be told apart or used.
    Malformed,
    /// Its special characters are not percent-encoded UTF-8, or one is NUL.
    Encoding,
    /// It names no PostgreSQL database.
    NoDatabase,
}

impl fmt::Display for InvalidDatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Scheme => f.write_str("a database url starts with sqlite:/// or postgresql://"),
            Self::InMemory => f.write_str(
                "sqlite has no shared database in memory; use the memory store (storage mode inmemory)",
            ),
            Self::SqliteHost => f.write_str(
                "a sqlite url names no host: write sqlite:///relative/path or sqlite:////absolute/path",
            ),
            Self::Parameter(name) => {
                write!(f, "a sqlite url has no parameter {name:?}; use settings instead")
            }
            Self::PostgresParameter(name) => write!(
                f,
                "a postgresql url has no parameter {name:?} here, only {}; use settings for the rest",
                PARAMETERS.join(", ")
            ),
            Self::Malformed => f.write_str(
                "a postgresql url is written postgresql://user:password@host:port/database?sslmode=verify-full",
            ),
            Self::Encoding => {
                f.write_str("special characters in a database url are percent-encoded, such as %40 for @")
            }
            Self::NoDatabase => {
                f.write_str("a postgresql url names a host and a database: postgresql://host/database")
            }
        }
    }
}

impl std::error::Error for InvalidDatabaseUrl {}

/// What can follow `?` in the URL of a PostgreSQL database, with the meaning it has for libpq.
const PARAMETERS: [&str; 12] = [
    "sslmode",
    "sslrootcert",
    "sslcert",
    "sslkey",
    "host",
    "hostaddr",
    "port",
    "dbname",
    "user",
    "password",
    "application_name",
    "options",
];

/// What every [`PostgresUrl`] begins with.
const SCHEME: &str = "postgresql://";

/// Whether a text is an IPv6 address, with a zone or without one; the characters of a zone are those of RFC 6874.
fn is_ipv6(text: &str) -> bool {
    let (address, zone) = text.split_once('%').unwrap_or((text, ""));
    address.parse::<Ipv6Addr>().is_ok()
        && zone.chars().all(|c| c.is_ascii_alphanumeric() || "-._~%".contains(c))
}

/// The URL of a PostgreSQL database. Prints neither user nor password nor parameters.
#[derive(Clone, PartialEq, Eq)]
pub struct PostgresUrl(String);

impl PostgresUrl {
    /// The whole URL with its password, for the driver only.
    pub fn expose(&self) -> Cow<'_, str> {
        // A password may contain `@/` too.
        let (location, _) = self.0.split_once(['?', '#']).unwrap_or((&self.0, ""));
        let (login, rest) = self.0.split_at(location.rfind('@').map_or(SCHEME.len(), |at| at + 1));
        // `user@/database?host=/folder` names a socket for everybody but the driver, which wants a host before the `/`.
        if rest.starts_with('/') && login.ends_with('@') && self.sets("host") {
            return format!("{login}localhost{rest}").into();
        }
        // The driver takes the brackets of `[::1]` for a part of the host's name, but none in a parameter.
        match rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            Some((address, rest)) if is_ipv6(address) => {
                let (path, more) = rest.split_at(rest.find(['?', '#']).unwrap_or(rest.len()));
                let (and, more) = more.strip_prefix('?').map_or(("", more), |more| ("&", more));
                format!("{login}localhost{path}?host={address}{and}{more}").into()
            }
            _ => self.0.as_str().into(),
        }
    }

    /// Whether it has a parameter of this name.
    pub(crate) fn sets(&self, parameter: &str) -> bool {
        self.parameters().any(|name| name == parameter)
    }

    /// The names of its parameters.
    fn parameters(&self) -> impl Iterator<Item = &str> {
        let (_, query) = self.0.split_once('?').unwrap_or_default();
        let (query, _) = query.split_once('#').unwrap_or((query, ""));
        let parameters = query.split('&').filter(|parameter| !parameter.is_empty());
        parameters.map(|parameter| parameter.split_once('=').map_or(parameter, |(name, _)| name))
    }

    /// Host, port and database, if they can be told from everything else.
    fn public_part(&self) -> Option<&str> {
        let (_, rest) = self.0.split_once("://")?;
        let (location, parameters) = rest.split_once(['?', '#']).unwrap_or((rest, ""));
        if parameters.contains('@') {
            // The '?' may be one of a password.
            return None;
        }
        // A password may contain '@' or '/' too; what follows the last '@' is not part of it.
        Some(location.rsplit_once('@').map_or(location, |(_, host)| host).trim_end())
    }
}

impl fmt::Display for PostgresUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.public_part() {
            Some(part) => write!(f, "{SCHEME}{part}"),
            None => f.write_str("postgresql://(hidden)"),
        }
    }
}

impl fmt::Debug for PostgresUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PostgresUrl({self})")
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite:///{}", percent_encoded(&path.to_string_lossy())),
            Self::Postgres(url) => url.fmt(f),
        }
    }
}

impl DatabaseUrl {
    /// Reads a URL.
    ///
    /// # Errors
    /// [`InvalidDatabaseUrl`] says what to write instead.
    pub fn parse(url: &str) -> Result<Self, InvalidDatabaseUrl> {
        let (scheme, rest) = url.trim().split_once("://").ok_or(if url.trim() == ":memory:" {
            InvalidDatabaseUrl::InMemory
        } else {
            InvalidDatabaseUrl::Scheme
        })?;
        match scheme {
            "sqlite" | "sqlite+pysqlite" | "sqlite+aiosqlite" => sqlite_path(rest).map(Self::Sqlite),
            "postgres"
            | "postgresql"
            | "postgresql+psycopg"
            | "postgresql+psycopg2"
            | "postgresql+psycopg_async"
            | "postgresql+asyncpg"
            | "postgresql+pg8000" => postgres_url(rest).map(Self::Postgres),
            _ => Err(InvalidDatabaseUrl::Scheme),
        }
    }
}

impl std::str::FromStr for DatabaseUrl {
    type Err = InvalidDatabaseUrl;
    fn from_str(url: &str) -> Result<Self, InvalidDatabaseUrl> {
        Self::parse(url)
    }
}

fn sqlite_path(rest: &str) -> Result<PathBuf, InvalidDatabaseUrl> {
    let (location, query) = rest.split_once('?').unwrap_or((rest, ""));
    if let Some(parameter) = query.split('&').find(|parameter| !parameter.is_empty()) {
        let name = parameter.split_once('=').map_or(parameter, |(name, _)| name);
        return Err(InvalidDatabaseUrl::Parameter(shown(name)));
    }
    if location.is_empty() {
        return Err(InvalidDatabaseUrl::InMemory);
    }
    let encoded = location.strip_prefix('/').ok_or(InvalidDatabaseUrl::SqliteHost)?;
    let path = percent_decoded(encoded).ok_or(InvalidDatabaseUrl::Encoding)?;
    match path.as_str() {
        "" | ":memory:" => Err(InvalidDatabaseUrl::InMemory),
        path => Ok(Path::new(path).to_owned()),
    }
}

fn postgres_url(rest: &str) -> Result<PostgresUrl, InvalidDatabaseUrl> {
    // The driver would leave some of them out, and then it is not the URL that was written.
    if rest.contains(char::is_control) {
        return Err(InvalidDatabaseUrl::Encoding);
    }
    let url = PostgresUrl(format!("{SCHEME}{rest}"));
    let public = url.public_part().ok_or(InvalidDatabaseUrl::Encoding)?;
    if let Some(unknown) = url.parameters().find(|name| !PARAMETERS.contains(name)) {
        return Err(InvalidDatabaseUrl::PostgresParameter(shown(unknown)));
    }
    // `user:password/database` without a host reads like one with a port; `/database&password=…` like a database.
    if public.contains('=') {
        return Err(InvalidDatabaseUrl::Encoding);
    }
    match public.split_once('/') {
        Some((server, _)) if !has_numeric_port(server) => Err(InvalidDatabaseUrl::Malformed),
        Some((_, database)) if !database.is_empty() => Ok(url),
        _ => Err(InvalidDatabaseUrl::NoDatabase),
    }
}

/// Whether the port behind the host's name or address is a number, or there is none.
fn has_numeric_port(server: &str) -> bool {
    let behind_address = server.rsplit_once(']').map_or(server, |(_, rest)| rest);
    let port = behind_address.rsplit_once(':').map_or("", |(_, port)| port);
    port.bytes().all(|byte| byte.is_ascii_digit())
}

/// No parameter of any database has a longer name.
const LONGEST_NAME: usize = 63;

/// The name of a parameter as far as it may be printed: a misplaced password has other characters, or most have.
fn shown(name: &str) -> String {
    let is_plain = name.bytes().all(|byte| byte.is_ascii_lowercase() || matches!(byte, b'_' | b'-'));
    if is_plain && name.len() <= LONGEST_NAME { name.to_owned() } else { "(hidden)".to_owned() }
}

/// The path as a URL spells it: what would be read as something else is encoded, everything else is left readable.
fn percent_encoded(path: &str) -> String {
    let end = path.trim_end().len();
    let mut spelt = String::with_capacity(path.len());
    for (at, c) in path.char_indices() {
        if matches!(c, '%' | '?') || c.is_control() || at >= end {
            spelt.extend(c.encode_utf8(&mut [0; 4]).bytes().map(|byte| format!("%{byte:02X}")));
        } else {
            spelt.push(c);
        }
    }
    spelt
}

fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            0 => return None,
            b'%' => {
                let mut digit = || char::from(rest.next()?).to_digit(16);
                let value = u8::try_from(digit()? * 16 + digit()?).ok()?;
                if value == 0 {
                    return None;
                }
                value
            }
            byte => byte,
        });
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sqlite(url: &str) -> PathBuf {
        match DatabaseUrl::parse(url) {
            Ok(DatabaseUrl::Sqlite(path)) => path,
            other => panic!("{url}: {other:?}"),
        }
    }

    #[test]
    fn three_slashes_are_relative_and_four_absolute() {
        assert_eq!(sqlite("sqlite:///data/wtb.db"), Path::new("data/wtb.db"));
        assert_eq!(sqlite("sqlite:////var/wtb.db"), Path::new("/var/wtb.db"));
        assert_eq!(sqlite("sqlite+pysqlite:///wtb.db"), Path::new("wtb.db"));
        assert_eq!(sqlite("sqlite:///a%20b/%C3%BC.db?"), Path::new("a b/ü.db"));
    }

    #[test]
    fn only_a_missing_host_is_made_up_for_the_driver() {
        for (url, exposed) in [
            ("postgresql://u@/db?host=/run", "postgresql://u@localhost/db?host=/run"),
            ("postgresql://u:p@/x@/db?host=/run", "postgresql://u:p@/x@localhost/db?host=/run"),
            ("postgresql://u:p@/x@host/db?host=/run", "postgresql://u:p@/x@host/db?host=/run"),
            ("postgresql://u@host/db", "postgresql://u@host/db"),
        ] {
            let Ok(DatabaseUrl::Postgres(url)) = DatabaseUrl::parse(url) else { panic!("{url}") };
            assert_eq!(url.expose(), exposed);
        }
    }

    #[test]
    fn an_ipv6_address_is_written_in_brackets_as_everywhere() {
        for (url, exposed) in [
            ("postgresql://u:p@[::1]:5433/db", "postgresql://u:p@localhost:5433/db?host=::1"),
            ("postgresql://[2001:db8::7]/db", "postgresql://localhost/db?host=2001:db8::7"),
            (
                "postgresql+psycopg://u@[fe80::1%25eth0]/db?sslmode=require#x",
                "postgresql://u@localhost/db?host=fe80::1%25eth0&sslmode=require#x",
            ),
            ("postgresql://u:[::1]@host/db", "postgresql://u:[::1]@host/db"),
            ("postgresql://u@[nonsense]/db", "postgresql://u@[nonsense]/db"),
            ("postgresql://u@[::1%&5]/db", "postgresql://u@[::1%&5]/db"),
        ] {
            let Ok(DatabaseUrl::Postgres(url)) = DatabaseUrl::parse(url) else { panic!("{url}") };
            assert_eq!(url.expose(), exposed);
        }
        let shown = DatabaseUrl::parse("postgresql://u:p@[::1]:5433/db").unwrap().to_string();
        assert_eq!(shown, "postgresql://[::1]:5433/db");
    }

    #[test]
    fn a_path_prints_as_it_is_read() {
        for path in ["a b/ü.db", "100%.db", "%41.db", "a?b#c.db", "a\nb", "a ", "a\u{2028}", "/var/wtb.db"] {
            let url = DatabaseUrl::Sqlite(path.into());
            assert_eq!(DatabaseUrl::parse(&url.to_string()), Ok(url), "{path:?}");
        }
        let readable = DatabaseUrl::Sqlite("a b/ü.db".into());
        assert_eq!(readable.to_string(), "sqlite:///a b/ü.db");
    }

    #[test]
    fn what_the_driver_would_leave_out_of_a_url_is_refused() {
        for url in ["postgresql://ho\nst/wtb", "postgresql://host/w\ttb", "postgresql://u:p\0@host/wtb"] {
            assert_eq!(DatabaseUrl::parse(url), Err(InvalidDatabaseUrl::Encoding), "{url:?}");
        }
        assert_eq!(DatabaseUrl::parse("postgresql://host/ ?port=1"), Err(InvalidDatabaseUrl::NoDatabase));
    }

    #[test]
    fn what_sqlite_cannot_keep_is_refused_with_a_way_out() {
        use InvalidDatabaseUrl::{Encoding, InMemory, Parameter, Scheme, SqliteHost};
        for (url, refusal) in [
            ("sqlite://", InMemory),
            ("sqlite:///", InMemory),
            ("sqlite:///:memory:", InMemory),
            (":memory:", InMemory),
            ("sqlite://data/wtb.db", SqliteHost),
            ("sqlite:///wtb.db?timeout=5", Parameter("timeout".to_owned())),
            ("sqlite:///%zz.db", Encoding),
            ("sqlite:///%00.db", Encoding),
            ("sqlite:///%ff.db", Encoding),
            ("mysql://host/db", Scheme),
            ("wtb.db", Scheme),
            ("", Scheme),
        ] {
            assert_eq!(DatabaseUrl::parse(url), Err(refusal), "{url}");
        }
    }

    #[test]
    fn a_socket_may_follow_the_user_as_in_sqlalchemy() {
        for (url, exposed) in [
            ("postgresql://wtb@/db?host=/run", "postgresql://wtb@localhost/db?host=/run"),
            (
                "postgresql+psycopg://wtb:p%40@/db?port=1&host=%2Frun",
                "postgresql://wtb:p%40@localhost/db?port=1&host=%2Frun",
            ),
            ("postgresql:///db?host=/run&user=wtb", "postgresql:///db?host=/run&user=wtb"),
        ] {
            let Ok(DatabaseUrl::Postgres(parsed)) = DatabaseUrl::parse(url) else { panic!("{url}") };
            assert_eq!(parsed.expose(), exposed);
            assert_eq!(parsed.to_string(), "postgresql:///db");
        }
    }

    #[test]
    fn passwords_never_print() {
        for url in [
            "postgresql://wtb:hunter2@host:5432/wtb?password=hunter2",
            "postgres://wtb:hunter2@host:5432/wtb",
            "postgresql+psycopg://wtb:p@hunter2/x@host:5432/wtb#hunter2",
        ] {
            let parsed = DatabaseUrl::parse(url).unwrap();
            assert_eq!(parsed.to_string(), "postgresql://host:5432/wtb");
            assert!(!format!("{parsed:?}").contains("hunter2"), "{parsed:?}");
        }
        let refusal = DatabaseUrl::parse("postgresql://host/wtb?sslmode=require&conect_timeout=hunter2");
        assert_eq!(refusal, Err(InvalidDatabaseUrl::PostgresParameter("conect_timeout".to_owned())));
        let DatabaseUrl::Postgres(url) = DatabaseUrl::parse("postgres://wtb:hunter2@host/wtb").unwrap()
        else {
            panic!("a postgres url");
        };
        assert_eq!(url.expose(), "postgresql://wtb:hunter2@host/wtb");
        let refusal = DatabaseUrl::parse(&format!("sqlite:///db?{}", "x".repeat(64)));
        assert_eq!(refusal, Err(InvalidDatabaseUrl::Parameter("(hidden)".to_owned())));
        for url in [
            "postgresql://hunter2",
            "postgresql://u:hunter2/db",
            "postgresql://u@host:hunter2/db",
            "postgresql://u@[::1]:hunter2/db",
            "postgresql://u@host/db&password=hunter2",
            "postgresql://u@host/db password=hunter2",
            "postgresql://u:hunter2?x@host/db",
            "mysql://u:hunter2@host/db",
            "postgresql://u@host/db?hunter2",
            "postgresql://u@host/db?hunter2=x",
            "sqlite:///db?hunter2",
            "sqlite://u:hunter2@host/x",
            "hunter2",
        ] {
            let refusal = DatabaseUrl::parse(url).unwrap_err();
            assert!(!format!("{refusal} {refusal:?}").contains("hunter2"), "{url}");
        }
    }
}
