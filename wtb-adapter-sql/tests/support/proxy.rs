//! A stretch of network between a store and its server that can be listened to, cut and silenced.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::sleep;

/// What happens to a message that a store sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The connection breaks before the server has it.
    CutBefore,
    /// The connection breaks when the server has answered, before the store knows.
    CutAfter,
    /// It gets lost, and whatever follows on its connection, in both directions.
    SilentBefore,
    /// The server has it, but its answer gets lost, and whatever follows.
    SilentAfter,
}

/// Passes on what one server and those who connect here say to each other. Everything is cut when it is dropped.
pub(crate) struct Proxy {
    address: SocketAddr,
    line: Arc<Line>,
    accepts: JoinHandle<()>,
}

struct Line {
    server: String,
    fault: Mutex<Option<(&'static str, Fault)>>,
    /// The kinds of the messages that were sent, in order.
    sent: Mutex<String>,
    /// How long it takes to connect.
    delay: Duration,
}

impl Proxy {
    /// A way to the server of `url`.
    pub(crate) async fn before(url: &str) -> Self {
        Self::that_takes(Duration::ZERO, url).await
    }

    /// A way to the server of `url` on which it takes this long to connect.
    pub(crate) async fn that_takes(delay: Duration, url: &str) -> Self {
        let server = server_of(url).to_owned();
        let line = Arc::new(Line { server, fault: Mutex::default(), sent: Mutex::default(), delay });
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let accepts = tokio::spawn(accept(listener, Arc::clone(&line)));
        Self { address, line, accepts }
    }

    /// The database of `url` as seen through here.
    pub(crate) fn url(&self, url: &str) -> String {
        let (plain, _) = url.split_once('?').unwrap_or((url, ""));
        let through = plain.replacen(server_of(url), &self.address.to_string(), 1);
        // What is encrypted cannot be listened to.
        format!("{through}?sslmode=disable")
    }

    /// Lets `fault` happen to the next message that contains `text`.
    pub(crate) fn on(&self, text: &'static str, fault: Fault) {
        *self.line.fault.lock().expect("no panic") = Some((text, fault));
    }

    /// What was sent since the last look: a word for each time that an answer was waited for, a letter for each message.
    ///
    /// `Q` is a simple query, which is parsed and executed at once; `P` parses, `D` describes, `B` binds, `E` executes,
    /// `C` closes, `S` asks for the answers; `d` is a portion of a stream and `c` its end.
    pub(crate) fn trips(&self) -> Vec<String> {
        let sent = std::mem::take(&mut *self.line.sent.lock().expect("no panic"));
        sent.split_inclusive(['Q', 'S', 'c']).map(str::to_owned).collect()
    }

    /// Cuts every connection and refuses new ones.
    pub(crate) async fn go_away(&mut self) {
        if !self.accepts.is_finished() {
            self.accepts.abort();
            let _ = (&mut self.accepts).await;
        }
    }

    /// Cuts every connection, accepts new ones and closes them, as a proxy does whose server went away.
    pub(crate) async fn lose_server(&mut self) {
        self.go_away().await;
        let listener = TcpListener::bind(self.address).await.expect("the same port");
        self.accepts = tokio::spawn(hang_up(listener));
    }

    /// Lets connections through again.
    pub(crate) async fn come_back(&mut self) {
        self.go_away().await;
        let listener = TcpListener::bind(self.address).await.expect("the same port");
        self.accepts = tokio::spawn(accept(listener, Arc::clone(&self.line)));
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.accepts.abort();
    }
}

/// The host and port in `postgresql://user@host:port/database`.
fn server_of(url: &str) -> &str {
    let (_, rest) = url.split_once("://").expect("a url");
    let (address, _) = rest.split_once('/').expect("a database");
    address.rsplit_once('@').map_or(address, |(_, server)| server)
}

async fn accept(listener: TcpListener, line: Arc<Line>) {
    let mut connections = JoinSet::new();
    while let Ok((store, _)) = listener.accept().await {
        connections.spawn(pass_on(store, Arc::clone(&line)));
    }
}

async fn hang_up(listener: TcpListener) {
    while let Ok((mut store, _)) = listener.accept().await {
        // Closing a connection with unread bytes in it would reset it.
        let _ = store.read(&mut [0; 1 << 10]).await;
    }
}

async fn pass_on(store: TcpStream, line: Arc<Line>) -> io::Result<()> {
    sleep(line.delay).await;
    let server = TcpStream::connect(&line.server).await?;
    server.set_nodelay(true)?;
    store.set_nodelay(true)?;
    let ((from_store, to_store), (from_server, to_server)) = (store.into_split(), server.into_split());
    let (mute, answered) = (AtomicBool::new(false), Notify::new());
    tokio::select! {
        ended = pass_on_messages(from_store, to_server, &line, &mute, &answered) => ended,
        ended = pass_on_answers(from_server, to_store, &mute, &answered) => ended,
    }
}

async fn pass_on_messages(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    line: &Line,
    mute: &AtomicBool,
    answered: &Notify,
) -> io::Result<()> {
    // The first message has no kind.
    let mut kind = None;
    loop {
        let length = from.read_u32().await?;
        let mut message: Vec<u8> = kind.into_iter().chain(length.to_be_bytes()).collect();
        let start = message.len();
        message.resize(start + length as usize - size_of::<u32>(), 0);
        from.read_exact(&mut message[start..]).await?;
        line.sent.lock().expect("no panic").extend(kind.map(char::from));
        let fault = line.fault_of(&message);
        mute.store(fault.is_some(), Ordering::Relaxed);
        if fault.is_none_or(|fault| matches!(fault, Fault::CutAfter | Fault::SilentAfter)) {
            to.write_all(&message).await?;
        }
        match fault {
            None => kind = Some(from.read_u8().await?),
            Some(Fault::CutBefore) => return Ok(()),
            Some(Fault::CutAfter) => {
                answered.notified().await;
                return Ok(());
            }
            Some(Fault::SilentBefore | Fault::SilentAfter) => std::future::pending().await,
        }
    }
}

async fn pass_on_answers(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    mute: &AtomicBool,
    answered: &Notify,
) -> io::Result<()> {
    let mut bytes = vec![0; 1 << 16];
    loop {
        let count = from.read(&mut bytes).await?;
        match (count, mute.load(Ordering::Relaxed)) {
            (0, false) => return Ok(()),
            // Whoever is out of reach cannot say either that it went away.
            (0, true) => std::future::pending().await,
            (_, false) => to.write_all(&bytes[..count]).await?,
            (_, true) => answered.notify_one(),
        }
    }
}

impl Line {
    /// What happens to a message, once.
    fn fault_of(&self, message: &[u8]) -> Option<Fault> {
        let mut fault = self.fault.lock().expect("no panic");
        let (text, _) = (*fault)?;
        let meant = message.windows(text.len()).any(|part| part == text.as_bytes());
        if meant { fault.take().map(|(_, fault)| fault) } else { None }
    }
}
