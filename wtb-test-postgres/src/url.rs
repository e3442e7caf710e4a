//! The URL of another database on the same server.

/// The same URL with another database: `postgresql://user@host:5432/one?k=v` to `…/two?k=v`.
pub(crate) fn with_database(url: &str, database: &str) -> String {
    let (address, query) = url.split_at(url.find('?').unwrap_or(url.len()));
    let authority = address.find("://").map_or(0, |scheme| scheme + "://".len());
    let end = address[authority..].find('/').map_or(address.len(), |slash| authority + slash);
    format!("{}/{database}{query}", &address[..end])
}

#[cfg(test)]
mod tests {
    use super::with_database;

    #[test]
    fn only_the_database_of_a_url_changes() {
        for (url, expected) in [
            ("postgresql://u:p@h:5432/postgres", "postgresql://u:p@h:5432/x"),
            ("postgresql://u:p@h:5432/", "postgresql://u:p@h:5432/x"),
            ("postgresql://h", "postgresql://h/x"),
            ("postgresql://h?sslmode=disable", "postgresql://h/x?sslmode=disable"),
            ("postgresql:///one?host=/var/run/postgresql", "postgresql:///x?host=/var/run/postgresql"),
        ] {
            assert_eq!(with_database(url, "x"), expected);
        }
    }
}
