//! Variables that others set, values with white space around them, and files in other encodings.

#![expect(clippy::unwrap_used, reason = "a test that cannot be arranged has failed")]

use std::fs;
use tempfile::TempDir;
use wtb_config::{Loader, Preset, Settings, StorageMode};

fn loader(variables: &[(&str, &str)]) -> Loader {
    Settings::loader(Preset::Development).alone().environment(variables.iter().copied())
}

#[track_caller]
fn refused(variables: &[(&str, &str)]) -> String {
    loader(variables).load().unwrap_err().to_string()
}

#[test]
fn what_kubernetes_sets_about_a_service_called_wtb_is_ignored() {
    for service in ["WTB", "WTB_DB", "WTB_DB_2_REPLICA"] {
        let variables = [
            ("SERVICE_HOST", "10.96.0.12"),
            ("SERVICE_PORT", "5432"),
            ("SERVICE_PORT_HTTP_METRICS", "9187"),
            ("PORT", "tcp://10.96.0.12:5432"),
            ("PORT_5432_TCP", "tcp://10.96.0.12:5432"),
            ("PORT_5432_TCP_PROTO", "tcp"),
            ("PORT_5432_TCP_PORT", "5432"),
            ("PORT_5432_TCP_ADDR", "10.96.0.12"),
            ("PORT_53_UDP_ADDR", "10.96.0.12"),
            ("PORT_9_SCTP", "sctp://10.96.0.12:9"),
        ]
        .map(|(name, value)| (format!("{service}_{name}"), value));
        let settings = Settings::loader(Preset::Development).alone().environment(variables).load();
        assert_eq!(settings.unwrap().sources(), Settings::for_development().sources(), "{service}");
    }
}

#[test]
fn what_docker_sets_about_a_link_called_wtb_is_ignored() {
    let link = [("WTB_DB_NAME", "/web/wtb-db"), ("WTB_DB_ENV_POSTGRES_PASSWORD", "hunter2")];
    loader(&link).load().unwrap();
    for variables in [&link[1..], &[("WTB_DB_NAME", "wtb")][..]] {
        assert!(refused(variables).contains("sets nothing"), "without a link it is a mistake");
    }
}

#[test]
fn a_misspelt_variable_is_still_refused() {
    for (name, value) in [
        ("WTB_STORAGE__WAIT_MSS", "1"),
        ("WTB_STORAGE__PORT", "tcp://10.96.0.12:5432"),
        ("WTB_STORAGE__SERVICE_HOST", "db"),
        ("WTB_PORT", "5432"),
        ("WTB_DB_PORT_5432", "5432"),
        ("WTB_DB_PORT_X_TCP", "5432"),
        ("WTB_DB_PORT_5432_TCP_NAME", "db"),
        ("WTB_LOG_SQLS", "true"),
    ] {
        let message = refused(&[(name, value)]);
        assert!(message.starts_with(&format!("environment variable {name} sets nothing")), "{message}");
    }
    assert!(refused(&[("WTB_STORAGE__WAIT_MSS", "1")]).ends_with("did you mean WTB_STORAGE__WAIT_MS?"));
}

#[test]
fn variables_of_the_python_wtb_that_mean_nothing_here_are_ignored() {
    loader(&[
        ("WTB_LOG_SQL", "true"),
        ("WTB_ROLLBACK_CLEANUP_ENABLED", "true"),
        ("WTB_ROLLBACK_CLEANUP_MAX_FILES", "100"),
        ("WTB_LANGGRAPH_CHECKPOINT_PATH", "data/wtb_checkpoints.db"),
        ("WTB_RAY_STORAGE_ROOT", "/tmp/ray"),
        ("WTB_LLM_MODEL", "small"),
    ])
    .load()
    .unwrap();
}

#[test]
fn the_folder_of_the_python_wtb_says_where_the_default_database_is() {
    let url = |loader: Loader| loader.load().unwrap().storage.url.to_string();
    let folder = ("WTB_DATA_DIR", "/var/wtb 100%");
    assert_eq!(url(loader(&[folder])), "sqlite:////var/wtb 100%25/wtb.db");
    assert_eq!(url(loader(&[folder, ("WTB_DB_URL", "sqlite:///other.db")])), "sqlite:///other.db");
    assert_eq!(url(loader(&[folder]).store("sqlite:///other.db", "--store")), "sqlite:///other.db");
    let production = Preset::Production { url: "sqlite:///service.db".to_owned() };
    assert_eq!(url(Settings::loader(production).alone().environment([folder])), "sqlite:///service.db");

    // It names no database, so it does not ask for one to be used.
    let settings = Settings::loader(Preset::Default).alone().environment([folder]).load().unwrap();
    assert_eq!(settings.storage.mode, StorageMode::InMemory);
}

