//! Damage to a database behind a store's back is found, and repaired by the statements that are reported with it.

#![expect(clippy::expect_used, clippy::panic, reason = "this file is tests")]

#[path = "support/database.rs"]
mod database;

use database::{database, options};
use sqlx::{AssertSqlSafe, Connection, PgConnection, raw_sql};
use wtb_adapter_sql::postgres::{self, PostgresStore, SchemaName};
use wtb_adapter_sql::{DatabaseUrl, Diagnosis, Examination, Migrate, Problem, ProblemSeverity};
use wtb_domain::EntityKind;
use wtb_ports::{UnitOfWorkFactory, UnitOutcome};
use wtb_test_postgres::{OwnServer, TestDatabase};

const ROWS: &str = include_str!("fixtures/postgres/0003_room_for_updates.sql");

struct Damaged {
    database: TestDatabase,
    store: PostgresStore,
}

impl Damaged {
    /// A sound store with rows of every kind.
    async fn sound() -> Self {
        let database = database().await;
        let store = database::open(options(database.url())).await;
        let this = Self { database, store };
        this.execute(ROWS).await;
        this.assert_healthy("nothing yet").await;
        this
    }

    async fn execute(&self, sql: &str) {
        self.execute_all([sql]).await;
    }

    /// Runs statements one after the other, as `psql` does.
    async fn execute_all<'s>(&self, statements: impl IntoIterator<Item = &'s str>) {
        let mut connection = PgConnection::connect(self.database.url()).await.expect("a connection");
        for sql in statements {
            let done = raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await;
            done.unwrap_or_else(|error| panic!("{sql}: {error}"));
        }
        connection.close().await.expect("closed");
    }

    async fn repair(&self, problems: &[Problem]) {
        self.execute_all(problems.iter().flat_map(|problem| &problem.repair).map(String::as_str)).await;
    }

    async fn diagnose(&self, examination: Examination) -> Diagnosis {
        self.store.diagnose(examination).await.expect("a diagnosis")
    }

    async fn problems(&self) -> Vec<Problem> {
        self.diagnose(Examination::Full).await.problems
    }

    async fn assert_healthy(&self, after: &str) {
        assert_eq!(self.problems().await, [], "after {after}");
    }

    /// Does damage, which must be reported as `expected`, and repairs it with what is reported.
    async fn assert_repaired(&self, damage: &str, expected: &[&str]) {
        self.execute(damage).await;
        let problems = self.problems().await;
        let messages: Vec<_> = problems.iter().map(|problem| problem.message.as_str()).collect();
        assert_eq!(messages, expected, "{damage}");
        self.repair(&problems).await;
        self.assert_healthy(&format!("{damage}, and {problems:#?}")).await;
    }
}

#[tokio::test]
async fn a_missing_or_different_index_is_made_as_the_migrations_make_it() {
    let damaged = Damaged::sound().await;
    damaged
        .assert_repaired(
            "DROP INDEX executions_by_status",
            &["index executions_by_status of executions is missing"],
        )
        .await;
    damaged
        .assert_repaired(
            "DROP INDEX node_boundaries_completed; CREATE INDEX node_boundaries_completed ON node_boundaries (seq)",
            &["index node_boundaries_completed of node_boundaries is \"USING btree (seq)\" instead of \"USING btree \
               (session_id, seq) WHERE (status = 'completed'::text)\""],
        )
        .await;
    damaged
        .assert_repaired(
            "DROP INDEX executions_by_id CASCADE",
            &[
                "index executions_by_id of executions is missing",
                "constraint evaluation_results_execution_id_fkey of evaluation_results is missing",
                "constraint node_boundaries_execution_id_fkey of node_boundaries is missing",
            ],
        )
        .await;
    damaged
        .assert_repaired(
            "ALTER TABLE executions DROP CONSTRAINT executions_pkey",
            &["constraint executions_pkey of executions is missing"],
        )
        .await;
    damaged
        .assert_repaired(
            "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'node_variants_by_name'::regclass",
            &["index node_variants_by_name of node_variants is not valid"],
        )
        .await;
}

