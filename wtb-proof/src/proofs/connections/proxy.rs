//! A stretch of network before a server that breaks at the byte that was planned.

use super::fault::{Fault, Plan, Speaker};
use super::line::{Heard, Line};
use crate::proof::Failure;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::sleep;

/// Passes on what one server and those who connect here say to each other. Everything is cut when it is dropped.
pub(super) struct Proxy {
    address: SocketAddr,
    line: Arc<Line>,
    accepts: JoinHandle<()>,
}

/// How a connection ends.
enum End {
    Cut,
    Silence,
}

impl Proxy {
    /// A way to the server of `url`.
    ///
    /// # Errors
    /// `Unable` if there is no free port.
    pub(super) async fn before(url: &str) -> Result<Self, Failure> {
        let line = Arc::new(Line::to(server_of(url).to_owned()));
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.map_err(Failure::unable)?;
        let address = listener.local_addr().map_err(Failure::unable)?;
        let accepts = tokio::spawn(accept(listener, Arc::clone(&line)));
        Ok(Self { address, line, accepts })
    }

    /// The database of `url` as seen through here.
    pub(super) fn url(&self, url: &str) -> String {
        let (plain, _) = url.split_once('?').unwrap_or((url, ""));
        let through = plain.replacen(server_of(url), &self.address.to_string(), 1);
        // What is encrypted cannot be listened to.
        format!("{through}?sslmode=disable")
    }

    /// Lets this happen once.
    pub(super) fn plan(&self, plan: Plan) {
        self.line.plan(Some(plan));
    }

    /// Whether what was planned is still to come.
    pub(super) fn is_planned(&self) -> bool {
        self.line.is_planned()
    }

    /// Lets nothing happen any more; answers whether what was planned has happened.
    pub(super) fn heal(&self) -> bool {
        let happened = !self.line.is_planned();
        self.line.plan(None);
        happened
    }

    /// Keeps what is said from now on.
    pub(super) fn listen(&self) {
        self.line.listen();
    }

    /// What was said since then.
    pub(super) fn heard(&self) -> Heard {
        self.line.heard()
    }

    /// Loses the server: cuts every connection, and closes every new one once it has said something.
    pub(super) fn lose_server(&self) {
        self.line.has_server.store(false, Ordering::Relaxed);
        self.cut_all();
    }

    /// Has a server again.
    pub(super) fn find_server(&self) {
        self.line.has_server.store(true, Ordering::Relaxed);
    }

    /// Cuts every connection there is.
    pub(super) fn cut_all(&self) {
        self.line.cuts.send_modify(|cuts| *cuts += 1);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.accepts.abort();
    }
}

/// The host and port in `postgresql://user@host:port/database`.
fn server_of(url: &str) -> &str {
    let (_, rest) = url.split_once("://").unwrap_or(("", url));
    let (address, _) = rest.split_once('/').unwrap_or((rest, ""));
    address.rsplit_once('@').map_or(address, |(_, server)| server)
}

async fn accept(listener: TcpListener, line: Arc<Line>) {
    let mut connections = JoinSet::new();
    while let Ok((store, _)) = listener.accept().await {
        connections.spawn(pass_on(store, Arc::clone(&line)));
        while connections.try_join_next().is_some() {}
    }
}

async fn pass_on(mut store: TcpStream, line: Arc<Line>) -> io::Result<()> {
    let mut cuts = line.cuts.subscribe();
    if !line.has_server.load(Ordering::Relaxed) {
        return store.read(&mut [0; 1 << 10]).await.map(drop);
    }
    let mut server = TcpStream::connect(&line.server).await?;
    server.set_nodelay(true)?;
    store.set_nodelay(true)?;
    let end = {
        let ((from_store, to_store), (from_server, to_server)) = (store.split(), server.split());
        tokio::select! {
            end = pass(Speaker::Store, from_store, to_server, &line) => end?,
            end = pass(Speaker::Server, from_server, to_store, &line) => end?,
            _ = cuts.changed() => End::Cut,
        }
    };
    if matches!(end, End::Silence) {
        // Neither is told, so both keep their ends.
        let _ = cuts.changed().await;
    }
    Ok(())
}

async fn pass(
    speaker: Speaker,
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    line: &Line,
) -> io::Result<End> {
    let mut bytes = vec![0; 1 << 16];
    loop {
        let count = from.read(&mut bytes).await?;
        if count == 0 {
            return Ok(End::Cut);
        }
        let passage = line.pass(speaker, &bytes[..count]);
        to.write_all(&bytes[..passage.arrives]).await?;
        match passage.then {
            None => {}
            Some(Fault::Cut) => return Ok(End::Cut),
            Some(Fault::Silence) => return Ok(End::Silence),
            Some(Fault::Delay(delay)) => {
                sleep(delay).await;
                to.write_all(&bytes[passage.arrives..count]).await?;
            }
        }
    }
}
