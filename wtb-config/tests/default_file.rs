//! The settings file of the working directory. One test, because the working directory is the whole process's.

mod support;

use std::env;
use support::SettingsFile;
use wtb_config::{LogLevel, Preset, Settings};

#[test]
fn wtb_toml_is_read_from_the_working_directory_if_it_is_there() {
    let file = SettingsFile::new("[log]\nlevel = \"debug\"\n");
    let loader = Settings::loader(Preset::Testing).environment([("", ""); 0]);
    assert_eq!(loader.clone().load().unwrap().log.level, LogLevel::Info);
    env::set_current_dir(file.path.parent().unwrap()).unwrap();
    let settings = loader.clone().load().unwrap();
    assert_eq!(settings.log.level, LogLevel::Debug);
    let level = settings.sources().iter().find(|value| value.key == "log.level").unwrap();
    assert_eq!(level.source.to_string(), "wtb.toml line 2");
    assert_eq!(loader.alone().load().unwrap().log.level, LogLevel::Info);
}