#[tokio::test]
async fn duplicates_are_removed_before_their_unique_index_is_made() {
    let damaged = Damaged::sound().await;
    damaged
        .assert_repaired(
            "DROP INDEX workflows_by_name_and_version; UPDATE workflows SET version = '1.0.0';
             DROP INDEX checkpoint_files_by_id;
             INSERT INTO checkpoint_files (id, revision, checkpoint_id, file_commit_id, file_count, total_size_bytes,
                 created_at)
             SELECT id, 1, 'another', file_commit_id, 0, 0, created_at FROM checkpoint_files",
            &[
                "(id) must be unique in checkpoint_files, but 1 value occurs more than once: delete all but the first",
                "(name, version) must be unique in workflows, but 1 value occurs more than once: rename all but the first",
                "index checkpoint_files_by_id of checkpoint_files is missing",
                "index workflows_by_name_and_version of workflows is missing",
            ],
        )
        .await;
    let counts = damaged.diagnose(Examination::Full).await.counts;
    assert_eq!(
        counts[..2],
        [(EntityKind::Workflow, 2), (EntityKind::Execution, 2)],
        "no workflow is deleted"
    );
}

#[tokio::test]
async fn a_missing_different_or_unvalidated_constraint_is_made_as_the_migrations_make_it() {
    let damaged = Damaged::sound().await;
    damaged
        .assert_repaired(
            "ALTER TABLE executions DROP CONSTRAINT executions_status_check",
            &["constraint executions_status_check of executions is missing"],
        )
        .await;
    damaged
        .assert_repaired(
            "ALTER TABLE executions DROP CONSTRAINT executions_workflow_id_fkey,
             ADD CONSTRAINT executions_workflow_id_fkey FOREIGN KEY (workflow_id) REFERENCES workflows (id) \
             ON DELETE CASCADE",
            &["constraint executions_workflow_id_fkey of executions is \"FOREIGN KEY (workflow_id) REFERENCES \
               workflows(id) ON DELETE CASCADE\" instead of \"FOREIGN KEY (workflow_id) REFERENCES workflows(id)\""],
        )
        .await;
    damaged
        .assert_repaired(
            "ALTER TABLE executions DROP CONSTRAINT executions_revision_check,
             ADD CONSTRAINT executions_revision_check CHECK (revision >= 1) NOT VALID",
            &["constraint executions_revision_check of executions is not validated, so rows may break it"],
        )
        .await;
}

#[tokio::test]
async fn tables_are_logged_again_after_those_that_they_refer_to() {
    let damaged = Damaged::sound().await;
    let unlogged = |table: &str| format!("table {table} is unlogged, so a crash of the server empties it");
    let tables = ["workflows", "executions", "node_boundaries", "evaluation_results"];
    let damage = tables.iter().rev().map(|table| format!("ALTER TABLE {table} SET UNLOGGED;"));
    let damage: String =
        ["ALTER TABLE node_variants SET UNLOGGED;".to_owned()].into_iter().chain(damage).collect();
    damaged.execute(&damage).await;
    let problems = damaged.problems().await;
    let messages: Vec<_> = problems.iter().map(|problem| problem.message.clone()).collect();
    let expected = ["workflows", "executions", "node_boundaries", "node_variants", "evaluation_results"];
    assert_eq!(messages, expected.map(unlogged));
    damaged.repair(&problems).await;
    damaged.assert_healthy("all tables are logged").await;
}

#[tokio::test]
async fn a_constraint_with_another_name_is_renamed() {
    let damaged = Damaged::sound().await;
    damaged
        .assert_repaired(
            "ALTER TABLE executions RENAME CONSTRAINT executions_pkey TO \"Key\";
             ALTER TABLE executions RENAME CONSTRAINT executions_status_check TO checked",
            &[
                "constraint executions_pkey of executions is called Key",
                "constraint executions_status_check of executions is called checked",
            ],
        )
        .await;
}

