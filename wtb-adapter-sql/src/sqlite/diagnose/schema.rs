//! Compares the schema of a file with what the migrations make.

use crate::Problem;
use crate::examine::{Duplicates, Findings, Gaps, Phase};
use rusqlite::Connection;
use std::collections::BTreeMap;

/// Everything in a schema that is not SQLite's own, in the order in which it was made.
const SCHEMA: &str = "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY rowid";

/// Tables and indexes as they were declared.
#[derive(Debug, Default)]
struct Schema {
    tables: Vec<(String, Table)>,
    indexes: Vec<(String, Index)>,
    /// Names of triggers, each with its table.
    triggers: Vec<(String, String)>,
}

#[derive(Debug)]
struct Table {
    /// What is declared between the parentheses, in a form that can be compared: by name where it is a column.
    parts: BTreeMap<String, String>,
    /// What is declared after them.
    options: String,
    /// The statement that makes it, in one line.
    sql: String,
}

#[derive(Debug)]
struct Index {
    table: String,
    /// In a form that can be compared.
    declared: String,
    /// The statement that makes it, in one line.
    sql: String,
}

/// Compares the schema of a file with that of a new store.
pub(super) fn compare(
    file: &Connection,
    new: &Connection,
    findings: &mut Findings,
) -> rusqlite::Result<Gaps> {
    let (actual, expected) = (Schema::read(file)?, Schema::read(new)?);
    let mut gaps = Gaps::default();
    for (name, table) in &expected.tables {
        // What is said about an index by itself is repaired by itself, after duplicates were removed.
        let make_indexes = |is_made_with_table: fn(Option<&Index>, &Index) -> bool| {
            let indexes = expected.indexes.iter().filter(|(_, index)| index.table == *name);
            let made = indexes.filter(|(name, index)| is_made_with_table(actual.index(name), index));
            made.map(|(_, index)| format!("{};", index.sql)).collect::<Vec<_>>()
        };
        match actual.tables.iter().find(|(other, _)| other == name) {
            None => {
                gaps.tables.insert(name.clone());
                let message =
                    format!("table {name} is missing: restore it from a backup, or make an empty one");
                let problem = Problem::error(message).repaired_by(format!("{};", table.sql));
                let indexes = make_indexes(|actual, _| actual.is_none());
                findings.add(Phase::Tables, problem.repaired_by_all(indexes));
            }
            Some((_, other)) => {
                if let Some(difference) = table.difference(other) {
                    gaps.columns.insert(name.clone());
                    let message = format!("table {name} is not as the migrations make it: {difference}");
                    let problem = if table.needs_values_for(other) {
                        Problem::error(format!("{message}; restore the table from a backup"))
                    } else {
                        let is_same = |actual: Option<&Index>, index: &Index| {
                            actual.is_some_and(|actual| actual.declared == index.declared)
                        };
                        let indexes = make_indexes(is_same);
                        Problem::error(message).repaired_by_all(rebuild(name, table, other, indexes))
                    };
                    findings.add(Phase::Tables, problem);
                }
            }
        }
    }
    for (name, index) in &expected.indexes {
        if gaps.has_no_table(&index.table) {
            continue;
        }
        let table = &index.table;
        let problem = match actual.index(name) {
            Some(other) if other.declared == index.declared => continue,
            Some(other) => Problem::error(format!(
                "index {name} of {table} is \"{}\" instead of \"{}\"",
                other.sql, index.sql
            ))
            .repaired_by(format!("DROP INDEX IF EXISTS {name};")),
            None => Problem::error(format!("index {name} of {table} is missing")),
        };
        if let Some(columns) = unique_columns(&index.sql) {
            gaps.unique.push(Duplicates { table: table.clone(), columns: columns.to_owned() });
        }
        findings.add(Phase::Indexes, problem.repaired_by(format!("{};", index.sql)));
    }
    let is_ours = |table: &str| expected.tables.iter().any(|(own, _)| own == table);
    for (name, index) in actual.indexes.iter().filter(|(_, index)| is_ours(&index.table)) {
        let is_extra = !expected.indexes.iter().any(|(own, _)| own == name);
        if is_extra && index.declared.starts_with("create unique") {
            let message = format!(
                "unique index {name} of {} does not belong to the schema and may refuse rows",
                index.table
            );
            let repair = format!("DROP INDEX IF EXISTS {};", quoted(name));
            findings.add(Phase::Constraints, Problem::warning(message).repaired_by(repair));
        }
    }
    for (name, table) in actual.triggers.iter().filter(|(_, table)| is_ours(table)) {
        let message =
            format!("trigger {name} of {table} does not belong to the schema and may change what is stored");
        let repair = format!("DROP TRIGGER IF EXISTS {};", quoted(name));
        findings.add(Phase::Triggers, Problem::warning(message).repaired_by(repair));
    }
    Ok(gaps)
}

