//! Which value counts, and that every key can be set from everywhere.

#![expect(clippy::expect_used, reason = "a key without a value is a failed test")]

mod support;

use support::SettingsFile;
use wtb_config::{LogLevel, Migrate, Preset, Settings, Source, StateAdapter, StorageMode, Synchronous};

/// Every key, every variable that sets it, and a value that is nobody's default.
const KEYS: &[(&str, &[&str], &str)] = &[
    ("storage.mode", &["WTB_STORAGE_MODE", "WTB_STORAGE__MODE"], "sql"),
    ("storage.url", &["WTB_DB_URL", "WTB_DATABASE_URL", "WTB_STORAGE__URL"], "sqlite:///other.db"),
    ("storage.migrate", &["WTB_STORAGE__MIGRATE"], "verify"),
    ("storage.wait_ms", &["WTB_STORAGE__WAIT_MS"], "77"),
    ("storage.synchronous", &["WTB_STORAGE__SYNCHRONOUS"], "normal"),
    ("storage.max_readers", &["WTB_STORAGE__MAX_READERS"], "3"),
    ("storage.schema", &["WTB_STORAGE__SCHEMA"], "team_2"),
    ("storage.application_name", &["WTB_STORAGE__APPLICATION_NAME"], "a worker"),
    ("storage.max_connections", &["WTB_STORAGE__MAX_CONNECTIONS"], "65535"),
    ("storage.statement_timeout_ms", &["WTB_STORAGE__STATEMENT_TIMEOUT_MS"], "2147483647"),
    ("storage.idle_in_transaction_timeout_ms", &["WTB_STORAGE__IDLE_IN_TRANSACTION_TIMEOUT_MS"], "1"),
    ("storage.idle_timeout_ms", &["WTB_STORAGE__IDLE_TIMEOUT_MS"], "2"),
    ("storage.max_lifetime_ms", &["WTB_STORAGE__MAX_LIFETIME_MS"], "3"),
    ("storage.pooler", &["WTB_STORAGE__POOLER"], "true"),
    // Any other value needs a store in PostgreSQL.
    ("storage.read_url", &["WTB_STORAGE__READ_URL", "WTB_DB_READ_URL"], "none"),
    ("storage.replica_wait_ms", &["WTB_STORAGE__REPLICA_WAIT_MS"], "77"),
    ("retry.window_ms", &["WTB_RETRY__WINDOW_MS"], "2"),
    ("retry.base_delay_ms", &["WTB_RETRY__BASE_DELAY_MS"], "1"),
    ("retry.max_delay_ms", &["WTB_RETRY__MAX_DELAY_MS"], "5"),
    ("state.adapter", &["STATE_ADAPTER_MODE", "WTB_STATE__ADAPTER"], "langgraph"),
    ("state.agentgit_db_path", &["AGENTGIT_DB_PATH", "WTB_STATE__AGENTGIT_DB_PATH"], "12345"),
    ("log.level", &["WTB_LOG_LEVEL", "WTB_LOG__LEVEL"], "trace"),
];

/// The value and source of a key, as users see them.
fn shown(settings: &Settings, key: &str) -> (String, Source) {
    let found = settings.sources().iter().find(|value| value.key == key);
    found.map(|value| (value.value.clone(), value.source.clone())).expect("every key has a source")
}

fn alone() -> wtb_config::Loader {
    Settings::loader(Preset::Testing).alone()
}

#[test]
fn every_key_has_a_value_and_a_source() {
    let keys: Vec<&str> = Settings::for_testing().sources().iter().map(|value| value.key).collect();
    assert_eq!(keys, KEYS.iter().map(|(key, ..)| *key).collect::<Vec<_>>());
}

#[test]
fn every_key_can_be_set_by_each_of_its_variables() {
    for (key, variables, value) in KEYS {
        for variable in *variables {
            let settings = alone().environment([(*variable, *value)]).load().unwrap();
            let expected = ((*value).to_owned(), Source::Variable((*variable).to_owned()));
            assert_eq!(shown(&settings, key), expected, "{variable}");
        }
    }
}

#[test]
fn every_key_can_be_set_in_the_file() {
    for (key, _, value) in KEYS {
        let (section, name) = key.split_once('.').unwrap();
        let is_bare = value.parse::<u8>().is_ok() || value.parse::<bool>().is_ok();
        let value = if is_bare { (*value).to_owned() } else { format!("{value:?}") };
        let file = SettingsFile::new(&format!("# A comment.\n[{section}]\n{name} = {value}\n"));
        let settings = alone().file(&file.path).load().unwrap();
        let source = Source::File { path: file.path.clone(), line: 3, profile: None };
        assert_eq!(shown(&settings, key), (value.trim_matches('"').to_owned(), source));
    }
}

#[test]
fn every_key_can_be_overridden() {
    for (key, _, value) in KEYS {
        let settings = alone().set(*key, *value, "--option").load().unwrap();
        let expected = ((*value).to_owned(), Source::Override("--option".to_owned()));
        assert_eq!(shown(&settings, key), expected);
    }
}