#[tokio::test]
async fn tables_and_columns_become_what_the_migrations_make() {
    let damaged = Damaged::sound().await;
    for (damage, expected) in [
        (
            "DROP TABLE audit_logs",
            "table audit_logs is missing: restore it from a backup, or make an empty one",
        ),
        (
            "ALTER TABLE audit_logs SET UNLOGGED",
            "table audit_logs is unlogged, so a crash of the server empties it",
        ),
        (
            "ALTER TABLE workflows ALTER COLUMN description DROP NOT NULL",
            "column description of workflows must be NOT NULL",
        ),
        (
            "ALTER TABLE audit_logs ALTER COLUMN error SET NOT NULL",
            "column error of audit_logs must not be NOT NULL",
        ),
        (
            "ALTER TABLE executions ALTER COLUMN seq SET GENERATED BY DEFAULT",
            "column seq of executions has GENERATED BY DEFAULT AS IDENTITY instead of GENERATED ALWAYS AS IDENTITY",
        ),
        (
            "ALTER TABLE executions ALTER COLUMN state SET DEFAULT '{}'",
            "column state of executions has DEFAULT '{}'::json instead of no default",
        ),
        (
            "ALTER TABLE executions ADD COLUMN \"Own\" integer NOT NULL DEFAULT 1;
             ALTER TABLE executions ALTER COLUMN \"Own\" DROP DEFAULT",
            "column Own of executions does not belong to the schema and must have a value, so no row can be added",
        ),
    ] {
        damaged.execute("UPDATE audit_logs SET error = coalesce(error, '')").await;
        damaged.assert_repaired(damage, &[expected]).await;
    }
    for (table, damage, expected) in [
        (
            "executions",
            "DROP COLUMN checkpoint_id",
            "column checkpoint_id of executions is missing: restore the table from a backup, or make an empty column",
        ),
        (
            "node_boundaries",
            "ALTER COLUMN attempt TYPE integer USING seq::integer",
            "column attempt of node_boundaries has type integer instead of bigint",
        ),
        (
            "workflows",
            "ALTER COLUMN name TYPE text COLLATE \"default\"",
            "column name of workflows has type text instead of text COLLATE \"C\"",
        ),
    ] {
        // Its rows would look wrong, and would be deleted.
        let rows = format!("not examined: rows of {table}: repair its columns first, then examine again");
        damaged.assert_repaired(&format!("ALTER TABLE {table} {damage}"), &[expected, &rows]).await;
    }
    damaged
        .assert_repaired(
            "ALTER TABLE executions ALTER COLUMN created_at DROP NOT NULL;
             INSERT INTO executions (id, revision, workflow_id, status, execution_path, breakpoints, metadata,
                 initial_state, state) SELECT 'e-null', 1, id, 'pending', '[]', '[]', '{}', '{}', '{}' FROM workflows LIMIT 1",
            &[
                "the row of executions with seq 3 is no execution, its created_at: it is NULL: correct it, or delete it",
                "column created_at of executions must be NOT NULL",
            ],
        )
        .await;
    let counts = damaged.diagnose(Examination::Full).await.counts;
    assert_eq!(
        counts[..3].iter().map(|(_, count)| *count).collect::<Vec<_>>(),
        [2, 2, 2],
        "no row is deleted"
    );
}

#[tokio::test]
async fn a_missing_column_whose_values_only_a_backup_has_is_not_made_empty() {
    let damaged = Damaged::sound().await;
    damaged.execute("ALTER TABLE executions DROP COLUMN status").await;
    let problems = damaged.problems().await;
    assert_eq!(
        problems,
        [
            Problem::error("column status of executions is missing: restore the table from a backup"),
            Problem::warning(
                "not examined: indexes and constraints of executions: repair its columns first, then examine again"
            ),
            Problem::warning(
                "not examined: rows of executions: repair its columns first, then examine again"
            ),
        ]
    );
}

#[tokio::test]
async fn a_missing_table_is_made_before_what_refers_to_it_is_examined() {
    let damaged = Damaged::sound().await;
    damaged.execute("DROP TABLE executions CASCADE").await;
    for expected in [
        &[
            "table executions is missing: restore it from a backup, or make an empty one",
            "constraint executions_workflow_id_fkey of executions is missing",
            "not examined: constraint evaluation_results_execution_id_fkey of evaluation_results: make the table that it \
             refers to first, then examine again",
            "not examined: constraint node_boundaries_execution_id_fkey of node_boundaries: make the table that it refers \
             to first, then examine again",
        ],
        &[
            "2 rows of node_boundaries refer to executions that do not exist, such as e-1: restore these from a backup, \
             or delete what refers to them",
            "2 rows of evaluation_results refer to executions that do not exist, such as e-1: restore these from a \
             backup, or delete what refers to them",
            "constraint evaluation_results_execution_id_fkey of evaluation_results is missing",
            "constraint node_boundaries_execution_id_fkey of node_boundaries is missing",
        ],
    ] {
        let problems = damaged.problems().await;
        assert_eq!(problems.iter().map(|problem| problem.message.as_str()).collect::<Vec<_>>(), expected);
        damaged.repair(&problems).await;
    }
    damaged.assert_healthy("two repairs").await;
}

