//! The page of the repository: parts that are written by different commands, each between its marks.

use crate::failure::Outcome;
use std::fs;
use std::path::{Path, PathBuf};

/// A part of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    Contests,
    Growth,
    Load,
    Instructions,
}

impl Part {
    const ALL: [Self; 4] = [Self::Contests, Self::Growth, Self::Load, Self::Instructions];

    const fn name(self) -> &'static str {
        match self {
            Self::Contests => "contests",
            Self::Growth => "growth",
            Self::Load => "load",
            Self::Instructions => "instructions",
        }
    }

    const fn title(self) -> &'static str {
        match self {
            Self::Contests => "Beside the drivers and the Python WTB",
            Self::Growth => "Growth",
            Self::Load => "Load",
            Self::Instructions => "Instructions",
        }
    }

    /// Where the part begins and ends.
    fn marks(self) -> (String, String) {
        (format!("<!-- begin {} -->\n", self.name()), format!("<!-- end {} -->\n", self.name()))
    }
}

const INTRODUCTION: &str = "# Benchmarks

How fast the stores are, beside the drivers they use and beside the way the Python WTB does the same. Everything
here is measured by one command, on this machine or on yours:

```sh
cargo xtask bench --python   # the contests; without --python the Python WTB is left out
cargo xtask bench growth     # small and large stores; --long goes to a million executions
cargo xtask bench load       # many clients at once
cargo xtask bench instructions # counted by valgrind, and whose code they are of
```

`cargo xtask bench --quick --store sqlite --workload W1,W7` measures a part and writes nothing. The commands start
the PostgreSQL server that they need: the machine's own, on its disk and with its usual durability, else a container;
or they use that of `WTB_TEST_POSTGRES_URL`.

Figures in operations per second depend on the machine and on what else it does. Ratios are what to compare: all
contestants do the same rounds in turn within one run. [docs/SPEED.md](docs/SPEED.md) tells where the time goes, what was
done about it, and why the bars that are missed are missed.
";

/// Writes a part of `BENCHMARKS.md`, and a drawing beside it.
pub(crate) fn write(part: Part, text: &str, drawing: Option<(&str, &str)>) -> Outcome<()> {
    let root = root();
    let file = root.join("BENCHMARKS.md");
    let page = fs::read_to_string(&file).unwrap_or_default();
    fs::write(file, with(&page, part, text))?;
    if let Some((name, drawing)) = drawing {
        fs::create_dir_all(root.join("docs"))?;
        fs::write(root.join("docs").join(name), drawing)?;
    }
    Ok(())
}

/// The folder of the workspace.
fn root() -> PathBuf {
    let crate_folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    crate_folder.parent().unwrap_or(crate_folder).to_path_buf()
}

/// The page with another text of one part; the others stay as they are.
fn with(page: &str, part: Part, text: &str) -> String {
    let mut written = INTRODUCTION.to_owned();
    for other in Part::ALL {
        let (begin, end) = other.marks();
        let old = page.split_once(&begin).and_then(|(_, rest)| rest.split_once(&end)).map(|(old, _)| old);
        let new = format!("\n## {}\n\n{}\n\n", other.title(), text.trim());
        if let Some(body) = if other == part { Some(new.as_str()) } else { old } {
            written.extend(["\n", &begin, body, &end]);
        }
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writing_one_part_leaves_the_others_and_their_order() {
        let first = with("", Part::Load, "load 1");
        let both = with(&first, Part::Contests, "contests 1");
        let again = with(&both, Part::Contests, "contests 2");
        assert!(again.contains("load 1") && again.contains("contests 2") && !again.contains("contests 1"));
        assert!(again.find("contests 2") < again.find("load 1"));
        assert_eq!(with(&again, Part::Contests, "contests 2"), again);
        assert_eq!(again.matches("# Benchmarks").count(), 1);
    }
}
