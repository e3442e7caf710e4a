//! Which units were kept: each that is identified leaves a row, which is there exactly if it was committed.

use crate::failure::Failure;
use rusqlite::{Connection, params};
use wtb_ports::{UnitId, UnitOutcome};

/// How many units are remembered.
const REMEMBERED: i64 = 10_000;

const NOTE: &str = "INSERT INTO kept_units (token) VALUES (lower(hex(randomblob(8))))
    RETURNING (SELECT token FROM kept_units WHERE number = 0), number, token";

const FORGET: &str = "DELETE FROM kept_units WHERE number BETWEEN 1 AND ?1";

const LOOK: &str = "SELECT (SELECT token FROM kept_units WHERE number = 0),
    (SELECT min(number) FROM kept_units WHERE number > 0),
    (SELECT max(number) FROM kept_units),
    (SELECT token FROM kept_units WHERE number = ?1)";

/// A unit as the rows of a file tell it.
pub(super) struct Noted {
    file: String,
    number: i64,
    token: String,
}

/// What the rows tell about a unit.
pub(super) enum Found {
    /// What became of it.
    Outcome(UnitOutcome),
    /// It has no row, and neither has a later one.
    Newest,
}

impl Noted {
    /// Reads the id of a unit; none of a SQLite file looks otherwise.
    pub(super) fn parse(unit: &UnitId) -> Option<Self> {
        let mut parts = unit.as_str().split('.');
        let (file, number, token) = (parts.next()?, parts.next()?, parts.next()?);
        let number = number.parse().ok().filter(|number| *number > 0)?;
        parts.next().is_none().then(|| Self { file: file.to_owned(), number, token: token.to_owned() })
    }

    fn id(&self) -> Result<UnitId, Failure> {
        let Self { file, number, token } = self;
        UnitId::new(format!("{file}.{number}.{token}")).map_err(|error| Failure::Other(error.into()))
    }

    /// Looks for the row; to be called by whoever has the turn to write, so that no other unit is open.
    pub(super) fn look(&self, connection: &Connection) -> Result<Found, Failure> {
        let mut look = connection.prepare_cached(LOOK)?;
        let (file, oldest, newest, token): (Option<String>, Option<i64>, Option<i64>, Option<String>) = look
            .query_row(params![self.number], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
            })?;
        let newest = newest.unwrap_or(0);
        Ok(Found::Outcome(match token {
            _ if file.as_ref() != Some(&self.file) => UnitOutcome::Forgotten,
            Some(token) if token == self.token => UnitOutcome::Kept,
            None if self.number == newest + 1 => return Ok(Found::Newest),
            // Others were made by a copy of the file.
            None if self.number > newest || oldest.is_some_and(|oldest| self.number < oldest) => {
                UnitOutcome::Forgotten
            }
            Some(_) | None => UnitOutcome::NotKept,
        }))
    }

    /// Gives the number of a unit that was not kept to nobody else.
    pub(super) fn write_off(&self, connection: &Connection) -> Result<(), Failure> {
        let sql = "INSERT INTO kept_units (number, token) VALUES (?1, 'not kept')";
        match connection.prepare_cached(sql)?.execute(params![self.number])? {
            1 => Ok(()),
            _ => Err(Failure::Other("the database accepted no row of kept_units, without an error".into())),
        }
    }
}

/// Leaves a row in the unit that is open, and forgets what is too old.
pub(super) fn note(connection: &Connection) -> Result<UnitId, Failure> {
    let mut note = connection.prepare_cached(NOTE)?;
    let noted =
        note.query_row([], |row| Ok(Noted { file: row.get(0)?, number: row.get(1)?, token: row.get(2)? }))?;
    connection.prepare_cached(FORGET)?.execute(params![noted.number - REMEMBERED])?;
    noted.id()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sqlite::newest_schema;

    fn outcome(connection: &Connection, unit: &UnitId) -> Option<UnitOutcome> {
        match Noted::parse(unit).unwrap().look(connection).unwrap() {
            Found::Outcome(outcome) => Some(outcome),
            Found::Newest => None,
        }
    }

    fn rows(connection: &Connection) -> i64 {
        connection.query_row("SELECT count(*) FROM kept_units", [], |row| row.get(0)).unwrap()
    }

    #[test]
    fn a_number_that_is_given_twice_tells_its_units_apart() {
        let connection = newest_schema();
        connection.execute_batch("BEGIN").unwrap();
        let first = note(&connection).unwrap();
        connection.execute_batch("ROLLBACK").unwrap();
        assert_eq!(outcome(&connection, &first), None);
        let second = note(&connection).unwrap();
        assert_eq!(Noted::parse(&first).unwrap().number, Noted::parse(&second).unwrap().number);
        assert_eq!(outcome(&connection, &first), Some(UnitOutcome::NotKept));
        assert_eq!(outcome(&connection, &second), Some(UnitOutcome::Kept));
    }

    #[test]
    fn a_number_that_is_written_off_is_of_no_unit_that_was_kept() {
        let connection = newest_schema();
        connection.execute_batch("BEGIN").unwrap();
        let unit = note(&connection).unwrap();
        connection.execute_batch("ROLLBACK").unwrap();
        Noted::parse(&unit).unwrap().write_off(&connection).unwrap();
        assert_eq!(outcome(&connection, &unit), Some(UnitOutcome::NotKept));
        note(&connection).unwrap();
        assert_eq!(outcome(&connection, &unit), Some(UnitOutcome::NotKept));
    }

    #[test]
    fn only_the_newest_units_are_remembered() {
        let connection = newest_schema();
        connection.execute_batch("BEGIN").unwrap();
        let [first, second] = [note(&connection).unwrap(), note(&connection).unwrap()];
        for _ in 0..REMEMBERED - 1 {
            note(&connection).unwrap();
        }
        assert_eq!(outcome(&connection, &first), Some(UnitOutcome::Forgotten));
        assert_eq!(outcome(&connection, &second), Some(UnitOutcome::Kept));
        assert_eq!(rows(&connection), REMEMBERED + 1);
    }

    #[test]
    fn units_of_other_files_are_forgotten() {
        let (here, there) = (newest_schema(), newest_schema());
        let unit = note(&there).unwrap();
        note(&here).unwrap();
        assert_eq!(outcome(&here, &unit), Some(UnitOutcome::Forgotten));
    }
}