#[tokio::test]
async fn a_column_that_counts_no_more_counts_on_after_the_last_row() {
    let damaged = Damaged::sound().await;
    damaged.execute("ALTER TABLE executions ALTER COLUMN seq DROP IDENTITY").await;
    for expected in ["column seq of executions has ", "the sequence of executions is behind"] {
        let problems = damaged.problems().await;
        let [problem] = &problems[..] else { panic!("{problems:?}") };
        assert!(problem.message.starts_with(expected), "{}", problem.message);
        damaged.repair(&problems).await;
    }
    damaged.assert_healthy("the identity was added and moved on").await;
}

#[tokio::test]
async fn what_is_extra_is_no_problem_unless_it_changes_or_refuses_rows() {
    let damaged = Damaged::sound().await;
    damaged
        .execute(
            "CREATE TABLE own (x int); CREATE INDEX own_index ON executions (created_at);
             ALTER TABLE executions ADD COLUMN own_column text;
             CREATE FUNCTION swallow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
        )
        .await;
    damaged.assert_healthy("extra things").await;
    let damage = "
        CREATE TRIGGER \"Swallow\" BEFORE INSERT ON audit_logs FOR EACH ROW EXECUTE FUNCTION swallow();
        CREATE RULE forget AS ON DELETE TO executions DO INSTEAD NOTHING;
        CREATE UNIQUE INDEX alone ON executions (session_id);
        ALTER TABLE executions ADD CONSTRAINT short CHECK (length(state::text) < 1000)";
    damaged.execute(damage).await;
    let problems = damaged.problems().await;
    assert!(problems.iter().all(|problem| problem.severity == ProblemSeverity::Warning), "{problems:?}");
    damaged.repair(&problems).await;
    let messages: Vec<_> = problems.iter().map(|problem| problem.message.as_str()).collect();
    assert_eq!(
        messages,
        [
            "constraint short of executions does not belong to the schema and may refuse rows",
            "unique index alone of executions does not belong to the schema and may refuse rows",
            "rule forget of executions does not belong to the schema and may change what is stored",
            "trigger \"Swallow\" of audit_logs does not belong to the schema and may change what is stored",
        ]
    );
    damaged.assert_healthy("their removal").await;
}

#[tokio::test]
async fn what_keeps_rows_from_being_seen_or_checked_is_found() {
    let damaged = Damaged::sound().await;
    damaged
        .assert_repaired(
            "ALTER TABLE executions DISABLE TRIGGER ALL",
            &["triggers of executions are disabled, so rows may refer to nothing"],
        )
        .await;
    damaged
        .assert_repaired(
            "ALTER TABLE audit_logs ENABLE ROW LEVEL SECURITY",
            &["row-level security of audit_logs is enabled, so some roles cannot read or change all rows"],
        )
        .await;
    damaged
        .assert_repaired(
            "DELETE FROM kept_units WHERE began = 'epoch'",
            &["kept_units has no row that tells this store from its copies, so the outcome of a commit cannot be asked \
               for"],
        )
        .await;
}

#[tokio::test]
async fn rows_without_a_parent_are_found_for_every_reference() {
    let replica = "SET session_replication_role = replica;";
    for (damage, expected) in [
        (
            "DELETE FROM workflows",
            &[
                "2 rows of executions refer to workflows that do not exist, such as w-1: restore these from a backup, or \
                 delete what refers to them",
                "2 rows of node_variants refer to workflows that do not exist, such as w-1: restore these from a backup, \
                 or delete what refers to them",
            ][..],
        ),
        (
            "DELETE FROM executions WHERE id = 'e-1'",
            &[
                "2 rows of node_boundaries refer to executions that do not exist, such as e-1: restore these from a \
                 backup, or delete what refers to them",
                "2 rows of evaluation_results refer to executions that do not exist, such as e-1: restore these from a \
                 backup, or delete what refers to them",
            ],
        ),
    ] {
        Damaged::sound().await.assert_repaired(&format!("{replica} {damage}"), expected).await;
    }
}

#[tokio::test]
async fn rows_that_are_no_entities_are_found() {
    let damaged = Damaged::sound().await;
    damaged.execute("ALTER TABLE executions DROP CONSTRAINT executions_status_check").await;
    damaged
        .assert_repaired(
            "UPDATE executions SET status = 'asleep' WHERE seq = 2;
             UPDATE evaluation_results SET score = 'NaN' WHERE seq = 1;
             UPDATE checkpoint_files SET created_at = 'infinity'",
            &[
                "the row of executions with seq 2 is no execution, its status: \"asleep\" is none of pending, running, \
                 paused, completed, failed, cancelled: correct it, or delete it",
                "the row of checkpoint_files with seq 1 is no checkpoint file, its created_at: it is outside the years 1 \
                 to 9999: correct it, or delete it",
                "the row of evaluation_results with seq 1 is no evaluation result, invalid score of evaluation result: a \
                 number must be finite, this one is NaN: correct it, or delete it",
                "constraint executions_status_check of executions is missing",
            ],
        )
        .await;
}

