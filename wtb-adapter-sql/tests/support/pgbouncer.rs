//! PgBouncer, from Debian's package or any other, in front of the test server.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// How long it may take to start on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// A process that hands two servers on, from transaction to transaction unless said otherwise. It ends with the value.
pub(crate) struct PgBouncer {
    process: Child,
    folder: TempDir,
    port: u16,
}

impl PgBouncer {
    /// Starts one with these settings before the server of `url`.
    pub(crate) fn with(more: &str, url: &str) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let port = free_port();
        let file = folder.path().join("pgbouncer.ini");
        fs::write(&file, settings(url, port, more)).expect("its settings");
        let log = File::create(folder.path().join("log")).expect("its log");
        let mut command = Command::new("pgbouncer");
        if is_of_root(folder.path()) {
            // It reads its settings first.
            command.args(["--user", "nobody"]);
        }
        command.arg(&file).stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        let process = command.spawn().expect("pgbouncer is installed");
        let mut this = Self { process, folder, port };
        this.wait_until_ready();
        this
    }

    /// The database of `url` as seen through it; it asks nobody for a password.
    pub(crate) fn url(&self, url: &str) -> String {
        let (_, database) = url.rsplit_once('/').expect("a database");
        format!("postgresql://anybody@127.0.0.1:{}/{database}", self.port)
    }

    fn wait_until_ready(&mut self) {
        let begun = Instant::now();
        while TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).is_err() {
            let ended = self.process.try_wait().expect("its state");
            assert!(
                ended.is_none() && begun.elapsed() < PATIENCE,
                "pgbouncer does not start: {}",
                self.log()
            );
            sleep(Duration::from_millis(2));
        }
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }
}

impl Drop for PgBouncer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// What a user writes down, and nothing that only this store would need.
fn settings(url: &str, port: u16, more: &str) -> String {
    let (_, rest) = url.split_once("://").expect("a url");
    let (login, rest) = rest.rsplit_once('@').expect("a user");
    let (address, _) = rest.split_once('/').expect("a database");
    let (host, server_port) = address.rsplit_once(':').unwrap_or((address, "5432"));
    let (user, password) = login.split_once(':').unwrap_or((login, ""));
    let mut settings = format!("[databases]\n* = host={host} port={server_port} user={user}");
    if !password.is_empty() {
        let _ = write!(settings, " password='{}'", password.replace('\'', "''"));
    }
    let _ = write!(
        settings,
        "\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\nauth_type = any\n\
         default_pool_size = 2\n{more}\n"
    );
    settings
}

/// Whether files of this process belong to root, whom PgBouncer refuses to run as.
fn is_of_root(path: &Path) -> bool {
    fs::metadata(path).expect("an owner").uid() == 0
}

fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    listener.local_addr().expect("an address").port()
}
