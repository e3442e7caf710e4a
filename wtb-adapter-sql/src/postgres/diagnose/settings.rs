//! Examines the settings of the server that a promise of the store relies on.

use super::Examiner;
use crate::Problem;
use crate::examine::Phase;
use sqlx::{Error, Row, query};

/// A setting and what the store needs it to be.
struct Needed {
    name: &'static str,
    /// The values that keep the promise; the first is the usual one.
    good: &'static [&'static str],
    /// What happens with any other value.
    otherwise: &'static str,
}

const ON: &[&str] = &["on", "true", "yes", "1"];
const OFF: &[&str] = &["off", "false", "no", "0"];
/// All but `off` and its other spellings.
const SYNCHRONOUS: &[&str] = &["on", "remote_apply", "remote_write", "local", "true", "yes", "1"];

const NEEDED: [Needed; 7] = [
    Needed { name: "fsync", good: ON, otherwise: "a crash of the machine loses or damages the database" },
    Needed { name: "full_page_writes", good: ON, otherwise: "a crash of the machine damages pages" },
    Needed { name: "synchronous_commit", good: SYNCHRONOUS, otherwise: "a crash loses acknowledged commits" },
    Needed { name: "session_replication_role", good: &["origin"], otherwise: "references are not checked" },
    Needed { name: "default_transaction_read_only", good: OFF, otherwise: "nothing can be written" },
    Needed { name: "zero_damaged_pages", good: OFF, otherwise: "a damaged page is emptied without an error" },
    Needed {
        name: "ignore_checksum_failure",
        good: OFF,
        otherwise: "a damaged page is read without an error",
    },
];

/// The settings `$1`: as the server gives them to a connection, and as they are in force on this one, which may have set
/// them itself.
const IN_FORCE: &str = "SELECT name, reset_val, setting, source FROM pg_settings WHERE name = ANY ($1)";

/// What the settings `$1` are set to for this database or its roles: name, value, for whom, whether that is this role,
/// and what undoes it.
const STORED: &str = "
SELECT split_part(entry, '=', 1), split_part(entry, '=', 2),
    concat_ws(' in ',
        CASE WHEN setrole <> 0 THEN 'role ' || rolname END,
        CASE WHEN setdatabase <> 0 THEN 'database ' || datname WHEN setrole = 0 THEN 'all roles' END),
    setrole = 0 OR rolname = session_user,
    CASE WHEN setrole = 0 AND setdatabase <> 0 THEN format('ALTER DATABASE %I', datname)
        ELSE 'ALTER ROLE ' || CASE WHEN setrole = 0 THEN 'ALL' ELSE quote_ident(rolname) END
            || CASE WHEN setdatabase <> 0 THEN format(' IN DATABASE %I', datname) ELSE '' END
    END || format(' RESET %s;', split_part(entry, '=', 1))
FROM pg_db_role_setting CROSS JOIN unnest(setconfig) AS entry
LEFT JOIN pg_database ON pg_database.oid = setdatabase
LEFT JOIN pg_roles ON pg_roles.oid = setrole
WHERE (setdatabase = 0 OR datname = current_database()) AND split_part(entry, '=', 1) = ANY ($1)
ORDER BY 1, 3";

/// A setting as it is stored for a database or a role.
struct Stored {
    name: String,
    value: String,
    whom: String,
    is_own: bool,
    reset: String,
}

impl Examiner<'_> {
    /// Examines the settings of the connection, and those that other roles get.
    pub(super) async fn examine_settings(&mut self) -> Result<(), Error> {
        let names: Vec<_> = NEEDED.iter().map(|needed| needed.name).collect();
        let in_force =
            query(IN_FORCE).bind(&names).persistent(false).fetch_all(&mut *self.connection).await?;
        let stored = query(STORED).bind(&names).persistent(false).fetch_all(&mut *self.connection).await?;
        let stored = stored.iter().map(|row| {
            Ok(Stored {
                name: row.try_get(0)?,
                value: row.try_get(1)?,
                whom: row.try_get(2)?,
                is_own: row.try_get(3)?,
                reset: row.try_get(4)?,
            })
        });
        let stored = stored.collect::<Result<Vec<_>, Error>>()?;
        for row in &in_force {
            let name: String = row.try_get(0)?;
            let (given, source): (_, String) = ([row.try_get(1)?, row.try_get(2)?], row.try_get(3)?);
            if let Some(needed) = NEEDED.iter().find(|needed| needed.name == name) {
                self.examine_setting(needed, &given, &source, &stored);
            }
        }
        for needed in NEEDED.iter().filter(|needed| in_force.len() < NEEDED.len() && !has(&in_force, needed))
        {
            self.findings.not_examined(needed.name, "the server does not show it to this role");
        }
        Ok(())
    }

    fn examine_setting(&mut self, needed: &Needed, given: &[String; 2], source: &str, stored: &[Stored]) {
        let Needed { name, good, otherwise } = needed;
        let is_good = |value: &str| good.contains(&value);
        let mut is_explained = false;
        for entry in stored.iter().filter(|entry| entry.name == *name && !is_good(&entry.value)) {
            let Stored { value, whom, is_own, reset, .. } = entry;
            let message = format!("{name} is {value} for {whom}, so {otherwise}");
            let problem = if *is_own { Problem::error(message) } else { Problem::warning(message) };
            is_explained |= is_own;
            // Otherwise, the next statement is refused itself.
            let first = (*name == "default_transaction_read_only").then(|| format!("SET {name} = off;"));
            self.findings.add(Phase::Settings, problem.repaired_by_all(first).repaired_by(reset));
        }
        let Some(value) = given.iter().find(|value| !is_good(value)).filter(|_| !is_explained) else {
            return;
        };
        let message = format!("{name} is {value}, so {otherwise}");
        let problem = match source {
            "client" => Problem::error(format!("{message}: take it out of the url of the store")),
            "command line" => Problem::error(format!("{message}: start the server without that option")),
            _ => Problem::error(message)
                .repaired_by(format!("ALTER SYSTEM SET {name} = {};", good[0]))
                .repaired_by("SELECT pg_reload_conf();"),
        };
        self.findings.add(Phase::Settings, problem);
    }
}

fn has(in_force: &[sqlx::postgres::PgRow], needed: &Needed) -> bool {
    in_force.iter().any(|row| row.try_get::<&str, _>(0).is_ok_and(|name| name == needed.name))
}