#[tokio::test]
async fn sequences_behind_their_rows_go_on_after_the_last_one() {
    let damaged = Damaged::sound().await;
    damaged
        .assert_repaired(
            "SELECT setval('executions_seq_seq', 1); ALTER SEQUENCE audit_logs_seq_seq RESTART",
            &[
                "the sequence of executions is behind: its next number is 2, but the last row has 2",
                "the sequence of audit_logs is behind: its next number is 1, but the last row has 2",
            ],
        )
        .await;
    damaged
        .assert_repaired(
            "ALTER SEQUENCE workflows_seq_seq CACHE 10",
            &["the sequence of workflows does not count one by one, so rows lose their order"],
        )
        .await;
}

#[tokio::test]
async fn settings_that_break_promises_are_found_wherever_they_are_set() {
    let damaged = Damaged::sound().await;
    let name = damaged.database.name();
    for (setting, otherwise) in [
        ("synchronous_commit = off", "so a crash loses acknowledged commits"),
        ("session_replication_role = replica", "so references are not checked"),
        ("default_transaction_read_only = on", "so nothing can be written"),
        ("zero_damaged_pages = on", "so a damaged page is emptied without an error"),
        ("ignore_checksum_failure = on", "so a damaged page is read without an error"),
    ] {
        damaged.execute(&format!("ALTER DATABASE \"{name}\" SET {setting}")).await;
        let problems = damaged.problems().await;
        let message = format!("{} for database {name}, {otherwise}", setting.replace('=', "is"));
        let [problem] = &problems[..] else { panic!("{problems:?}") };
        assert_eq!((problem.severity, &problem.message), (ProblemSeverity::Error, &message));
        // Connections that are open stay as they are.
        let opened = options(damaged.database.url()).migrate(Migrate::Verify);
        let store = postgres::open(opened).await.expect("a store");
        assert_eq!(store.diagnose(Examination::Quick).await.expect("a diagnosis").problems, problems);
        damaged.repair(&problems).await;
        damaged.assert_healthy(setting).await;
    }
}

/// A connection after the server reloaded its settings, once this one has that value.
async fn once_reloaded(server: &OwnServer, name: &str, value: &str) -> PgConnection {
    loop {
        let mut connection = PgConnection::connect(server.url()).await.expect("a connection");
        let current = sqlx::query_scalar("SELECT current_setting($1)").bind(name);
        if current.fetch_one(&mut connection).await.is_ok_and(|current: String| current == value) {
            return connection;
        }
    }
}

#[tokio::test]
async fn settings_of_the_whole_server_that_risk_the_database_are_found() {
    let server = OwnServer::start().await.expect("a server");
    let problems = async || {
        let store = database::open(options(server.url())).await;
        store.diagnose(Examination::Quick).await.expect("a diagnosis").problems
    };
    assert_eq!(problems().await, []);
    for (name, otherwise) in [
        ("fsync", "a crash of the machine loses or damages the database"),
        ("full_page_writes", "a crash of the machine damages pages"),
    ] {
        let mut operator = once_reloaded(&server, name, "on").await;
        for sql in [&format!("ALTER SYSTEM SET {name} = off"), "SELECT pg_reload_conf()"] {
            raw_sql(AssertSqlSafe(sql)).execute(&mut operator).await.expect("set");
        }
        let mut operator = once_reloaded(&server, name, "off").await;
        let expected = Problem::error(format!("{name} is off, so {otherwise}"))
            .repaired_by(format!("ALTER SYSTEM SET {name} = on;"))
            .repaired_by("SELECT pg_reload_conf();");
        let found = problems().await;
        assert_eq!(found, [expected]);
        for sql in &found[0].repair {
            raw_sql(AssertSqlSafe(sql.as_str())).execute(&mut operator).await.expect("repaired");
        }
        once_reloaded(&server, name, "on").await;
        assert_eq!(problems().await, []);
    }
}

