//! Which keeper containers and networks belong to.

use super::home;
use rustix::system::uname;
use std::collections::HashMap;
use std::path::Path;

/// The label that says it.
pub(super) const LABEL: &str = "wtb-test-postgres.keeper";

/// What it says: a keeper is known by its folder.
pub(super) fn of(folder: &Path) -> String {
    format!("{}{}", machine(), folder.display())
}

/// Whether a keeper of this machine has left what has these labels.
pub(super) fn has_gone(labels: Option<&HashMap<String, String>>) -> bool {
    let owner = labels.and_then(|labels| labels.get(LABEL)).and_then(|owner| owner.strip_prefix(&machine()));
    owner.is_some_and(|folder| !home::is_alive(folder.as_ref()))
}

/// Several machines may use one engine, and none sees whether a keeper of another is alive.
fn machine() -> String {
    format!("{}:", uname().nodename().to_string_lossy())
}
