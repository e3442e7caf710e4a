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

/// What an upgrade of the schema found and did, by name and in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Migrated {
    /// Those that were applied before.
    pub before: Vec<&'static str>,
    /// Those that this upgrade applied.
    pub now: Vec<&'static str>,
}

/// The steps that lead to a schema, in order.
pub(crate) type Steps = &'static [Migration];

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

impl Migration {
    /// The tables and indexes that it makes: what each is, and its name.
    fn made(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        self.sql.lines().filter_map(|line| {
            let made = line.strip_prefix("CREATE ")?;
            let (kind, name) = made.strip_prefix("UNIQUE ").unwrap_or(made).split_once(' ')?;
            let kind = match kind {
                "TABLE" => "table",
                "INDEX" => "index",
                _ => return None,
            };
            Some((kind, name.split([' ', '(']).next()?))
        })
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
/// `NewerSchema`, `ChangedMigration` or `HalfApplied` when the database is not one that these steps lead to.
pub(crate) fn pending(database: &str, known: Steps, applied: &[Applied]) -> Result<Steps, OpenError> {
    for (place, step) in applied.iter().enumerate() {
        let database = || database.to_owned();
        match known.get(place) {
            Some(own) if own.version == step.version && own.checksum() == step.checksum => {}
            Some(own) if own.version < step.version => {
                let evidence = format!("step {}", step.name);
                return Err(OpenError::HalfApplied { database: database(), name: own.name, evidence });
            }
            Some(_) => {
                return Err(OpenError::ChangedMigration { database: database(), name: step.name.clone() });
            }
            None => return Err(OpenError::NewerSchema { database: database(), name: step.name.clone() }),
        }
    }
    Ok(known.get(applied.len()..).unwrap_or_default())
}

/// Refuses a database that has a table or index of a step that is still to be applied: the step would fail.
///
/// # Errors
/// `HalfApplied`, or as [`pending`].
pub(crate) fn refuse_half_applied(
    database: &str,
    known: Steps,
    applied: &[Applied],
    has: impl Fn(&str) -> bool,
) -> Result<(), OpenError> {
    for step in pending(database, known, applied)? {
        if let Some((kind, name)) = step.made().find(|(_, name)| has(name)) {
            let (database, evidence) = (database.to_owned(), format!("{kind} {name}"));
            return Err(OpenError::HalfApplied { database, name: step.name, evidence });
        }
    }
    Ok(())
}

/// The same as a status.
///
/// # Errors
/// As [`pending`].
pub(crate) fn status(
    database: &str,
    known: Steps,
    applied: &[Applied],
) -> Result<MigrationStatus, OpenError> {
    let pending = pending(database, known, applied)?;
    let applied = &known[..known.len() - pending.len()];
    Ok(MigrationStatus { applied: names(applied), pending: names(pending) })
}

/// What these steps are called.
pub(crate) fn names(steps: &[Migration]) -> Vec<&'static str> {
    steps.iter().map(|step| step.name).collect()
}

#[cfg(test)]
mod tests;

#[cfg(test)]
pub(crate) mod scenarios;
