//! The machine's own PostgreSQL, in a temporary folder.

use super::home::{Home, left_over};
use super::program::{Programs, User};
use super::settings::{Durability, PEOPLES_ORDER, USER, settings};
use super::{private, ready, say};
use crate::ProvideError;
use rustix::process::{Pid, Signal, kill_process};
use std::fs::{self, File};
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::chown;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// Somebody may take the free port before the server does.
const ATTEMPTS: usize = 3;

/// A running server.
pub(super) struct LocalServer {
    home: Home,
    server: Running,
}

/// A server's first process, ended with this value.
struct Running(Child);

impl LocalServer {
    /// Starts one, with its URL and what to call it.
    pub(super) async fn start(
        password: &str,
        durability: Durability,
    ) -> Result<(Self, String, String), ProvideError> {
        let programs = Programs::find().ok_or_else(|| ProvideError::new("postgresql is not installed"))?;
        let user = User::in_place_of_root();
        let home = if durability == Durability::None { Home::new()? } else { Home::on_disk()? };
        let data = make_data(&programs, user.as_ref(), home.path(), password)?;
        let mut attempt = 1;
        loop {
            let port = free_port()?;
            let url = format!("postgresql://{USER}:{password}@127.0.0.1:{port}/postgres");
            let mut server = run(&programs, user.as_ref(), home.path(), &data, port, durability)?;
            match ready::version(&url, async || server.has_ended(home.path())).await {
                Ok(version) => {
                    let description = format!("{version} from {}", programs.folder().display());
                    return Ok((Self { home, server }, url, description));
                }
                Err(error) if attempt == ATTEMPTS => return Err(error),
                Err(_) => attempt += 1,
            }
        }
    }

    /// Where its Unix socket is.
    pub(super) fn socket_folder(&self) -> PathBuf {
        self.home.path().join("socket")
    }

    /// Ends it and removes its files.
    pub(super) fn remove(self) -> Result<(), ProvideError> {
        drop(self.server);
        self.home.remove()
    }
}

/// Removes what keepers left that were killed, with the servers that still run there.
pub(super) fn sweep() {
    for folder in left_over() {
        say::progress(format_args!("removing {}, which a killed run has left", folder.display()));
        end_left_over(&folder.join("data"));
        if let Err(error) = fs::remove_dir_all(&folder) {
            say::progress(format_args!("cannot remove {}: {error}", folder.display()));
        }
    }
}

/// Makes an empty cluster for the user that the server will run as.
fn make_data(
    programs: &Programs,
    user: Option<&User>,
    home: &Path,
    password: &str,
) -> Result<PathBuf, ProvideError> {
    let failed = |error| ProvideError::because("cannot make the folders of the server", &error);
    for folder in ["data", "socket"] {
        let folder = home.join(folder);
        fs::create_dir(&folder).map_err(failed)?;
        if let Some(user) = user {
            chown(&folder, Some(user.uid), Some(user.gid)).map_err(failed)?;
        }
    }
    let data = home.join("data");
    let password_file = home.join("password");
    private::write(&password_file, password, user).map_err(failed)?;
    let mut initdb = programs.command("initdb", user);
    initdb.args(["--no-sync", "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--username", USER]);
    initdb.args(PEOPLES_ORDER);
    initdb.arg("--pgdata").arg(&data).arg("--pwfile").arg(&password_file);
    let output = initdb.current_dir(home).stdin(Stdio::null()).output();
    fs::remove_file(password_file).map_err(failed)?;
    let output = output.map_err(|error| {
        ProvideError::because(format_args!("cannot run {}/initdb", programs.folder().display()), &error)
    })?;
    if output.status.success() {
        return Ok(data);
    }
    let complaint = String::from_utf8_lossy(&output.stderr);
    Err(ProvideError::new(format!("{}/initdb failed: {complaint}", programs.folder().display())))
}

fn run(
    programs: &Programs,
    user: Option<&User>,
    home: &Path,
    data: &Path,
    port: u16,
    durability: Durability,
) -> Result<Running, ProvideError> {
    let failed = |error| ProvideError::because("cannot run postgresql", &error);
    let log = File::create(home.join("log")).map_err(failed)?;
    let mut command: Command = programs.command("postgres", user);
    command.arg("-D").arg(data).arg("-p").arg(port.to_string());
    command.arg("-c").arg("listen_addresses=127.0.0.1");
    command.arg("-c").arg(format!("unix_socket_directories={}", home.join("socket").display()));
    for setting in settings(durability) {
        command.arg("-c").arg(setting);
    }
    command.current_dir(home).stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
    command.spawn().map(Running).map_err(failed)
}

impl Running {
    /// Why it ended, in its own last words.
    fn has_ended(&mut self, home: &Path) -> Option<ProvideError> {
        let status = self.0.try_wait().ok()??;
        let log = fs::read_to_string(home.join("log")).unwrap_or_default();
        let words = log.lines().rfind(|line| line.contains("FATAL")).unwrap_or_default();
        Some(ProvideError::new(format!("postgresql ended with {status}: {words}")))
    }
}

impl Drop for Running {
    /// Its data is not needed any more, so it may end at once.
    fn drop(&mut self) {
        end(Pid::from_child(&self.0));
        let _ = self.0.wait();
    }
}

/// Ends the server of this data folder, if one is running.
fn end_left_over(data: &Path) {
    let id = fs::read_to_string(data.join("postmaster.pid")).ok();
    let id = id.and_then(|text| text.lines().next()?.parse().ok()).and_then(Pid::from_raw);
    let Some(id) = id else { return };
    // Another process may have got its number meanwhile; a server works in its data folder.
    let folder = PathBuf::from(format!("/proc/{}/cwd", id.as_raw_nonzero()));
    if !fs::read_link(&folder).is_ok_and(|folder| folder == data) {
        return;
    }
    end(id);
    while folder.exists() {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
}

/// Tells a server to end without writing its data.
fn end(id: Pid) {
    let _ = kill_process(id, Signal::QUIT);
}

fn free_port() -> Result<u16, ProvideError> {
    let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|listener| listener.local_addr());
    port.map(|address| address.port()).map_err(|error| ProvideError::because("there is no free port", &error))
}
