//! The command that shows the next page.

/// The command with these arguments, going on after `cursor`; passwords in URLs are left out.
pub(crate) fn after(arguments: impl IntoIterator<Item = String>, cursor: &str) -> String {
    let mut command = "wtb".to_owned();
    let mut arguments = arguments.into_iter();
    while let Some(argument) = arguments.next() {
        if argument == "--after" {
            arguments.next();
        } else if !argument.starts_with("--after=") {
            command.push(' ');
            command.push_str(&quoted(&without_password(&argument)));
        }
    }
    format!("{command} --after {cursor}")
}

/// `argument` with the URL of a database server cut after its scheme: any part of it may hold a password.
pub(crate) fn without_password(argument: &str) -> String {
    match argument.find("://") {
        Some(scheme) if !argument[..scheme].contains("sqlite") => format!("{}://…", &argument[..scheme]),
        _ => argument.to_owned(),
    }
}

/// `argument` as a shell reads it back.
fn quoted(argument: &str) -> String {
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
    fn a_password_is_left_out() {
        let shown = again(&["workflow", "list", "--store=postgresql://me:c@n@ry@db/wtb"]);
        assert_eq!(shown, "wtb workflow list '--store=postgresql://…' --after c0");
    }
}
