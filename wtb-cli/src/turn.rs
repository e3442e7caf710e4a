//! Lets one import or copy at a time fill a store.

use crate::failure::{CliError, CliResult};
use std::time::Duration;
use wtb_config::{Store, Turn};

/// How long to wait for the imports and copies before.
const WAIT: Duration = Duration::from_mins(1);

/// Waits for a turn to fill `store`.
///
/// # Errors
/// If another import or copy does not end in time, or the database does not answer.
pub(crate) async fn take(store: &Store) -> CliResult<Turn> {
    take_within(store, WAIT).await
}

async fn take_within(store: &Store, wait: Duration) -> CliResult<Turn> {
    let in_the_way = || {
        let store = store.description();
        CliError::failed(format!(
            "another import or copy into {store} is under way: try again when it is done"
        ))
    };
    store.take_turn(wait).await?.ok_or_else(in_the_way)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tempfile::TempDir;
    use wtb_config::{Preset, Settings, open};

    #[tokio::test]
    async fn whoever_waits_in_vain_is_told_what_is_in_the_way() {
        let folder = TempDir::new().unwrap();
        let url = format!("sqlite:///{}", folder.path().join("wtb.db").display());
        let settings = Settings::loader(Preset::Development).alone().store(url, "test").load().unwrap();
        let (one, other) = (open(&settings).await.unwrap(), open(&settings).await.unwrap());
        let turn = take(&one).await.unwrap();
        let refused = take_within(&other, Duration::from_millis(10)).await.unwrap_err();
        let expected = format!(
            "another import or copy into {} is under way: try again when it is done",
            one.description()
        );
        assert_eq!(refused.to_string(), expected);
        turn.end().await;
        take(&other).await.unwrap().end().await;
    }
}
