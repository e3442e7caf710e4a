//! Variables with the prefix `WTB_` that others set: orchestrators and the Python WTB.

use std::ffi::OsStr;

/// The folder of the Python WTB's data. It says where the default database is.
pub(crate) const DATA_DIR: &str = "WTB_DATA_DIR";

/// Variables of the Python WTB that set nothing here; `*` stands for any ending.
const OF_PYTHON: &[&str] = &[
    "WTB_LOG_SQL",
    "WTB_ROLLBACK_CLEANUP_*",
    "WTB_LANGGRAPH_CHECKPOINT_PATH",
    "WTB_RAY_STORAGE_ROOT",
    "WTB_LLM_*",
];

/// Whether the Python WTB reads this variable, and this program does not.
pub(crate) fn is_of_python(name: &str) -> bool {
    OF_PYTHON.iter().any(|pattern| match pattern.strip_suffix('*') {
        Some(beginning) => name.starts_with(beginning),
        None => name == *pattern,
    })
}

/// Whether Kubernetes or Docker sets this variable about a service whose name begins with `wtb`.
///
/// `value` looks up any variable: the shape of some names is too common to go by the name alone.
pub(crate) fn is_of_a_service<'a>(name: &str, value: impl Fn(&str) -> Option<&'a OsStr>) -> bool {
    let begins = |name: &str, beginnings: &[&str]| {
        let value = value(name).and_then(OsStr::to_str);
        value.is_some_and(|value| beginnings.iter().any(|beginning| value.starts_with(beginning)))
    };
    // No service's name gives two underscores; the variable of a setting has them.
    if name.contains("__") {
        return false;
    }
    name.ends_with("_SERVICE_HOST")
        || name.ends_with("_SERVICE_PORT")
        || name.contains("_SERVICE_PORT_")
        || name.rsplit_once("_PORT_").is_some_and(|(_, port)| is_port(port))
        || name.ends_with("_PORT") && begins(name, &["tcp://", "udp://", "sctp://"])
        // A link of Docker: its own name and the other container's environment.
        || name.ends_with("_NAME") && begins(name, &["/"])
        || name.split_once("_ENV_").is_some_and(|(link, _)| begins(&format!("{link}_NAME"), &["/"]))
}

/// Whether it is a port as in `WTB_PORT_5432_TCP_ADDR`, from the number on.
fn is_port(text: &str) -> bool {
    let mut parts = text.split('_');
    let number = parts.next().is_some_and(|number| number.parse::<u16>().is_ok());
    let protocol = parts.next().is_some_and(|protocol| ["TCP", "UDP", "SCTP"].contains(&protocol));
    let detail = parts.next().is_none_or(|detail| ["PROTO", "PORT", "ADDR"].contains(&detail));
    number && protocol && detail && parts.next().is_none()
}
