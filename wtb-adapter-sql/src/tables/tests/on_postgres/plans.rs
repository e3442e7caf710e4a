//! How PostgreSQL finds the rows of large tables.

use super::super::catalogue::Reference;
use super::super::large::{UNREFERRED, sought};
use super::super::{statements, tables};
use super::large::Large;
use crate::statement::Finds;
use serde_json::Value as Plan;
use sqlx::{AssertSqlSafe, Row, query, raw_sql};

/// Which one the server chooses depends on how often the statement was executed, and on what it cost then.
pub(super) const MODES: [&str; 2] = ["force_generic_plan", "force_custom_plan"];
/// Blocks in memory that reading may touch: more than it needs, much less than any table has.
pub(super) const BUFFERS: u64 = 20;

impl Large {
    pub(super) async fn prepare(&mut self, mode: &str, sql: &str) {
        self.run(&format!("DEALLOCATE ALL; SET plan_cache_mode = {mode}; PREPARE tried {sql}")).await;
    }

    /// The plan of what was prepared.
    pub(super) async fn plan(&mut self, options: &str, arguments: &str) -> Plan {
        let explain = format!("EXPLAIN ({options}FORMAT JSON) EXECUTE tried ({arguments})");
        let row = raw_sql(AssertSqlSafe(explain)).fetch_one(&mut self.connection).await.unwrap();
        let told: &str = row.try_get_unchecked(0).unwrap();
        serde_json::from_str::<Plan>(told).unwrap()[0]["Plan"].take()
    }
}

/// A plan and all that it is made of.
pub(super) fn nodes(plan: &Plan) -> Vec<&Plan> {
    let parts = plan["Plans"].as_array().into_iter().flatten();
    std::iter::once(plan).chain(parts.flat_map(nodes)).collect()
}

/// The index through which a plan finds its rows, if it does nothing else but what is in `beside`.
fn index_of<'a>(plan: &'a Plan, beside: &[&str]) -> Result<Option<&'a str>, &'a str> {
    let mut through = None;
    for node in nodes(plan) {
        match node["Node Type"].as_str().unwrap() {
            "Index Scan" | "Bitmap Index Scan" if through.is_none() => through = node["Index Name"].as_str(),
            expected if beside.contains(&expected) => {}
            other => return Err(other),
        }
    }
    Ok(through)
}

#[tokio::test]
async fn every_statement_finds_rows_the_way_it_says() {
    let mut large = Large::new().await;
    for (table, statement) in statements() {
        let sql = statement.for_postgres();
        let (way, beside) = match statement.finds {
            Finds::Nothing => (None, "Result"),
            Finds::ByPlace => (Some(format!("{table}_pkey")), "Limit"),
            Finds::Through(index) => (Some(index.to_owned()), "Limit"),
        };
        let mut trials = large.trials(table, statement).await;
        if sought(statement) > 1 {
            // Where the planner believes that one row has the first value, any index on that is as good.
            trials.truncate(trials.len() / 2);
        }
        for arguments in trials {
            for mode in MODES {
                large.prepare(mode, &format!("AS {sql}")).await;
                let plan = large.plan("", &arguments).await;
                let told = format!("{sql} with {arguments}, {mode}: {plan:#}");
                assert_eq!(index_of(&plan, &[beside, "ModifyTable"]), Ok(way.as_deref()), "{told}");
                // Only an update may look at more of a row than the index has: at the revision of the one it finds.
                let filters = nodes(&plan).iter().any(|node| !node["Filter"].is_null());
                assert_eq!(filters, sql.starts_with("UPDATE "), "{told}");
            }
        }
    }
}