#[test]
fn later_places_win() {
    let file = SettingsFile::new("storage.wait_ms = 1\n[profile.slow.storage]\nwait_ms = 2\n");
    let source = |line, profile: Option<&str>| Source::File {
        path: file.path.clone(),
        line,
        profile: profile.map(str::to_owned),
    };
    let mut loader = alone();
    let wait = |loader: &wtb_config::Loader| shown(&loader.clone().load().unwrap(), "storage.wait_ms");
    assert_eq!(wait(&loader), ("5000".to_owned(), Source::Default));
    loader = loader.file(&file.path);
    assert_eq!(wait(&loader), ("1".to_owned(), source(1, None)));
    loader = loader.profile("slow");
    assert_eq!(wait(&loader), ("2".to_owned(), source(3, Some("slow"))));
    loader = loader.environment([("WTB_STORAGE__WAIT_MS", "3")]);
    assert_eq!(wait(&loader), ("3".to_owned(), Source::Variable("WTB_STORAGE__WAIT_MS".to_owned())));
    loader = loader.set("storage.wait_ms", "4", "first").set("storage.wait_ms", "5", "second");
    assert_eq!(wait(&loader), ("5".to_owned(), Source::Override("second".to_owned())));
}

#[test]
fn the_file_changes_what_a_preset_says() {
    let file = SettingsFile::new("[state]\nadapter = \"inmemory\"\n");
    let settings = Settings::loader(Preset::Development).alone().file(&file.path).load().unwrap();
    assert_eq!(settings.state.adapter, StateAdapter::InMemory);
    assert_eq!(shown(&settings, "storage.mode"), ("sql".to_owned(), Source::Preset("development")));
}

#[test]
fn the_profile_is_chosen_by_a_variable_unless_the_program_chooses() {
    let file = SettingsFile::new("[profile.a.log]\nlevel = \"warn\"\n[profile.b]\nlog = {level = \"off\"}\n");
    let loader = alone().environment([("WTB_PROFILE", "a")]).file(&file.path);
    assert_eq!(loader.clone().load().unwrap().log.level, LogLevel::Warn);
    assert_eq!(loader.profile("b").load().unwrap().log.level, LogLevel::Off);
}

#[test]
fn the_file_is_named_by_a_variable() {
    let file = SettingsFile::new("[log]\nlevel = \"debug\"\n");
    let loader = Settings::loader(Preset::Testing).environment([("WTB_CONFIG", &file.path)]);
    assert_eq!(loader.load().unwrap().log.level, LogLevel::Debug);
}

#[test]
fn presets_are_what_they_say() {
    let testing = Settings::for_testing();
    assert_eq!(testing.storage.mode, StorageMode::InMemory);
    assert_eq!(testing.state.adapter, StateAdapter::InMemory);

    let development = Settings::for_development();
    assert_eq!(development.storage.mode, StorageMode::Sql);
    assert_eq!(development.storage.url.to_string(), "sqlite:///data/wtb.db");
    assert_eq!(development.storage.migrate, Migrate::Apply);
    assert_eq!(development.state.adapter, StateAdapter::AgentGit);

    let production = Settings::for_production("sqlite:////var/lib/wtb/wtb.db").unwrap();
    assert_eq!(production.storage.mode, StorageMode::Sql);
    assert_eq!(production.storage.url.to_string(), "sqlite:////var/lib/wtb/wtb.db");
    assert_eq!(production.storage.migrate, Migrate::Verify);
    assert_eq!(production.storage.synchronous, Synchronous::Full);
    assert_eq!(production.log.level, LogLevel::Warn);
}

#[test]
fn sql_without_a_url_is_the_database_of_development() {
    let loader = Settings::loader(Preset::Default).alone().environment([("WTB_STORAGE_MODE", "sqlalchemy")]);
    let settings = loader.load().unwrap();
    assert_eq!(settings.storage.mode, StorageMode::Sql);
    assert_eq!(shown(&settings, "storage.url"), ("sqlite:///data/wtb.db".to_owned(), Source::Default));
}

#[test]
fn a_store_option_names_the_database_and_asks_for_it() {
    let loader = alone().environment([("WTB_STORAGE_MODE", "inmemory")]);
    let settings = loader.store("sqlite:///elsewhere.db", "--store").load().unwrap();
    assert_eq!(settings.storage.mode, StorageMode::Sql);
    assert_eq!(settings.storage.url.to_string(), "sqlite:///elsewhere.db");
}

#[test]
fn a_database_may_be_named_and_not_used_when_somebody_says_so() {
    let named = ("WTB_DB_URL", "sqlite:///wtb.db");
    let loader =
        Settings::loader(Preset::Default).alone().environment([named, ("WTB_STORAGE_MODE", "inmemory")]);
    assert_eq!(loader.load().unwrap().storage.mode, StorageMode::InMemory);
    assert_eq!(alone().environment([named]).load().unwrap().storage.mode, StorageMode::InMemory);
}

#[test]
fn variables_are_text_whatever_they_look_like() {
    for path in ["12345", "[a", "{b}", "true", "\"quoted\"", "1 2"] {
        let settings = alone().environment([("AGENTGIT_DB_PATH", path)]).load().unwrap();
        assert_eq!(settings.state.agentgit_db_path.to_str(), Some(path));
    }
}

#[test]
fn an_empty_variable_is_absent() {
    let environment = [("WTB_LOG__LEVEL", ""), ("WTB_PROFILE", ""), ("WTB_NO_SUCH", ""), ("WTB_DB_URL", "")];
    let settings = alone().environment(environment).load().unwrap();
    assert_eq!(settings, Settings::for_testing());
}

#[test]
fn variables_of_tests_and_of_other_programs_are_left_alone() {
    let environment = [("WTB_TEST_POSTGRES_URL", "x"), ("PATH", "y"), ("wtb_log__level", "z"), ("WTB", "w")];
    assert_eq!(alone().environment(environment).load().unwrap(), Settings::for_testing());
}

#[test]
fn two_variables_may_say_the_same() {
    let environment = [("WTB_STORAGE_MODE", "sql"), ("WTB_STORAGE__MODE", "sql")];
    assert_eq!(alone().environment(environment).load().unwrap().storage.mode, StorageMode::Sql);
}
