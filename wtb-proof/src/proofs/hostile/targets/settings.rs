//! Settings files.

use super::target::{Answer, Target, Verdict};
use std::cell::OnceCell;
use std::fs;
use tempfile::TempDir;
use wtb_config::{ConfigErrors, Loader, Preset, Settings};

/// Settings files.
pub(super) const TARGET: Target = Target {
    name: "settings",
    good: &[
        br#"[storage]
mode = "sql"
url = "sqlite:///data/wtb.db"
synchronous = "normal"

[log]
level = "debug"

[profile.production.storage]
url = "postgresql://db.example/wtb?sslmode=verify-full"
migrate = "verify"
max_connections = 16
"#,
        b"storage.mode = 'inmemory'\nstorage.wait_ms = 0\nretry = { window_ms = 255, base_delay_ms = 1_000 }\n",
        b"state.agentgit_db_path = \"\"\"\na\\u00e9b\"\"\" # comment\n[storage]\nread_url = \"none\"\npooler = true\n",
        b"[profile]\nproduction = { log = { level = 'off' } }\n",
    ],
    words: &[
        b"[", b"]", b"[[", b"]]", b"{", b"}", b"=", b".", b"a.", b"a={", b"\"", b"\"\"\"", b"'''", b"#", b"\n", b"storage",
        b"profile", b"production", b"mode", b"1979-05-27T07:32:00Z", b"0x", b"inf", b"-nan", b"true", b"_", b"[storage]",
        b"wait_ms = 4294967295", b"max_readers = 0", b"schema = 'pg_x'",
    ],
    per_thousand: 15,
    judge,
};

thread_local! {
    static FOLDER: OnceCell<TempDir> = const { OnceCell::new() };
}

fn judge(input: &[u8]) -> Verdict {
    FOLDER.with(|folder| {
        let folder = folder.get_or_init(|| tempfile::tempdir().expect("a folder"));
        let path = folder.path().join("wtb.toml");
        fs::write(&path, input).expect("a file");
        let file = Settings::loader(Preset::Default).environment([("", "")]).file(path);
        let with_profile = load(file.clone().profile("production"))?;
        let without = load(file)?;
        Ok(if with_profile == Answer::Refused { Answer::Refused } else { without })
    })
}

/// Judges what becomes of settings that are loaded.
pub(super) fn load(loader: Loader) -> Verdict {
    match loader.load() {
        Ok(settings) => values_come_back(&settings),
        Err(errors) => sentences(&errors),
    }
}

/// Every value that is shown can be set again, and then means the same. What may be a secret is hidden.
fn values_come_back(settings: &Settings) -> Verdict {
    let is_hidden = |value: &str| value == "(hidden)" || value.ends_with("://…");
    let (hidden, shown): (Vec<_>, Vec<_>) =
        settings.sources().iter().partition(|setting| is_hidden(&setting.value));
    let again = shown.iter().fold(Settings::loader(Preset::Default).alone(), |loader, value| {
        loader.set(value.key, value.value.clone(), "again")
    });
    let means_the_same = |again: &Settings| {
        if hidden.is_empty() {
            // A URL does not show its login and parameters, here no more than there.
            let fields =
                |of: &Settings| format!("{:?} {:?} {:?} {:?}", of.storage, of.retry, of.state, of.log);
            return fields(again) == fields(settings);
        }
        shown.iter().all(|setting| {
            again.sources().iter().any(|other| (other.key, &other.value) == (setting.key, &setting.value))
        })
    };
    match again.load() {
        Ok(again) if means_the_same(&again) => Ok(Answer::Accepted),
        Ok(again) => Err(format!("what it shows means something else: {settings:?} and {again:?}")),
        Err(errors) => Err(format!("what it shows is refused: {errors}")),
    }
}

fn sentences(errors: &ConfigErrors) -> Verdict {
    if errors.iter().next().is_none() {
        return Err("it refuses without a reason".to_owned());
    }
    match errors.iter().map(ToString::to_string).find(String::is_empty) {
        Some(_) => Err("one of its errors has no words".to_owned()),
        None => Ok(Answer::Refused),
    }
}
