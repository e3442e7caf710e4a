//! Schema steps: what there is, what was applied, and what that means.

use crate::OpenError;

/// What opening a store does about its schema.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Migrate {
    /// Upgrades it, one starter at a time.
    #[default]
    Apply,
    /// Refuses to open a store whose schema is not up to date.
    Verify,
}

/// Which steps of the schema were applied and which are missing, by name and in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MigrationStatus {
    /// Those that were applied.
    pub applied: Vec<&'static str>,
    /// Those that are missing.
    pub pending: Vec<&'static str>,
}

/// One step of the schema.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Migration {
    /// Its number, from 1 without gaps.
    pub(crate) version: i64,
    /// The name of its file, without folder and extension.
    pub(crate) name: &'static str,
    /// What it executes.
    pub(crate) sql: &'static str,
}

impl Migration {
    /// Tells a step's text from any other: 64 bits of FNV-1a, in hexadecimal.
    pub(crate) fn checksum(&self) -> String {
        let hash = self.sql.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        format!("{hash:016x}")
    }
}

/// A step as the database remembers it.
#[derive(Debug, Clone)]
pub(crate) struct Applied {
    pub(crate) version: i64,
    pub(crate) name: String,
    pub(crate) checksum: String,
}

/// The known steps that are still to be applied to `database`.
///
/// # Errors
/// `NewerSchema` or `ChangedMigration` when the database is not one that these steps lead to.
pub(crate) fn pending(
    database: &str,
    known: &'static [Migration],
    applied: &[Applied],
) -> Result<&'static [Migration], OpenError> {
    for (place, step) in applied.iter().enumerate() {
        let database = || database.to_owned();
        match known.get(place) {
            Some(own) if own.version == step.version && own.checksum() == step.checksum => {}
            Some(_) => {
                return Err(OpenError::ChangedMigration { database: database(), name: step.name.clone() });
            }
            None => return Err(OpenError::NewerSchema { database: database(), name: step.name.clone() }),
        }
    }
    Ok(known.get(applied.len()..).unwrap_or_default())
}

/// The same as a status.
///
/// # Errors
/// As [`pending`].
pub(crate) fn status(
    database: &str,
    known: &'static [Migration],
    applied: &[Applied],
) -> Result<MigrationStatus, OpenError> {
    let pending = pending(database, known, applied)?;
    let names = |steps: &[Migration]| steps.iter().map(|step| step.name).collect();
    Ok(MigrationStatus { applied: names(&known[..known.len() - pending.len()]), pending: names(pending) })
}

#[cfg(test)]
mod tests {
    use super::*;

    static KNOWN: [Migration; 2] = [
        Migration { version: 1, name: "0001_initial", sql: "one" },
        Migration { version: 2, name: "0002_more", sql: "two" },
    ];

    fn applied(step: &Migration) -> Applied {
        Applied { version: step.version, name: step.name.to_owned(), checksum: step.checksum() }
    }

    #[test]
    fn what_follows_the_applied_steps_is_pending() {
        let status = status("x.db", &KNOWN, &[applied(&KNOWN[0])]).unwrap();
        assert_eq!(status.applied, ["0001_initial"]);
        assert_eq!(status.pending, ["0002_more"]);
    }

    #[test]
    fn a_changed_step_is_named() {
        let mut changed = applied(&KNOWN[0]);
        changed.checksum = Migration { sql: "One", ..KNOWN[0] }.checksum();
        let refusal = pending("x.db", &KNOWN, &[changed]).unwrap_err().to_string();
        assert_eq!(
            refusal,
            "x.db was made with another text of 0001_initial; use the wtb that made it, or export and import"
        );
    }

    #[test]
    fn a_step_from_the_future_is_refused_with_a_way_out() {
        let future = Applied { version: 3, name: "0003_new".to_owned(), checksum: String::new() };
        let steps = [applied(&KNOWN[0]), applied(&KNOWN[1]), future];
        let refusal = pending("x.db", &KNOWN, &steps).unwrap_err().to_string();
        assert_eq!(refusal, "the schema of x.db has 0003_new, which this wtb does not know; use a newer wtb");
    }
}
