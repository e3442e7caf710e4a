//! Teaching a server TLS.

use crate::maintenance::{Maintenance, elsewhere};
use crate::{Certificates, ProvideError};
use sqlx::{Connection, PgConnection};
use std::time::Duration;

/// How long a server takes to begin speaking TLS after it was told to.
const PATIENCE: Duration = Duration::from_secs(10);

/// Has the server at `url` speak TLS too.
///
/// The files are written through the server itself: they have to be its own, wherever it runs.
///
/// # Errors
/// [`ProvideError`] with what the server said, or if it does not begin to.
pub(crate) async fn speak(url: &str, certificates: &Certificates) -> Result<(), ProvideError> {
    let maintenance = Maintenance::new(url)?;
    let files = [("server.crt", certificates.server_chain()), ("server.key", certificates.server_key())];
    for (file, text) in files {
        let lines = text.replace('\n', "\\n");
        maintenance
            .execute(format!(
                "COPY (SELECT unnest(string_to_array(E'{lines}', E'\\n'))) TO PROGRAM 'umask 077; cat > {file}'"
            ))
            .await?;
    }
    maintenance.execute("ALTER SYSTEM SET ssl = on".to_owned()).await?;
    maintenance.execute("SELECT pg_reload_conf()".to_owned()).await?;
    let url = url.to_owned();
    let speaks = elsewhere(async move {
        while !does_speak(&url).await.map_err(|error| ProvideError::because("cannot ask for tls", &error))? {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        Ok(())
    });
    let in_time = tokio::time::timeout(PATIENCE, speaks).await;
    in_time.unwrap_or_else(|_| Err(ProvideError::new("the server did not begin to speak tls")))
}

/// Whether somebody who comes now is offered TLS.
async fn does_speak(url: &str) -> Result<bool, sqlx::Error> {
    let mut connection = PgConnection::connect(url).await?;
    let setting: String = sqlx::query_scalar("SHOW ssl").fetch_one(&mut connection).await?;
    connection.close().await?;
    Ok(setting == "on")
}
