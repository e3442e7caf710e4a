//! Compares the tables of a database with what the migrations make.

use super::Examiner;
use crate::Problem;
use crate::examine::{Duplicates, Findings, Gaps, Phase};
use crate::tables::TABLES;
use sqlx::{Error, query_scalar};
use std::collections::BTreeMap;

/// What the migrations make, as `catalogue.sql` shows it. A test writes the file; see CONTRIBUTING.
const EXPECTED: &str = include_str!("catalogue.txt");
/// Shows what there is.
const ACTUAL: &str = include_str!("catalogue.sql");

/// Where a column has neither a default nor an identity.
const NO_DEFAULT: &str = "no default";

/// What a line is about: its kind, its table and its own name.
type Key<'a> = (&'a str, &'a str, &'a str);

/// The names of all tables that the migrations make.
fn tables() -> Vec<&'static str> {
    lines(EXPECTED).filter(|((kind, ..), _)| *kind == "table").map(|((_, table, _), _)| table).collect()
}

fn lines(text: &str) -> impl Iterator<Item = (Key<'_>, Vec<&str>)> {
    text.lines().filter_map(|line| {
        let mut fields = line.split('\t');
        let key = (fields.next()?, fields.next()?, fields.next()?);
        Some((key, fields.collect()))
    })
}

impl Examiner<'_> {
    /// Compares the catalogue with what the migrations make.
    pub(super) async fn examine_catalogue(&mut self) -> Result<Gaps, Error> {
        let actual: Vec<String> =
            query_scalar(ACTUAL).bind(tables()).persistent(false).fetch_all(&mut *self.connection).await?;
        let mut comparison = Comparison {
            actual: actual.iter().flat_map(|line| lines(line)).collect(),
            qualifier: &self.qualifier,
            findings: &mut self.findings,
            gaps: Gaps::default(),
        };
        comparison.run();
        Ok(comparison.gaps)
    }
}

struct Comparison<'a> {
    actual: BTreeMap<Key<'a>, Vec<&'a str>>,
    qualifier: &'a str,
    findings: &'a mut Findings,
    gaps: Gaps,
}

