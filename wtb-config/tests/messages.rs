//! What users are told about settings, word for word.

#![expect(clippy::expect_used, reason = "settings that are not refused are a failed test")]

mod support;

use std::error::Error;
use support::SettingsFile;
use wtb_config::{ConfigErrors, Loader, Preset, Settings};

fn loader() -> Loader {
    Settings::loader(Preset::Default).alone()
}

/// The message, with the path of the file as users mostly write it.
fn shortened(refusal: &ConfigErrors, file: &SettingsFile) -> String {
    refusal.to_string().replace(&file.path.display().to_string(), "wtb.toml")
}

fn refused(loader: Loader) -> ConfigErrors {
    loader.load().expect_err("these settings are wrong")
}

#[test]
fn mistakes_in_variables_name_the_variable() {
    for (variables, message) in [
        (
            &[("WTB_STORAGE_MODE", "mongo")][..],
            "environment variable WTB_STORAGE_MODE: storage.mode must be inmemory or sql",
        ),
        (
            &[("WTB_STORAGE__SYNCHRONOUS", "off")],
            "environment variable WTB_STORAGE__SYNCHRONOUS: storage.synchronous must be full or normal",
        ),
        (
            &[("WTB_STORAGE__MAX_READERS", "0")],
            "environment variable WTB_STORAGE__MAX_READERS: storage.max_readers must be a whole number from 1 to 255",
        ),
        (
            &[("WTB_STORAGE__WAIT_MS", "-1")],
            "environment variable WTB_STORAGE__WAIT_MS: storage.wait_ms must be a whole number of milliseconds from \
             0 to 4294967295",
        ),
        (
            &[("WTB_STORAGE__SCHEMA", "Team-2")],
            "environment variable WTB_STORAGE__SCHEMA: storage.schema must be a name of lower-case letters, digits and \
             underscores, 63 at most, that begins neither with a digit nor with pg_, and is not information_schema",
        ),
        (
            &[("WTB_STORAGE__APPLICATION_NAME", "wörker")],
            "environment variable WTB_STORAGE__APPLICATION_NAME: storage.application_name must be text of 1 to 63 \
             printable ASCII characters",
        ),
        (
            &[("WTB_STORAGE__MAX_CONNECTIONS", "0")],
            "environment variable WTB_STORAGE__MAX_CONNECTIONS: storage.max_connections must be a whole number from 1 to \
             65535",
        ),
        (
            &[("WTB_STORAGE__STATEMENT_TIMEOUT_MS", "0")],
            "environment variable WTB_STORAGE__STATEMENT_TIMEOUT_MS: storage.statement_timeout_ms must be a whole number \
             of milliseconds from 1 to 2147483647",
        ),
        (
            &[("WTB_STORAGE__MAX_LIFETIME_MS", "2147483648")],
            "environment variable WTB_STORAGE__MAX_LIFETIME_MS: storage.max_lifetime_ms must be a whole number of \
             milliseconds from 1 to 2147483647",
        ),
        (
            &[("WTB_STORAGE__POOLER", "pgbouncer")],
            "environment variable WTB_STORAGE__POOLER: storage.pooler must be true or false",
        ),
        (
            &[("STATE_ADAPTER_MODE", "redis")],
            "environment variable STATE_ADAPTER_MODE: state.adapter must be inmemory, agentgit or langgraph",
        ),
        (
            &[("WTB_LOG_LEVEL", "loud")],
            "environment variable WTB_LOG_LEVEL: log.level must be off, error, warn, info, debug or trace",
        ),
        (
            &[("WTB_STORAGE_MOD", "sql")],
            "environment variable WTB_STORAGE_MOD sets nothing; did you mean WTB_STORAGE_MODE?",
        ),
        (
            &[("WTB_DB_URL", "mysql://wtb:hunter2@db.example/wtb")],
            "environment variable WTB_DB_URL: storage.url cannot be used: a database url starts with sqlite:/// or \
             postgresql://",
        ),
        (
            &[("WTB_RETRY__MAX_ATTEMPTS", "60")],
            "environment variable WTB_RETRY__MAX_ATTEMPTS: retry.max_attempts was replaced by retry.window_ms: for how \
             long a unit is retried, in milliseconds",
        ),
        (&[("WTB_RAY", "1")], "environment variable WTB_RAY sets nothing"),
        (
            &[("WTB_STORAGE_MODE", "sql"), ("WTB_STORAGE__MODE", "inmemory")],
            "environment variables WTB_STORAGE_MODE and WTB_STORAGE__MODE set storage.mode to different values; keep \
             one of them",
        ),
        (
            &[("WTB_PROFILE", "production")],
            "profile production is asked for, but there is no settings file that could have it",
        ),
        (
            &[("WTB_DB_URL", "sqlite:///wtb.db")],
            "environment variable WTB_DB_URL: storage.url names a database, but storage.mode is inmemory by default, \
             so nothing would be kept; set storage.mode to sql, or to inmemory if that is meant",
        ),
    ] {
        assert_eq!(refused(loader().environment(variables.iter().copied())).to_string(), message);
    }
}