impl Schema {
    fn index(&self, name: &str) -> Option<&Index> {
        self.indexes.iter().find(|(other, _)| other == name).map(|(_, index)| index)
    }

    fn read(connection: &Connection) -> rusqlite::Result<Self> {
        let mut schema = Self::default();
        let mut statement = connection.prepare(SCHEMA)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let (kind, name, table, sql): (String, String, String, Option<String>) =
                (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
            let Some(sql) = sql else { continue };
            match &*kind {
                "table" => schema.tables.push((name, Table::parse(&sql))),
                "index" => schema.indexes.push((name, Index::parse(table, &sql))),
                "trigger" => schema.triggers.push((name, table)),
                _ => {}
            }
        }
        Ok(schema)
    }
}

impl Table {
    fn parse(sql: &str) -> Self {
        let tokens = tokens(sql);
        let mut parts = BTreeMap::new();
        let mut part: Vec<&str> = Vec::new();
        let mut depth = 0_usize;
        let mut options = Vec::new();
        let mut end = |part: &mut Vec<&str>| {
            // Two rules of a table that begin alike are told apart by what follows.
            let is_rule =
                ["check", "constraint", "foreign", "primary", "unique"].contains(part.first().unwrap_or(&""));
            let text = part.join(" ");
            let name = if is_rule { text.clone() } else { (*part.first().unwrap_or(&"")).to_owned() };
            parts.insert(name, text);
            part.clear();
        };
        let mut is_closed = false;
        for token in &tokens {
            match token.as_str() {
                "(" if depth == 0 => depth = 1,
                ")" if depth == 1 => {
                    depth = 0;
                    is_closed = true;
                    end(&mut part);
                }
                "," if depth == 1 => end(&mut part),
                token if depth > 0 => {
                    match token {
                        "(" => depth += 1,
                        ")" => depth -= 1,
                        _ => {}
                    }
                    part.push(token);
                }
                token if is_closed => options.push(token),
                _ => {}
            }
        }
        let options = options.join(" ");
        Self { parts, options, sql: one_line(sql) }
    }

    /// How `other` differs from it, if it does. A column that only `other` has is no difference.
    fn difference(&self, other: &Self) -> Option<String> {
        for (name, part) in &self.parts {
            match other.parts.get(name) {
                Some(same) if same == part => {}
                Some(_) => return Some(format!("column {name} is declared otherwise")),
                None if name == part => return Some(format!("it lacks the rule {part}")),
                None => return Some(format!("column {name} is missing")),
            }
        }
        (self.options != other.options).then(|| format!("it is not {}", self.options))
    }

    /// Whether `other` lacks a column whose values only a backup has.
    fn needs_values_for(&self, other: &Self) -> bool {
        self.parts.iter().any(|(name, part)| {
            name != part
                && part.contains(" not null")
                && !part.contains(" default ")
                && !other.parts.contains_key(name)
        })
    }
}

impl Index {
    fn parse(table: String, sql: &str) -> Self {
        Self { table, declared: tokens(sql).join(" "), sql: one_line(sql) }
    }
}

/// Makes a table anew as `table` and fills it with the rows that `other` has.
fn rebuild(name: &str, table: &Table, other: &Table, make_indexes: Vec<String>) -> Vec<String> {
    let is_column = |(name, part): &(&String, &String)| name != part;
    let columns: Vec<_> = table
        .parts
        .iter()
        .filter(is_column)
        .map(|(column, _)| column.as_str())
        .filter(|column| other.parts.contains_key(*column))
        .collect();
    let columns = columns.join(", ");
    let made = table.sql.replacen(name, &format!("repaired_{name}"), 1);
    [
        // Otherwise, the rows that refer to it would go with it, or other tables would refer to the new name.
        "PRAGMA foreign_keys = OFF;".to_owned(),
        "BEGIN IMMEDIATE;".to_owned(),
        format!("{made};"),
        format!("INSERT INTO repaired_{name} ({columns}) SELECT {columns} FROM {name};"),
        format!("DROP TABLE {name};"),
        format!("ALTER TABLE repaired_{name} RENAME TO {name};"),
    ]
    .into_iter()
    .chain(make_indexes)
    .chain(["COMMIT;".to_owned()])
    .collect()
}