impl Comparison<'_> {
    fn run(&mut self) {
        let mut expected: Vec<_> = lines(EXPECTED).collect();
        // Tables first, and a table only after those that it refers to: a logged one refers to no unlogged one.
        expected.sort_by_key(|((kind, name, _), _)| match *kind {
            "table" => TABLES.iter().position(|(_, table)| table == name).unwrap_or_default(),
            _ => TABLES.len(),
        });
        for ((kind, table, name), expected) in expected {
            let actual = self.actual.remove(&(kind, table, name));
            let is_made_with_its_table = self.gaps.has_no_table(table) && !is_foreign_key(&expected);
            match (kind, &expected[..], actual.as_deref()) {
                ("table", _, None) => self.missing_table(table),
                ("table", ["logged"], Some(["unlogged"])) => {
                    let message = format!("table {table} is unlogged, so a crash of the server empties it");
                    let repair = format!("ALTER TABLE {} SET LOGGED;", self.qualified(table));
                    self.add(Phase::Tables, Problem::error(message).repaired_by(repair));
                }
                _ if is_made_with_its_table => {}
                ("index" | "constraint", ..) if self.gaps.values.contains(table) => {}
                ("constraint", [definition, _], None)
                    if referenced(definition).is_some_and(|parent| self.gaps.has_no_table(parent)) =>
                {
                    let reason = "make the table that it refers to first, then examine again";
                    self.findings.not_examined(&format!("constraint {name} of {table}"), reason);
                }
                ("column", [kind, null, default], actual) => {
                    self.column(table, name, [*kind, *null, *default], actual);
                }
                ("index", [definition, _], actual) => self.index(table, name, definition, actual),
                ("constraint", [definition, _], actual) => self.constraint(table, name, definition, actual),
                _ => {}
            }
        }
        self.extras();
    }

    fn add(&mut self, phase: Phase, problem: Problem) {
        self.findings.add(phase, problem);
    }

    fn qualified(&self, name: &str) -> String {
        format!("{}{name}", self.qualifier)
    }

    fn missing_table(&mut self, table: &str) {
        self.gaps.tables.insert(table.to_owned());
        let of_table = |wanted: &'static str| {
            lines(EXPECTED)
                .filter(move |((kind, of, _), _)| *kind == wanted && *of == table)
                .map(|((_, _, name), fields)| (name, fields))
        };
        let columns = of_table("column").map(|(name, fields)| column_definition(name, &fields));
        let columns: Vec<_> = columns.collect();
        let made = format!("CREATE TABLE {} ({});", self.qualified(table), columns.join(", "));
        let indexes = of_table("index").map(|(name, fields)| self.make_index(table, name, fields[0]));
        let constraints = of_table("constraint")
            .filter(|(_, fields)| !is_foreign_key(fields))
            .map(|(name, fields)| self.make_constraint(table, name, fields[0]));
        let repair: Vec<_> = [made].into_iter().chain(indexes).chain(constraints).collect();
        let message = format!("table {table} is missing: restore it from a backup, or make an empty one");
        self.add(Phase::Tables, Problem::error(message).repaired_by_all(repair));
    }

    fn column(&mut self, table: &str, name: &str, expected: [&str; 3], actual: Option<&[&str]>) {
        let [kind, null, default] = expected;
        let altered = format!("ALTER TABLE {}", self.qualified(table));
        let Some([actual_kind, actual_null, actual_default]) = actual else {
            self.gaps.columns.insert(table.to_owned());
            let message = format!("column {name} of {table} is missing: restore the table from a backup");
            if null == "NOT NULL" && default == NO_DEFAULT {
                if self.gaps.values.insert(table.to_owned()) {
                    self.findings.columns_come_first("indexes and constraints", table);
                }
                return self.add(Phase::Tables, Problem::error(message));
            }
            let message = format!("{message}, or make an empty column");
            let repair = format!("{altered} ADD COLUMN {};", column_definition(name, &expected));
            return self.add(Phase::Tables, Problem::error(message).repaired_by(repair));
        };
        let column = format!("{altered} ALTER COLUMN {name}");
        if *actual_kind != kind {
            self.gaps.columns.insert(table.to_owned());
            let message = format!("column {name} of {table} has type {actual_kind} instead of {kind}");
            let plain = kind.split(" COLLATE ").next().unwrap_or(kind);
            let repair = format!("{column} TYPE {kind} USING {name}::{plain};");
            self.add(Phase::Tables, Problem::error(message).repaired_by(repair));
        }
        if *actual_null != null {
            let (message, action) = if null == "NULL" {
                (format!("column {name} of {table} must not be NOT NULL"), "DROP NOT NULL")
            } else {
                (format!("column {name} of {table} must be NOT NULL"), "SET NOT NULL")
            };
            // Rows without a value are deleted before.
            self.add(Phase::Constraints, Problem::error(message).repaired_by(format!("{column} {action};")));
        }
        if *actual_default != default {
            let message = format!("column {name} of {table} has {actual_default} instead of {default}");
            let mut problem = Problem::error(message);
            for action in default_actions(actual_default, default) {
                problem = problem.repaired_by(format!("{column} {action};"));
            }
            self.add(Phase::Constraints, problem);
        }
    }

    fn index(&mut self, table: &str, name: &str, definition: &str, actual: Option<&[&str]>) {
        let make = self.make_index(table, name, definition);
        let problem = match actual {
            Some([actual, "valid"]) if *actual == definition => return,
            Some([actual, _]) if *actual == definition => {
                Problem::error(format!("index {name} of {table} is not valid"))
                    .repaired_by(format!("REINDEX INDEX {};", self.qualified(name)))
            }
            Some(actual) => Problem::error(format!(
                "index {name} of {table} is \"{}\" instead of \"{definition}\"",
                actual.first().unwrap_or(&"")
            ))
            .repaired_by(format!("DROP INDEX {};", self.qualified(name)))
            .repaired_by(make),
            None => Problem::error(format!("index {name} of {table} is missing")).repaired_by(make),
        };
        if let Some(columns) = unique_columns(definition) {
            self.gaps.unique.push(Duplicates { table: table.to_owned(), columns: columns.to_owned() });
        }
        self.add(Phase::Indexes, problem);
    }

    fn constraint(&mut self, table: &str, name: &str, definition: &str, actual: Option<&[&str]>) {
        let make = self.make_constraint(table, name, definition);
        let altered = format!("ALTER TABLE {}", self.qualified(table));
        let problem = match actual {
            Some([actual, "valid"]) if *actual == definition => return,
            Some([actual, _]) if *actual == definition => {
                Problem::error(format!("constraint {name} of {table} is not validated, so rows may break it"))
                    .repaired_by(format!("{altered} VALIDATE CONSTRAINT {name};"))
            }
            Some(actual) => Problem::error(format!(
                "constraint {name} of {table} is \"{}\" instead of \"{definition}\"",
                actual.first().unwrap_or(&"")
            ))
            .repaired_by(format!("{altered} DROP CONSTRAINT {name};"))
            .repaired_by(make),
            None => match self.take_constraint(table, definition) {
                Some(other) => Problem::error(format!("constraint {name} of {table} is called {other}"))
                    .repaired_by(format!("{altered} RENAME CONSTRAINT \"{other}\" TO {name};")),
                None => Problem::error(format!("constraint {name} of {table} is missing")).repaired_by(make),
            },
        };
        // Keys are made before what refers to them.
        let is_key = definition.starts_with("PRIMARY KEY");
        if is_key {
            self.gaps.keys.insert(table.to_owned());
        }
        self.add(if is_key { Phase::Indexes } else { Phase::Constraints }, problem);
    }

    /// The name of another constraint of `table` with this definition, which is then no extra one any more.
    fn take_constraint(&mut self, table: &str, definition: &str) -> Option<String> {
        let is_same = |((kind, of, _), fields): &(&Key<'_>, &Vec<&str>)| {
            *kind == "constraint" && *of == table && fields.first() == Some(&definition)
        };
        let key = *self.actual.iter().find(is_same)?.0;
        self.actual.remove(&key);
        Some(key.2.to_owned())
    }

    /// What is there beside what the migrations make, and changes which rows are accepted.
    fn extras(&mut self) {
        for ((kind, table, name), fields) in std::mem::take(&mut self.actual) {
            let altered = format!("ALTER TABLE {}", self.qualified(table));
            let problem = match (kind, &fields[..]) {
                ("column", [_, "NOT NULL", NO_DEFAULT]) => Problem::error(format!(
                    "column {name} of {table} does not belong to the schema and must have a value, so no row can be \
                     added"
                ))
                .repaired_by(format!("{altered} ALTER COLUMN \"{name}\" DROP NOT NULL;")),
                ("index", [definition, _]) if definition.starts_with("UNIQUE") => Problem::warning(format!(
                    "unique index {name} of {table} does not belong to the schema and may refuse rows"
                ))
                .repaired_by(format!("DROP INDEX {}\"{name}\";", self.qualifier)),
                ("index", [_, "invalid"]) => Problem::warning(format!("index {name} of {table} is not valid"))
                    .repaired_by(format!("REINDEX INDEX {}\"{name}\";", self.qualifier)),
                ("constraint", _) => Problem::warning(format!(
                    "constraint {name} of {table} does not belong to the schema and may refuse rows"
                ))
                .repaired_by(format!("{altered} DROP CONSTRAINT \"{name}\";")),
                _ => continue,
            };
            self.add(Phase::Constraints, problem);
        }
    }

    fn make_index(&self, table: &str, name: &str, definition: &str) -> String {
        let (unique, rest) = match definition.strip_prefix("UNIQUE ") {
            Some(rest) => ("UNIQUE ", rest),
            None => ("", definition),
        };
        format!("CREATE {unique}INDEX {name} ON {} {rest};", self.qualified(table))
    }

    fn make_constraint(&self, table: &str, name: &str, definition: &str) -> String {
        let definition = definition.replace(" REFERENCES ", &format!(" REFERENCES {}", self.qualifier));
        format!("ALTER TABLE {} ADD CONSTRAINT {name} {definition};", self.qualified(table))
    }
}

