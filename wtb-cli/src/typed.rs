//! What was typed: repeated to its user without passwords.

use crate::view;
use wtb_config::redacted;

/// What was typed after the name of the command.
pub(crate) fn arguments() -> impl Iterator<Item = String> {
    std::env::args_os().skip(1).map(|argument| argument.to_string_lossy().into_owned())
}

/// The arguments before `--`, behind which nothing is an option.
pub(crate) fn options() -> impl Iterator<Item = String> {
    arguments().take_while(|argument| argument != "--")
}

/// `text` in which no argument of this command shows a password, wherever the argument was put by mistake.
pub(crate) fn without_passwords(text: &str) -> String {
    replaced(text, arguments(), |typed| redacted(typed).into_owned())
}

/// The same, in which no argument can steer a terminal either.
pub(crate) fn printable(text: &str) -> String {
    replaced(text, arguments(), |typed| view::text::printable(&redacted(typed)))
}

/// How to go on after `cursor`: the command with these arguments, unless it would lack a part of a URL that may be a
/// password, and so not be understood.
pub(crate) fn after(arguments: impl IntoIterator<Item = String>, cursor: &str) -> String {
    let mut command = "wtb".to_owned();
    let mut arguments = arguments.into_iter();
    while let Some(argument) = arguments.next() {
        if argument == "--after" {
            arguments.next();
        } else if argument != redacted(&argument) {
            return format!("the same with --after {cursor}");
        } else if !argument.starts_with("--after=") {
            command.push(' ');
            command.push_str(&quoted(&argument));
        }
    }
    format!("{command} --after {cursor}")
}

/// The options among these arguments that choose the store, for another command; each has a space before it. The URL of a
/// server is shown as far as it may be.
pub(crate) fn choosing_the_store(arguments: impl IntoIterator<Item = String>) -> String {
    let mut chosen = String::new();
    let mut arguments = arguments.into_iter();
    while let Some(argument) = arguments.next() {
        let (name, value) = match argument.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (argument.as_str(), None),
        };
        if ["--store", "--config", "--profile"].contains(&name) {
            let value = value.or_else(|| arguments.next()).unwrap_or_default();
            chosen.extend([" ", name, " ", &quoted(&redacted(&value))]);
        }
    }
    chosen
}

fn replaced(
    text: &str,
    arguments: impl IntoIterator<Item = String>,
    shown: impl Fn(&str) -> String,
) -> String {
    let mut replaced = text.to_owned();
    for argument in arguments {
        let value = argument.split_once('=').map_or("", |(_, value)| value);
        for typed in [argument.as_str(), value] {
            let shown = shown(typed);
            if shown != typed {
                // Some messages quote what was typed, with escapes, and clap leaves colours out.
                let debug = format!("{typed:?}");
                let plain = console::strip_ansi_codes(typed);
                for form in [typed, &debug[1..debug.len() - 1], &view::text::printable(typed), &plain] {
                    replaced = replaced.replace(form, &shown);
                }
            }
        }
    }
    replaced
}

/// `argument` as a shell reads it back.
pub(crate) fn quoted(argument: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_=./:,+@%".contains(c);
    if !argument.is_empty() && argument.chars().all(plain) {
        return argument.to_owned();
    }
    format!("'{}'", argument.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn again(arguments: &[&str]) -> String {
        after(arguments.iter().map(ToString::to_string), "c0")
    }

    #[test]
    fn the_same_command_goes_on_after_the_cursor() {
        assert_eq!(again(&["execution", "list"]), "wtb execution list --after c0");
        assert_eq!(again(&["--after", "c1", "execution", "list"]), "wtb execution list --after c0");
        assert_eq!(again(&["execution", "list", "--after=c1", "-v"]), "wtb execution list -v --after c0");
    }

    #[test]
    fn another_command_uses_the_same_store() {
        let chosen = |arguments: &[&str]| choosing_the_store(arguments.iter().map(ToString::to_string));
        assert_eq!(chosen(&["import", "python.db", "-v"]), "");
        assert_eq!(
            chosen(&["import", "--store=sqlite:///a b.db", "python.db", "--profile", "ci"]),
            " --store 'sqlite:///a b.db' --profile ci"
        );
        assert_eq!(
            chosen(&["import", "python.db", "--store", "postgresql://me:canary@db/x"]),
            " --store 'postgresql://…'"
        );
    }

    #[test]
    fn a_shell_reads_every_argument_back() {
        assert_eq!(
            again(&["variant", "list", "--workflow", "it's here"]),
            r"wtb variant list --workflow 'it'\''s here' --after c0"
        );
    }

    #[test]
    fn the_url_of_a_file_is_kept() {
        let shown = again(&["workflow", "list", "--store", "sqlite:///a@b.db"]);
        assert_eq!(shown, "wtb workflow list --store sqlite:///a@b.db --after c0");
    }

    #[test]
    fn a_message_about_an_argument_does_not_repeat_its_password() {
        let arguments = ["--config=pg://me:canary\"@db/x", "sqlite:///a.db"].map(ToOwned::to_owned);
        let message = r#"cannot read pg://me:canary"@db/x or "pg://me:canary\"@db/x" or sqlite:///a.db"#;
        let shown = replaced(message, arguments, |typed| redacted(typed).into_owned());
        assert_eq!(shown, r#"cannot read pg://… or "pg://…" or sqlite:///a.db"#);
    }

    #[test]
    fn a_url_that_hides_nothing_is_kept() {
        for url in ["postgresql://db.example:5432/wtb", "--store=postgresql://db.example/wtb"] {
            assert_eq!(again(&["workflow", "list", url]), format!("wtb workflow list {url} --after c0"));
        }
    }

    #[test]
    fn a_command_that_cannot_be_repeated_without_its_password_is_described() {
        for url in
            ["--store=postgresql://me:c@n@ry@db/wtb", "postgresql://db/wtb?password=canary", "pg://canary"]
        {
            assert_eq!(again(&["workflow", "list", "--after", "c1", url]), "the same with --after c0");
        }
    }
}
