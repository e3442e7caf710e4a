//! Names of schemas, applications and states.

use super::target::{Answer, Target, Verdict, parse, reads, text};
use wtb_adapter_sql::postgres::SchemaName;
use wtb_config::ApplicationName;
use wtb_domain::{ExecutionStatus, NodeBoundaryStatus, Severity};

/// Names.
pub(super) const TARGET: Target = Target {
    name: "names",
    good: &[
        b"public",
        b"_team_2",
        b"wtb",
        b"a worker of team 2",
        b"pending",
        b"completed",
        b"skipped",
        b"info",
    ],
    words: &[b"pg_", b"_", b"x", b"~", b"running", b"error", b"ERROR", b";", b"0123456789"],
    per_thousand: 1_000,
    judge,
};

fn judge(input: &[u8]) -> Verdict {
    let text = text(input);
    let is_state = |names: &[&str]| names.contains(&&*text);
    let answers = [
        reads(parse::<SchemaName>, &text, is_schema(text.as_bytes())),
        reads(
            parse::<ApplicationName>,
            &text,
            (1..64).contains(&text.len()) && text.bytes().all(is_printable),
        ),
        reads(
            parse::<ExecutionStatus>,
            &text,
            is_state(&["pending", "running", "paused", "completed", "failed", "cancelled"]),
        ),
        reads(
            parse::<NodeBoundaryStatus>,
            &text,
            is_state(&["pending", "running", "completed", "failed", "skipped"]),
        ),
        reads(parse::<Severity>, &text, is_state(&["debug", "info", "success", "warning", "error"])),
    ];
    let answers: Vec<Answer> = answers.into_iter().collect::<Result<_, _>>()?;
    Ok(if answers.contains(&Answer::Accepted) { Answer::Accepted } else { Answer::Refused })
}

fn is_schema(name: &[u8]) -> bool {
    let [first, rest @ ..] = name else { return false };
    let is_letter = |byte: u8| byte == b'_' || byte.is_ascii_lowercase();
    let rest_fits = rest.iter().all(|byte| is_letter(*byte) || byte.is_ascii_digit());
    is_letter(*first) && rest_fits && name.len() < 64 && !name.starts_with(b"pg_")
}

fn is_printable(byte: u8) -> bool {
    byte == b' ' || byte.is_ascii_graphic()
}