#[test]
fn mistakes_in_the_file_name_the_line() {
    for (text, message) in [
        ("\n\n[storage]\nmode = \"mongo\"", "wtb.toml line 4: storage.mode must be inmemory or sql"),
        ("[storage]\nmode = 1", "wtb.toml line 2: storage.mode must be inmemory or sql"),
        ("[storage]\nurl = 1", "wtb.toml line 2: storage.url must be text such as sqlite:///data/wtb.db"),
        ("[storage.url]", "wtb.toml line 1: storage.url must be text such as sqlite:///data/wtb.db"),
        (
            "[state]\nagentgit_db_path = 12345",
            "wtb.toml line 2: state.agentgit_db_path must be a path in quotes",
        ),
        (
            "[state]\nagentgit_db_path = true",
            "wtb.toml line 2: state.agentgit_db_path must be a path in quotes",
        ),
        (
            "[storage]\nmax_readers = true",
            "wtb.toml line 2: storage.max_readers must be a whole number from 1 to 255",
        ),
        ("[storage]\npooler = 2", "wtb.toml line 2: storage.pooler must be true or false"),
        (
            "[retry]\nbase_delay_ms = 1.5",
            "wtb.toml line 2: retry.base_delay_ms must be a whole number of milliseconds from 0 to 4294967295",
        ),
        (
            "[profile.a.retry]\nmax_attempts = 60",
            "wtb.toml line 2 (profile a): retry.max_attempts was replaced by retry.window_ms: for how long a unit is \
             retried, in milliseconds",
        ),
        (
            "[storage]\nmod = \"sql\"",
            "wtb.toml line 2: there is no setting storage.mod; did you mean storage.mode?",
        ),
        ("[storag]\nmode = \"sql\"", "wtb.toml line 1: there is no setting storag; did you mean storage?"),
        ("[pool]\nsize = 1", "wtb.toml line 1: there is no setting pool"),
        ("storage = \"sql\"", "wtb.toml line 1: storage must be a section"),
        ("[[storage]]\nmode = \"sql\"", "wtb.toml line 1: storage must be a section"),
        ("profile = \"a\"", "wtb.toml line 1: profile must be a section"),
        ("[profile]\na = 1", "wtb.toml line 2: profile must be a section"),
        (
            "[profile.a.log]\nlevl = \"off\"",
            "wtb.toml line 2 (profile a): there is no setting log.levl; did you mean log.level?",
        ),
        ("[profile.a.profile.b]", "wtb.toml line 1 (profile a): there is no setting profile"),
        (
            "[storage]\nurl = \"sqlite:///wtb.db\"",
            "wtb.toml line 2: storage.url names a database, but storage.mode is inmemory by default, so nothing would \
             be kept; set storage.mode to sql, or to inmemory if that is meant",
        ),
        (
            "[log]\nlevel = off",
            "wtb.toml line 2, column 9: not TOML: string values must be quoted, expected literal string",
        ),
        ("[log\n", "wtb.toml line 1, column 5: not TOML: unclosed table, expected `]`"),
    ] {
        let file = SettingsFile::new(text);
        let refusal = refused(loader().file(&file.path));
        assert_eq!(shortened(&refusal, &file), message, "{text}");
    }
}

#[test]
fn a_misspelt_profile_is_answered_with_those_there_are() {
    for (text, message) in [
        ("[profile.production]\n[profile.ci]", "wtb.toml has no profile prodution; it has ci, production"),
        ("", "profile prodution is asked for, but wtb.toml has no profiles"),
    ] {
        let file = SettingsFile::new(text);
        let refusal = refused(loader().file(&file.path).profile("prodution"));
        assert_eq!(shortened(&refusal, &file), message);
    }
}