/// The columns of an index that is unique for all rows, separated by `, `.
fn unique_columns(sql: &str) -> Option<&str> {
    sql.strip_prefix("CREATE UNIQUE INDEX ")?.split_once('(')?.1.strip_suffix(')')
}

/// A name as it is written in statements.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// The words and signs of a statement: comments are left out, and names are in lower case and without quotes.
fn tokens(sql: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    let mut rest = sql.trim_start();
    while let Some(first) = rest.chars().next() {
        let (token, length) = if rest.starts_with("--") {
            (None, rest.find('\n').unwrap_or(rest.len()))
        } else if rest.starts_with("/*") {
            (None, rest.find("*/").map_or(rest.len(), |end| end + 2))
        } else if first == '\'' {
            let length = quoted_length(rest, '\'');
            (Some(rest[..length].to_owned()), length)
        } else if let Some(close) =
            [('"', '"'), ('`', '`'), ('[', ']')].iter().find(|(open, _)| *open == first)
        {
            let length = quoted_length(rest, close.1);
            (Some(rest[1..length.max(2) - 1].to_lowercase()), length)
        } else if first.is_alphanumeric() || first == '_' {
            let is_end = |c: char| !(c.is_alphanumeric() || c == '_');
            let length = rest.find(is_end).unwrap_or(rest.len());
            (Some(rest[..length].to_lowercase()), length)
        } else {
            (Some(first.to_string()), first.len_utf8())
        };
        tokens.extend(token);
        rest = rest[length..].trim_start();
    }
    tokens
}

/// How long a quoted text at the start of `sql` is, with its quotes.
fn quoted_length(sql: &str, close: char) -> usize {
    let mut from = 1;
    while let Some(end) = sql[from..].find(close) {
        from += end + 1;
        if close == ']' || !sql[from..].starts_with(close) {
            return from;
        }
        from += 1;
    }
    sql.len()
}

/// A statement without its comments and line breaks.
fn one_line(sql: &str) -> String {
    let lines = sql.lines().map(|line| line.split_once("--").map_or(line, |(code, _)| code).trim());
    let line = lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ");
    line.replace("( ", "(").replace(" )", ")")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_that_mean_the_same_have_the_same_tokens() {
        let one = "CREATE TABLE t (\n    -- Why.\n    a TEXT NOT NULL CHECK (a IN ('x', 'it''s')), b INTEGER\n) STRICT";
        let other =
            "create table \"t\"(a text not null check(`a` in('x','it''s')) /* so */,[b] integer)strict";
        assert_eq!(tokens(one), tokens(other));
        assert_ne!(tokens(one), tokens(&one.replace("'x'", "'X'")));
    }

    #[test]
    fn a_table_differs_by_its_columns_rules_and_options() {
        let table = Table::parse("CREATE TABLE t (a TEXT NOT NULL, b INTEGER, CHECK (a <> b)) STRICT");
        for (other, difference) in [
            ("CREATE TABLE t (b INTEGER, a TEXT NOT NULL, c, CHECK (a <> b)) STRICT", None),
            (
                "CREATE TABLE t (a TEXT, b INTEGER, CHECK (a <> b)) STRICT",
                Some("column a is declared otherwise"),
            ),
            ("CREATE TABLE t (a TEXT NOT NULL, CHECK (a <> b)) STRICT", Some("column b is missing")),
            (
                "CREATE TABLE t (a TEXT NOT NULL, b INTEGER) STRICT",
                Some("it lacks the rule check ( a < > b )"),
            ),
            ("CREATE TABLE t (a TEXT NOT NULL, b INTEGER, CHECK (a <> b))", Some("it is not strict")),
        ] {
            assert_eq!(table.difference(&Table::parse(other)).as_deref(), difference, "{other}");
        }
    }
}