/// As soon as it was executed some times; with NULLs, which equal nothing, the first plans look at nothing.
#[tokio::test]
async fn rows_in_the_way_are_looked_for_through_indexes() {
    let mut large = Large::new().await;
    let single = statements().filter_map(|(_, statement)| {
        let guarded = statement.guarded?;
        Some((String::new(), guarded.sql, super::super::placeholders(guarded.sql).len()))
    });
    let single: Vec<_> = single.collect();
    let catalogue = &large.catalogue;
    let bulk = tables().into_iter().flat_map(|table| {
        let arrays = |columns: Vec<&str>| {
            let kind = |name| format!("{}[]", catalogue[table.name].column(name).kind.in_postgres());
            format!("({})", columns.into_iter().map(kind).collect::<Vec<_>>().join(", "))
        };
        let inserting: Vec<&str> = table.bound.split(", ").collect();
        let looking: Vec<&str> = table.postgres_keys.iter().flat_map(|key| key.split(", ")).collect();
        let (insert, look) = (inserting.len(), looking.len());
        let insert = (arrays(inserting), table.postgres_inserts_guarded, insert);
        std::iter::once(insert).chain(table.postgres_sees.map(|sql| (arrays(looking), sql, look)))
    });
    let all: Vec<_> = single.into_iter().chain(bulk).collect();
    assert_eq!(all.len(), 6 + 4 + 2 + 7 + 6);
    for (types, sql, count) in all {
        large.prepare(MODES[0], &format!("{types} AS {sql}")).await;
        let plan = large.plan("", &vec!["NULL"; count].join(", ")).await;
        let walks = nodes(&plan).iter().any(|node| node["Node Type"] == "Seq Scan");
        assert!(!walks, "{sql}: {plan:#}");
    }
}

#[tokio::test]
async fn reading_costs_the_same_wherever_a_page_begins_and_however_many_rows_are_alike() {
    let mut large = Large::new().await;
    let reading = statements().filter(|(_, statement)| statement.sql.starts_with("SELECT "));
    for (table, statement) in reading {
        let sql = statement.for_postgres();
        for arguments in large.trials(table, statement).await {
            for mode in MODES {
                large.prepare(mode, &format!("AS {sql}")).await;
                let plan = large.plan("ANALYZE, BUFFERS, ", &arguments).await;
                let buffers = |kind: &str| plan[kind].as_u64().unwrap();
                let touched = buffers("Shared Hit Blocks") + buffers("Shared Read Blocks");
                assert!(touched < BUFFERS, "{sql} with {arguments}, {mode}: {plan:#}");
            }
        }
    }
}

#[tokio::test]
async fn rows_with_the_ids_of_a_list_are_found_by_them() {
    let mut large = Large::new().await;
    // For a thousand the planner may rather read all of a table that is not larger than this one.
    for count in [1, 100] {
        let ids: Vec<_> = (0..count).map(|place| format!("value {}", 290 * place + 3)).collect();
        let ids = format!("'{{{}}}'", ids.join(","));
        for table in tables() {
            let Some(sql) = table.postgres_reads_each else { continue };
            for mode in MODES {
                large.prepare(mode, &format!("(text[]) AS {sql}")).await;
                let plan = large.plan("", &ids).await;
                let through = index_of(&plan, &["Bitmap Heap Scan"]);
                let expected = format!("{}_by_id", table.name);
                assert_eq!(through, Ok(Some(expected.as_str())), "{count} ids, {mode}: {plan:#}");
            }
        }
    }
}

#[tokio::test]
async fn whoever_refers_to_a_deleted_row_is_found_through_an_index() {
    let mut large = Large::new().await;
    let references: Vec<(String, Reference)> = large
        .catalogue
        .iter()
        .flat_map(|(child, shape)| shape.references.iter().map(|to| (child.clone(), to.clone())))
        .collect();
    assert_eq!(references.len(), 4);
    for (child, Reference { table, referred, .. }) in references {
        large.run(&format!("BEGIN; DELETE FROM {table} WHERE {referred} = '{UNREFERRED}'")).await;
        let scans = "SELECT seq_scan, idx_scan FROM pg_stat_xact_user_tables WHERE relname = $1";
        let scans =
            query(scans).bind(&child).persistent(false).fetch_one(&mut large.connection).await.unwrap();
        assert_eq!(scans.get::<i64, _>("seq_scan"), 0, "{child} of {table}");
        assert!(scans.get::<i64, _>("idx_scan") > 0, "{child} of {table}");
        large.run("ROLLBACK").await;
    }
}
