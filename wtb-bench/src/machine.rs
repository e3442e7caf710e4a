//! The machine and the programs that figures belong to.

use crate::failure::Outcome;
use crate::place::StoreKind;
use sqlx::{Connection, PgConnection};
use std::fs;
use std::process::Command;
use wtb_ports::{Clock, SystemClock};
use wtb_test_postgres::TestServer;

/// What a PostgreSQL server is asked about itself.
const POSTGRES: [&str; 5] =
    ["fsync", "synchronous_commit", "full_page_writes", "shared_buffers", "wal_sync_method"];

/// Lines that say what figures were measured on, each with its name.
pub(crate) async fn describe(stores: &[StoreKind]) -> Outcome<Vec<(&'static str, String)>> {
    let mut facts = vec![
        ("measured", SystemClock.now().to_string()),
        ("processor", format!("{}, {} cores", processor(), std::thread::available_parallelism()?)),
        ("memory", first_line("/proc/meminfo", "MemTotal:")),
        ("system", format!("Linux {}", kernel_version())),
        ("compiler", rustc()),
    ];
    if stores.contains(&StoreKind::Sqlite) {
        let durability = "write-ahead log; full: each commit is on the disk, normal: each checkpoint is";
        facts.push(("SQLite", format!("{}, {durability}", rusqlite::version())));
    }
    if stores.contains(&StoreKind::Postgres) {
        facts.push(("PostgreSQL", postgres().await?));
    }
    Ok(facts)
}

/// How many processes wanted a processor in the last one, five and fifteen minutes.
pub(crate) fn load() -> String {
    let text = read("/proc/loadavg");
    text.split(' ').take(3).collect::<Vec<_>>().join(" ")
}

async fn postgres() -> Outcome<String> {
    let server = TestServer::get().await?;
    let mut connection = PgConnection::connect(server.url()).await?;
    let version: String = sqlx::query_scalar("SELECT split_part(current_setting('server_version'), ' ', 1)")
        .fetch_one(&mut connection)
        .await?;
    let mut settings = Vec::new();
    for name in POSTGRES {
        let value: String =
            sqlx::query_scalar("SELECT current_setting($1)").bind(name).fetch_one(&mut connection).await?;
        if name == "fsync" && value == "off" {
            return Err(
                "this server does not wait for its disk (fsync = off), so nobody's commits would be \
                        measured; `cargo xtask bench` starts one that does"
                    .into(),
            );
        }
        settings.push(format!("{name} = {value}"));
    }
    connection.close().await?;
    Ok(format!("{version}; {}", settings.join(", ")))
}

/// Without the name of the build, which says nothing to others.
fn kernel_version() -> String {
    let release = read("/proc/sys/kernel/osrelease");
    release.split('-').next().unwrap_or_default().to_owned()
}

fn processor() -> String {
    let name = first_line("/proc/cpuinfo", "model name");
    name.trim_start_matches([':', ' ', '\t']).to_owned()
}

/// What follows a word at the start of a line.
fn first_line(file: &str, word: &str) -> String {
    let text = read(file);
    text.lines().find_map(|line| line.strip_prefix(word)).unwrap_or("unknown").trim().to_owned()
}

fn read(file: &str) -> String {
    fs::read_to_string(file).map_or_else(|_| "unknown".to_owned(), |text| text.trim_end().to_owned())
}

fn rustc() -> String {
    let output = Command::new("rustc").arg("--version").output();
    output.map_or_else(
        |_| "unknown".to_owned(),
        |output| String::from_utf8_lossy(&output.stdout).trim().to_owned(),
    )
}
