//! Waiting until a server answers a query.

use crate::ProvideError;
use sqlx::{Connection, PgConnection};
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// How long a server may take to start.
const PATIENCE: Duration = Duration::from_mins(1);
/// Between two attempts.
const PAUSE: Duration = Duration::from_millis(20);

/// Asks until it answers, and says which version it is. `broken` is asked in between whether to give up.
pub(super) async fn version(
    url: &str,
    mut broken: impl AsyncFnMut() -> Option<ProvideError>,
) -> Result<String, ProvideError> {
    let end = Instant::now() + PATIENCE;
    loop {
        match ask(url).await {
            Ok(version) => return Ok(version),
            Err(error) if Instant::now() > end => {
                return Err(ProvideError::because("postgresql does not answer", &error));
            }
            Err(_) => {}
        }
        if let Some(error) = broken().await {
            return Err(error);
        }
        sleep(PAUSE).await;
    }
}

/// The version, such as `15.18`.
pub(super) async fn ask(url: &str) -> Result<String, sqlx::Error> {
    let mut connection = PgConnection::connect(url).await?;
    let version: String = sqlx::query_scalar("SHOW server_version").fetch_one(&mut connection).await?;
    connection.close().await?;
    Ok(version.split(' ').next().unwrap_or_default().to_owned())
}
