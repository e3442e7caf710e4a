//! Takes back the file of a store that an import made and did not fill.

use rusqlite::{Connection, OpenFlags};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::time::sleep;
use wtb_config::{DatabaseUrl, Settings, StorageMode};

/// The tables of a store.
const TABLES: [&str; 7] = [
    "workflows",
    "executions",
    "node_boundaries",
    "checkpoint_files",
    "node_variants",
    "evaluation_results",
    "audit_logs",
];

/// How often to look whether the import's own connections are closed, which threads of their own do.
const LOOKS: u32 = 200;
/// The pause between two looks.
const PAUSE: Duration = Duration::from_millis(25);

/// What is not there when an import begins.
#[derive(Debug)]
pub(super) struct NewFile {
    path: PathBuf,
    /// The folders around it that are not there either, the innermost first.
    folders: Vec<PathBuf>,
}

impl NewFile {
    /// The file of the store that `settings` name, if it is not there.
    pub(super) fn of(settings: &Settings) -> Option<Self> {
        let (StorageMode::Sql, DatabaseUrl::Sqlite(path)) = (settings.storage.mode, &settings.storage.url)
        else {
            return None;
        };
        let is_absent = |path: &Path| !path.as_os_str().is_empty() && fs::symlink_metadata(path).is_err();
        let folders = path.ancestors().skip(1).take_while(|folder| is_absent(folder)).map(Into::into);
        is_absent(path).then(|| Self { path: path.clone(), folders: folders.collect() })
    }

    /// Removes it, unless another program has it open or has stored something in it.
    pub(super) async fn take_back(self) {
        let mut looks = 0;
        while self.path.exists() {
            match self.remove() {
                Err(error) if looks < LOOKS => {
                    tracing::debug!(%error, "the file of the store is still open");
                    looks += 1;
                    sleep(PAUSE).await;
                }
                _ => break,
            }
        }
        for folder in self.folders {
            // One that something else is in stays.
            drop(fs::remove_dir(folder));
        }
    }

    fn remove(&self) -> rusqlite::Result<()> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&self.path, flags)?;
        // Only the last connection can leave the mode of a store, which removes the files beside it.
        connection.pragma_update_and_check(None, "journal_mode", "DELETE", |_| Ok(()))?;
        connection.execute_batch("BEGIN EXCLUSIVE")?;
        for table in TABLES {
            let exists = "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = ?1)";
            let has_rows = || {
                let sql = format!("SELECT EXISTS (SELECT 1 FROM {table})");
                connection.query_row(&sql, (), |row| row.get::<_, bool>(0))
            };
            if connection.query_row(exists, [table], |row| row.get(0))? && has_rows()? {
                return Ok(());
            }
        }
        if let Err(error) = fs::remove_file(&self.path) {
            tracing::debug!(%error, "the file of the store cannot be removed");
        }
        Ok(())
    }
}