#[test]
fn a_bad_value_in_a_profile_counts_only_when_the_profile_is_asked_for() {
    let file = SettingsFile::new("[profile.a.log]\nlevel = \"loud\"");
    let loader = loader().file(&file.path);
    assert!(loader.clone().load().is_ok());
    assert_eq!(
        shortened(&refused(loader.profile("a")), &file),
        "wtb.toml line 2 (profile a): log.level must be off, error, warn, info, debug or trace"
    );
}

#[test]
fn a_file_that_is_named_must_be_there() {
    let refusal =
        refused(Settings::loader(Preset::Default).environment([("WTB_CONFIG", "no/such/file.toml")]));
    let message = refusal.to_string();
    assert!(message.starts_with("cannot read the settings file no/such/file.toml: "), "{message}");
    assert!(refusal.source().is_some(), "the cause is in the chain");
}

#[test]
fn mistakes_of_the_program_name_what_users_know_it_by() {
    let refusal = refused(loader().set("log.level", "loud", "--log").set("log.levle", "off", "--quiet"));
    assert_eq!(
        refusal.to_string(),
        "--quiet: there is no setting log.levle; did you mean log.level?\n\
         --log: log.level must be off, error, warn, info, debug or trace"
    );
}

#[test]
fn every_mistake_is_told_at_once() {
    let file = SettingsFile::new("[storage]\nmode = \"mongo\"\nwait = 1\n[log]\nlevel = 1\n");
    let environment = [("WTB_STORAGE__WAIT_MS", "long"), ("WTB_NOISE", "1")];
    let refusal = refused(loader().file(&file.path).environment(environment));
    assert_eq!(
        shortened(&refusal, &file),
        "wtb.toml line 3: there is no setting storage.wait; did you mean storage.wait_ms?\n\
         environment variable WTB_NOISE sets nothing\n\
         wtb.toml line 2: storage.mode must be inmemory or sql\n\
         environment variable WTB_STORAGE__WAIT_MS: storage.wait_ms must be a whole number of milliseconds from 0 to \
         4294967295\n\
         wtb.toml line 5: log.level must be off, error, warn, info, debug or trace"
    );
    assert_eq!(refusal.iter().count(), 5);
}

#[cfg(unix)]
#[test]
fn a_variable_that_is_not_text_is_refused() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    let refusal = refused(loader().environment([("AGENTGIT_DB_PATH", OsStr::from_bytes(b"\xff"))]));
    assert_eq!(
        refusal.to_string(),
        "environment variable AGENTGIT_DB_PATH: state.agentgit_db_path must be UTF-8 text"
    );
}

#[test]
fn a_replica_of_what_has_none_is_refused() {
    let replica = [("WTB_DB_READ_URL", "postgresql://wtb:hunter2@replica.example/wtb")];
    let loader = Settings::loader(Preset::Development).alone().environment(replica);
    assert_eq!(
        loader.load().unwrap_err().to_string(),
        "environment variable WTB_DB_READ_URL: storage.read_url names a replica, but the store is not in postgresql; \
         set storage.url to the database of the replica, or storage.read_url to none"
    );
    let file = [("WTB_DB_READ_URL", "sqlite:///wtb.db")];
    let loader = Settings::loader(Preset::Development).alone().environment(file);
    assert_eq!(
        loader.load().unwrap_err().to_string(),
        "environment variable WTB_DB_READ_URL: storage.read_url cannot be used: only postgresql has replicas to read; \
         write none for sqlite"
    );
}

#[test]
fn a_store_that_is_named_by_the_program_is_read_where_it_is() {
    let elsewhere = [
        ("WTB_DB_READ_URL", "postgresql://replica.example/wtb"),
        ("WTB_DB_URL", "postgresql://db.example/wtb"),
    ];
    let loader = Settings::loader(Preset::Development).alone().environment(elsewhere);
    let replica = loader.clone().load().unwrap().storage.read_url;
    assert_eq!(replica.to_string(), "postgresql://replica.example/wtb");
    let named = loader.store("postgresql://other.example/wtb", "--store").load().unwrap();
    assert_eq!(named.storage.read_url.replica(), None);
}