/// The table that a foreign key refers to.
fn referenced(definition: &str) -> Option<&str> {
    definition.split_once(" REFERENCES ")?.1.split('(').next()
}

fn is_foreign_key(fields: &[&str]) -> bool {
    fields.first().is_some_and(|definition| definition.starts_with("FOREIGN KEY"))
}

fn column_definition(name: &str, fields: &[&str]) -> String {
    let parts = fields.iter().filter(|part| ![NO_DEFAULT, "NULL"].contains(part));
    std::iter::once(&name).chain(parts).copied().collect::<Vec<_>>().join(" ")
}

/// The columns of a unique index on columns, separated by `, `.
fn unique_columns(definition: &str) -> Option<&str> {
    definition.strip_prefix("UNIQUE ")?.split_once('(')?.1.strip_suffix(')')
}

/// How to get from one default of a column to another.
fn default_actions(actual: &str, expected: &str) -> Vec<String> {
    let is_identity = |text: &str| text.ends_with("AS IDENTITY");
    if is_identity(actual) && is_identity(expected) {
        return vec![expected.replace("GENERATED", "SET GENERATED").replace(" AS IDENTITY", "")];
    }
    let drop = match actual {
        NO_DEFAULT => None,
        actual if is_identity(actual) => Some("DROP IDENTITY"),
        actual if actual.starts_with("DEFAULT") => Some("DROP DEFAULT"),
        _ => Some("DROP EXPRESSION"),
    };
    let make = match expected {
        NO_DEFAULT => None,
        expected if expected.starts_with("DEFAULT") => Some(format!("SET {expected}")),
        expected => Some(format!("ADD {expected}")),
    };
    drop.map(str::to_owned).into_iter().chain(make).collect()
}

#[cfg(test)]
mod on_postgres;
