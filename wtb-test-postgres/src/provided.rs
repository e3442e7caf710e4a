//! What a keeper says about the server it provides, as lines of `word rest`.

use crate::ProvideError;
use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// A server that a keeper provides.
#[derive(Clone)]
pub(crate) struct Provided {
    /// Begins the name of every database that belongs to this keeper, which drops what is left of them.
    pub(crate) run: String,
    /// The maintenance database, as a user who may make databases.
    pub(crate) url: String,
    /// The version, and how the server is provided.
    pub(crate) description: String,
    /// The keeper's program.
    pub(crate) keeper: PathBuf,
    /// Where a server on this machine has its Unix socket.
    pub(crate) socket_folder: Option<PathBuf>,
    /// The container or the data folder of a server that is started again when it was killed.
    pub(crate) restarting: Option<String>,
    /// The server that follows it, if that was asked for.
    pub(crate) replica: Option<ProvidedReplica>,
}

/// A streaming replica that a keeper provides.
#[derive(Clone)]
pub(crate) struct ProvidedReplica {
    /// Its maintenance database, as [`Provided::url`].
    pub(crate) url: String,
    /// What the engine calls its container.
    pub(crate) container: String,
}

impl Provided {
    /// What a keeper left in a file.
    pub(crate) fn read(file: &Path) -> Result<Self, ProvideError> {
        let text = std::fs::read_to_string(file)
            .map_err(|error| ProvideError::because(format_args!("cannot read {}", file.display()), &error))?;
        text.parse()
    }
}

impl fmt::Display for Provided {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "run {}", self.run)?;
        writeln!(f, "url {}", self.url)?;
        writeln!(f, "description {}", self.description)?;
        writeln!(f, "keeper {}", self.keeper.display())?;
        if let Some(folder) = &self.socket_folder {
            writeln!(f, "socket_folder {}", folder.display())?;
        }
        if let Some(place) = &self.restarting {
            writeln!(f, "restarting {place}")?;
        }
        if let Some(replica) = &self.replica {
            writeln!(f, "replica_url {}", replica.url)?;
            writeln!(f, "replica_container {}", replica.container)?;
        }
        Ok(())
    }
}

impl FromStr for Provided {
    type Err = ProvideError;

    fn from_str(text: &str) -> Result<Self, ProvideError> {
        let find = |word: &str| {
            let mut lines = text.lines().filter_map(|line| line.split_once(' '));
            lines.find(|(found, _)| *found == word).map(|(_, rest)| rest.to_owned())
        };
        let need = |word: &str| {
            find(word).ok_or_else(|| {
                ProvideError::new(format!("the keeper of the test server did not say its {word}"))
            })
        };
        let replica = |(url, container)| ProvidedReplica { url, container };
        Ok(Self {
            run: need("run")?,
            url: need("url")?,
            description: need("description")?,
            keeper: need("keeper")?.into(),
            socket_folder: find("socket_folder").map(PathBuf::from),
            restarting: find("restarting"),
            replica: find("replica_url").zip(find("replica_container")).map(replica),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_keeper_says_is_read_back() {
        let said = "run wtb_test_1f\nurl postgresql://postgres@127.0.0.1:5432/postgres\n\
                    description 15.18 from /usr/lib\nkeeper /a b/keeper\nsocket_folder /tmp/x\n\
                    restarting /tmp/x/data\n\
                    replica_url postgresql://postgres@127.0.0.1:5433/postgres\nreplica_container 2f\n";
        let provided: Provided = said.parse().expect("all lines are there");
        assert_eq!(provided.to_string(), said);
        assert_eq!(provided.description, "15.18 from /usr/lib");
    }

    #[test]
    fn a_missing_line_is_named() {
        let error = "run wtb_test_1f\n".parse::<Provided>().err().expect("lines are missing");
        assert_eq!(error.to_string(), "the keeper of the test server did not say its url");
    }
}