#[test]
fn white_space_around_a_value_is_no_part_of_it_whatever_the_key() {
    let loaded = loader(&[
        ("WTB_STORAGE_MODE", "sql\n"),
        ("WTB_DB_URL", "postgresql://wtb:hunter2@db.example/wtb\r\n"),
        ("WTB_DB_READ_URL", "none\n"),
        ("WTB_STORAGE__POOLER", " true\n"),
        ("WTB_STORAGE__SCHEMA", "team2\n"),
        ("WTB_STORAGE__APPLICATION_NAME", "loader\n"),
        ("WTB_STORAGE__MAX_CONNECTIONS", "16\n"),
        ("WTB_STORAGE__WAIT_MS", "\t100\n"),
        ("WTB_STORAGE__STATEMENT_TIMEOUT_MS", "1000\n"),
        ("WTB_STATE__AGENTGIT_DB_PATH", "agentgit.db\n"),
        ("AGENTGIT_DB_PATH", "agentgit.db"),
        ("WTB_LOG_LEVEL", "WARNING\n"),
    ]);
    let clean = loader(&[
        ("WTB_STORAGE_MODE", "sql"),
        ("WTB_DB_URL", "postgresql://wtb:hunter2@db.example/wtb"),
        ("WTB_DB_READ_URL", "none"),
        ("WTB_STORAGE__POOLER", "true"),
        ("WTB_STORAGE__SCHEMA", "team2"),
        ("WTB_STORAGE__APPLICATION_NAME", "loader"),
        ("WTB_STORAGE__MAX_CONNECTIONS", "16"),
        ("WTB_STORAGE__WAIT_MS", "100"),
        ("WTB_STORAGE__STATEMENT_TIMEOUT_MS", "1000"),
        ("WTB_STATE__AGENTGIT_DB_PATH", "agentgit.db"),
        ("AGENTGIT_DB_PATH", "agentgit.db"),
        ("WTB_LOG_LEVEL", "WARNING"),
    ]);
    assert_eq!(loaded.load().unwrap(), clean.load().unwrap());
}

#[test]
fn a_profile_and_a_file_that_are_named_by_a_secret_are_found() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("wtb.toml");
    fs::write(&path, "[profile.ci.storage]\nmax_readers = 3\npooler = \"true\\n\"\n").unwrap();
    let variables = [("WTB_CONFIG", format!("{}\n", path.display())), ("WTB_PROFILE", "ci\n".to_owned())];
    let settings = Settings::loader(Preset::Development).environment(variables).load().unwrap();
    assert_eq!((settings.storage.max_readers.get(), settings.storage.pooler), (3, true));
}

/// What loading a settings file of these bytes comes to: the greatest number of readers, or the message.
fn loaded_from(bytes: &[u8]) -> Result<u8, String> {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("wtb.toml");
    fs::write(&path, bytes).unwrap();
    let settings = Settings::loader(Preset::Development).alone().file(&path).load();
    let shown = path.display().to_string();
    settings
        .map(|settings| settings.storage.max_readers.get())
        .map_err(|errors| errors.to_string().replace(&shown, "wtb.toml"))
}

#[test]
fn a_settings_file_may_begin_with_a_byte_order_mark() {
    assert_eq!(loaded_from("\u{feff}[storage]\nmax_readers = 3\n".as_bytes()), Ok(3));
    let wrong = loaded_from("\u{feff}[storage]\nmax_readers = 0\n".as_bytes()).unwrap_err();
    assert!(wrong.starts_with("wtb.toml line 2: storage.max_readers must be"), "{wrong}");
}

#[test]
fn a_settings_file_in_another_encoding_is_refused_with_the_name_of_the_encoding() {
    let text = "[storage]\nmax_readers = 3\n";
    let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    for bytes in
        [[&[0xff, 0xfe], little.as_slice()].concat(), [&[0xfe, 0xff], big.as_slice()].concat(), little, big]
    {
        assert_eq!(
            loaded_from(&bytes).unwrap_err(),
            "cannot read the settings file wtb.toml: it is in UTF-16; save it as UTF-8"
        );
    }
    assert_eq!(
        loaded_from(b"# \xe4\n").unwrap_err(),
        "cannot read the settings file wtb.toml: it is not in UTF-8; save it as UTF-8"
    );
}

#[test]
fn a_settings_file_that_cannot_be_read_says_why() {
    let folder = TempDir::new().unwrap();
    let settings = Settings::loader(Preset::Development).alone().file(folder.path()).load();
    let message = settings.unwrap_err().to_string().to_lowercase();
    assert!(message.contains("is a directory"), "{message}");
}