#[tokio::test]
async fn a_setting_of_another_role_is_a_warning() {
    let damaged = Damaged::sound().await;
    let name = damaged.database.name();
    let role = format!("{name}_replicator");
    damaged
        .execute(&format!(
            "CREATE ROLE \"{role}\"; ALTER ROLE \"{role}\" IN DATABASE \"{name}\" SET synchronous_commit = off"
        ))
        .await;
    let problems = damaged.problems().await;
    let expected = Problem::warning(format!(
        "synchronous_commit is off for role {role} in database {name}, so a crash loses acknowledged commits"
    ))
    .repaired_by(format!("ALTER ROLE {role} IN DATABASE {name} RESET synchronous_commit;"));
    assert_eq!(problems, [expected]);
    damaged.repair(&problems).await;
    damaged.assert_healthy("the reset").await;
    damaged.execute(&format!("DROP ROLE \"{role}\"")).await;
}

#[tokio::test]
async fn what_a_role_may_not_see_is_named_and_the_rest_examined() {
    let damaged = Damaged::sound().await;
    let role = format!("{}_look", damaged.database.name());
    damaged
        .execute(&format!(
            "CREATE ROLE \"{role}\" LOGIN; GRANT SELECT ON ALL TABLES IN SCHEMA public TO \"{role}\";
             REVOKE SELECT ON audit_logs FROM \"{role}\"; DROP INDEX executions_by_status"
        ))
        .await;
    let mut as_role = options(damaged.database.url());
    let url = damaged.database.url();
    let separator = if url.contains('?') { '&' } else { '?' };
    let url = format!("{url}{separator}options=-c%20role%3D{role}");
    as_role.url = match DatabaseUrl::parse(&url) {
        Ok(DatabaseUrl::Postgres(url)) => url,
        other => panic!("{other:?}"),
    };
    let store = postgres::open(as_role.migrate(Migrate::Verify)).await.expect("a store");
    let diagnosis = store.diagnose(Examination::Full).await.expect("a diagnosis");
    let messages: Vec<_> = diagnosis.problems.iter().map(|problem| problem.message.as_str()).collect();
    assert!(messages.contains(&"index executions_by_status of executions is missing"), "{messages:?}");
    for expected in [
        "not examined: rows of audit_logs: permission denied for table audit_logs",
        "not examined: the sequence of executions: permission denied for sequence executions_seq_seq",
    ] {
        assert!(messages.contains(&expected), "{messages:?}");
    }
    assert!(diagnosis.counts.contains(&(EntityKind::Execution, 2)));
    drop(store);
    damaged.execute(&format!("DROP OWNED BY \"{role}\"; DROP ROLE \"{role}\"")).await;
}

#[tokio::test]
async fn statements_name_the_schema_as_sql_needs_it() {
    let database = database().await;
    let schema = SchemaName::new("user").expect("a name");
    let store = postgres::open(options(database.url()).schema(schema)).await.expect("a store");
    let damaged = Damaged { database, store };
    damaged
        .assert_repaired(
            "DROP INDEX \"user\".workflows_by_id CASCADE",
            &[
                "index workflows_by_id of workflows is missing",
                "constraint executions_workflow_id_fkey of executions is missing",
                "constraint node_variants_workflow_id_fkey of node_variants is missing",
            ],
        )
        .await;
}

#[tokio::test]
async fn a_quick_examination_reads_no_rows() {
    let damaged = Damaged::sound().await;
    damaged
        .execute(
            "SET session_replication_role = replica; DELETE FROM workflows; DROP INDEX executions_by_status",
        )
        .await;
    let diagnosis = damaged.diagnose(Examination::Quick).await;
    let messages: Vec<_> = diagnosis.problems.iter().map(|problem| problem.message.as_str()).collect();
    assert_eq!(messages, ["index executions_by_status of executions is missing"]);
    assert_eq!(diagnosis.counts, []);
}

#[tokio::test]
async fn a_copy_that_was_not_finished_is_found_and_changes_no_outcome() {
    let damaged = Damaged::sound().await;
    damaged.store.mark_unfinished(true).await.unwrap();
    damaged.store.mark_unfinished(true).await.unwrap();
    let expected = Problem::error(
        "a copy into this store was not finished: unless it still runs, give the same `wtb copy` again with --resume",
    );
    assert_eq!(damaged.diagnose(Examination::Quick).await.problems, [expected]);
    let mut unit = damaged.store.begin().await.unwrap();
    let id = unit.identify().await.unwrap();
    unit.commit().await.unwrap();
    assert_eq!(damaged.store.outcome_of(&id).await.unwrap(), UnitOutcome::Kept);
    damaged.store.mark_unfinished(false).await.unwrap();
    damaged.assert_healthy("the copy ended").await;
}
