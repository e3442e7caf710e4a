//! That a password in a URL shows nowhere, whether the URL is good or bad and wherever it stands.

mod support;

use figment::value::Value;
use std::error::Error;
use std::fmt::{Debug, Display};
use support::SettingsFile;
use wtb_config::{ConfigErrors, Loader, Preset, Settings, migrate, migrations, open};

const SECRET: &str = "hunter2-canary";
const GOOD_URL: &str = "postgresql://wtb:hunter2-canary@127.0.0.1:1/wtb?password=hunter2-canary";
const BAD_URLS: &[&str] = &[
    "hunter2-canary",
    "mysql://wtb:hunter2-canary@db.example/wtb",
    "sqlite://wtb:hunter2-canary@db.example/wtb",
    "sqlite:///wtb.db?password=hunter2-canary",
    "postgresql://wtb:hunter2-canary@",
    "postgresql://wtb:hunter2-canary?x@db.example/wtb",
    "postgresql//wtb:hunter2-canary@db.example/wtb",
    "postgresql://wtb:hunter2-canary/wtb",
    "postgresql://db.example/wtb&password=hunter2-canary",
    "postgres:/wtb:hunter2-canary@db.example/wtb",
    "host=db.example password=hunter2-canary",
    " ",
];

fn keeps_secret(what: &(impl Debug + Display)) {
    for text in [format!("{what}"), format!("{what:?}"), format!("{what:#?}")] {
        assert!(!text.contains(SECRET), "{text}");
    }
}

/// The error and all its causes.
fn chain_keeps_secret(error: &dyn Error) {
    let mut next = Some(error);
    while let Some(error) = next {
        keeps_secret(&error);
        next = error.source();
    }
}

fn all_keep_secret(errors: &ConfigErrors) {
    chain_keeps_secret(errors);
    for error in errors {
        chain_keeps_secret(error);
    }
}

/// Loaders that get `url` from each place there is.
fn from_everywhere(url: &str) -> Vec<(Loader, SettingsFile)> {
    let alone = || Settings::loader(Preset::Development).alone();
    let top = SettingsFile::new(&format!("[storage]\nurl = {url:?}"));
    let profile = SettingsFile::new(&format!("[profile.a.storage]\nurl = {url:?}"));
    let unused = || SettingsFile::new("");
    vec![
        (alone().environment([("WTB_DB_URL", url)]), unused()),
        (alone().environment([("WTB_STORAGE__URL", url)]), unused()),
        (alone().set("storage.url", url, "--url"), unused()),
        (alone().store(url, "--store"), unused()),
        (Settings::loader(Preset::Production { url: url.to_owned() }).alone(), unused()),
        (alone().file(&top.path), top),
        (alone().file(&profile.path).profile("a"), profile),
    ]
}

#[tokio::test]
async fn a_password_in_a_good_url_shows_nowhere() {
    for (loader, _file) in from_everywhere(GOOD_URL) {
        keeps_secret(&format!("{loader:?}"));
        let settings = loader.load().unwrap();
        keeps_secret(&format!("{settings:?}"));
        keeps_secret(&format!("{:?}", settings.sources()));
        keeps_secret(&format!("{:?}", Value::serialize(&settings).unwrap()));
        keeps_secret(&settings.storage.url);
        // Nobody listens on that port.
        chain_keeps_secret(&open(&settings).await.unwrap_err());
        chain_keeps_secret(&migrations(&settings).await.unwrap_err());
        chain_keeps_secret(&migrate(&settings).await.unwrap_err());
    }
    keeps_secret(&format!("{:?}", Preset::Production { url: GOOD_URL.to_owned() }));
}

#[test]
fn a_password_in_a_bad_url_shows_nowhere() {
    for url in BAD_URLS {
        for (loader, _file) in from_everywhere(url) {
            all_keep_secret(&loader.load().expect_err(url));
        }
    }
}

#[test]
fn a_secret_under_the_wrong_key_shows_nowhere() {
    for key in Settings::for_testing().sources().iter().map(|value| value.key) {
        let loader = Settings::loader(Preset::Testing).alone().set(key, GOOD_URL, "--option");
        match loader.load() {
            Ok(settings) => {
                assert!(key == "state.agentgit_db_path" || key == "storage.url", "{settings:?}");
                keeps_secret(&format!("{:?}", settings.sources()));
            }
            Err(errors) => all_keep_secret(&errors),
        }
    }
}

#[test]
fn a_secret_in_a_mistaken_file_shows_nowhere() {
    for text in [
        "[storage]\nurl = [\"hunter2-canary\"]",
        "[storage]\nurl = {password = \"hunter2-canary\"}",
        "[storage.url]\npassword = \"hunter2-canary\"",
        "[storage]\nmode = \"hunter2-canary\"",
        "[storage]\npassword = \"hunter2-canary\"",
        "storage = \"hunter2-canary\"",
        "profile = \"hunter2-canary\"",
        "[profile]\na = \"hunter2-canary\"",
        "[storage]\nurl = postgresql://wtb:hunter2-canary@db.example/wtb",
        "[storage]\nurl = \"postgresql://wtb:hunter2-canary@db.example/wtb",
        "[storage]\nurl = \"hunter2-canary\"\nurl = \"hunter2-canary\"",
        "hunter2-canary",
        "\"postgresql://wtb:hunter2-canary@db.example/wtb\" = 1",
        "[storage]\n\"wtb:hunter2-canary@db.example/wtb\" = 1",
        "\"u:hunter2-canary@h/d\" = 1\n\"u:hunter2-canary@h/d\" = 1",
    ] {
        let file = SettingsFile::new(text);
        let errors = Settings::loader(Preset::Testing).alone().file(&file.path).load().expect_err(text);
        all_keep_secret(&errors);
    }
}

#[test]
fn two_urls_that_contradict_each_other_show_nowhere() {
    let environment = [("WTB_DB_URL", GOOD_URL), ("WTB_STORAGE__URL", "sqlite:///hunter2-canary.db")];
    let errors = Settings::loader(Preset::Testing).alone().environment(environment).load().unwrap_err();
    all_keep_secret(&errors);
}

#[test]
fn a_url_in_the_place_of_a_file_or_a_profile_shows_nowhere() {
    let bad = BAD_URLS.iter().copied().filter(|url| url.len() > SECRET.len());
    for url in bad.chain([GOOD_URL]) {
        for variables in [[("WTB_CONFIG", url)], [("WTB_PROFILE", url)]] {
            let errors = Settings::loader(Preset::Testing).environment(variables).load().expect_err(url);
            all_keep_secret(&errors);
        }
        let file = SettingsFile::new(&format!("[profile.{url:?}]\n"));
        let named = Settings::loader(Preset::Testing).alone().file(&file.path).profile("ci");
        all_keep_secret(&named.load().expect_err(url));
    }
}
