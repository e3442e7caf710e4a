//! The machine's own PostgreSQL, in a temporary folder.

use super::home::{Home, left_over};
use super::program::{Programs, User};
use super::settings::{Durability, PEOPLES_ORDER, SETTINGS, USER};
use super::{private, ready, say};
use crate::ProvideError;
use rustix::process::{Pid, Signal, kill_process};
use std::convert::Infallible;
use std::fs::{self, File};
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::chown;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tokio::time::sleep;

/// Somebody may take the free port before the server does.
const ATTEMPTS: usize = 3;
/// Between two looks whether a server was killed.
const PAUSE: Duration = Duration::from_millis(20);

/// A running server.
pub(super) struct LocalServer {
    home: Home,
    server: Running,
    start: Start,
    port: u16,
}

/// How to start a server.
struct Start {
    programs: Programs,
    user: Option<User>,
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
        make_data(&programs, user.as_ref(), home.path(), password)?;
        let start = Start { programs, user };
        let mut attempt = 1;
        loop {
            let port = free_port()?;
            let url = format!("postgresql://{USER}:{password}@127.0.0.1:{port}/postgres");
            let mut server = start.run(home.path(), port)?;
            match ready::version(&url, async || server.has_ended(home.path())).await {
                Ok(version) => {
                    let description = format!("{version} from {}", start.programs.folder().display());
                    return Ok((Self { home, server, start, port }, url, description));
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

    /// Where its data are.
    pub(super) fn data_folder(&self) -> PathBuf {
        data_in(self.home.path())
    }

    /// Starts it again whenever it was killed. What is left of it may be in the way for a moment, and then it ends again.
    pub(super) async fn start_again_when_killed(&mut self) -> Infallible {
        loop {
            sleep(PAUSE).await;
            if self.server.has_ended(self.home.path()).is_none() {
                continue;
            }
            match self.start.run(self.home.path(), self.port) {
                Ok(server) => self.server = server,
                Err(error) => say::progress(error),
            }
        }
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
        end_left_over(&data_in(&folder));
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
) -> Result<(), ProvideError> {
    let failed = |error| ProvideError::because("cannot make the folders of the server", &error);
    for folder in ["data", "socket"] {
        let folder = home.join(folder);
        fs::create_dir(&folder).map_err(failed)?;
        if let Some(user) = user {
            chown(&folder, Some(user.uid), Some(user.gid)).map_err(failed)?;
        }
    }
    let data = data_in(home);
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
        return Ok(());
    }
    let complaint = String::from_utf8_lossy(&output.stderr);
    Err(ProvideError::new(format!("{}/initdb failed: {complaint}", programs.folder().display())))
}

fn data_in(home: &Path) -> PathBuf {
    home.join("data")
}

impl Start {
    /// Starts the server in `home`.
    fn run(&self, home: &Path, port: u16) -> Result<Running, ProvideError> {
        let failed = |error| ProvideError::because("cannot run postgresql", &error);
        let log = File::create(home.join("log")).map_err(failed)?;
        let mut command: Command = self.programs.command("postgres", self.user.as_ref());
        command.arg("-D").arg(data_in(home)).arg("-p").arg(port.to_string());
        command.arg("-c").arg("listen_addresses=127.0.0.1");
        command.arg("-c").arg(format!("unix_socket_directories={}", home.join("socket").display()));
        for setting in SETTINGS {
            command.arg("-c").arg(setting);
        }
        command.current_dir(home).stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        command.spawn().map(Running).map_err(failed)
    }
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
        // Its number may be somebody else's once it has ended.
        if let Ok(None) = self.0.try_wait() {
            end(Pid::from_child(&self.0));
            let _ = self.0.wait();
        }
    }
}

/// Ends the server of this data folder, if one is running.
fn end_left_over(data: &Path) {
    let Some(id) = at_work_in(data) else { return };
    end(id);
    while is_at_work(id, data) {
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Kills the first process of the server of this data folder; the others end when they notice.
pub(super) fn kill(data: &Path) -> Result<(), ProvideError> {
    let id = at_work_in(data).ok_or_else(|| ProvideError::new("there is no server to kill"))?;
    kill_process(id, Signal::KILL).map_err(|error| ProvideError::because("cannot kill the server", &error))
}

/// The first process of the server of this data folder, if one is running.
fn at_work_in(data: &Path) -> Option<Pid> {
    let id = fs::read_to_string(data.join("postmaster.pid")).ok()?;
    let id = Pid::from_raw(id.lines().next()?.parse().ok()?)?;
    is_at_work(id, data).then_some(id)
}

/// Another process may have got a server's number meanwhile; a server works in its data folder.
fn is_at_work(id: Pid, data: &Path) -> bool {
    fs::read_link(format!("/proc/{}/cwd", id.as_raw_nonzero())).is_ok_and(|folder| folder == data)
}

/// Tells a server to end without writing its data.
fn end(id: Pid) {
    let _ = kill_process(id, Signal::QUIT);
}

fn free_port() -> Result<u16, ProvideError> {
    let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|listener| listener.local_addr());
    port.map(|address| address.port()).map_err(|error| ProvideError::because("there is no free port", &error))
}
