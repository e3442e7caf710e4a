//! Readers with a defect each, as the judges must find it.

use super::target::{Target, parse};
use super::{cursors, documents, ids, secrets, timestamps};
use std::fmt;
use std::thread;
use std::time::Duration;
use wtb_domain::{Json, WorkflowId};
use wtb_ports::Cursor;

/// Every one.
pub(super) const ALL: &[&Target] = &[&PANICS, &ACCEPTS, &HANGS, &SWELLS, &TELLS];

/// It cuts text between bytes without looking.
const PANICS: Target = Target {
    name: "cursors-that-panic",
    judge: |input| {
        let careless = |text: &str| {
            let (mark, digits) = text.split_at(text.len().min(1));
            parse::<Cursor>(&format!("{mark}{digits}"))
        };
        cursors::judge(careless, input)
    },
    ..cursors::TARGET
};

/// It takes what Python's library writes and no other reads.
const ACCEPTS: Target = Target {
    name: "documents-of-python",
    judge: |input| {
        documents::judge(|text| Json::new(text.replace("NaN", "0").replace("Infinity", "0")).check(), input)
    },
    ..documents::TARGET
};

/// It never gets to the end of a long fraction.
const HANGS: Target = Target {
    name: "timestamps-without-end",
    judge: |input| {
        let endless = |text: &str| {
            while text.len() > 29 && text.starts_with("2026-01-31T") {
                thread::sleep(Duration::from_secs(1));
            }
            parse(text)
        };
        timestamps::judge(endless, input)
    },
    ..timestamps::TARGET
};

/// It makes room for as much as the text asks for.
const SWELLS: Target = Target {
    name: "ids-that-swell",
    judge: |input| {
        let greedy = |text: &str| {
            let room = vec![1_u8; text.parse().unwrap_or(0)];
            parse::<WorkflowId>(text).inspect(|id| assert!(room.len() != id.as_str().len() + (1 << 40)))
        };
        ids::judge(greedy, input)
    },
    ..ids::TARGET
};

/// It quotes what it refuses.
const TELLS: Target = Target {
    name: "urls-that-tell",
    judge: |input| {
        let quotes = |url: &str| {
            wtb_config::DatabaseUrl::parse(url).map_err(|error| Quoting(format!("{error}: {url}")))
        };
        secrets::judge(quotes, input)
    },
    ..secrets::TARGET
};

/// An error with the text that it is about.
#[derive(Debug)]
struct Quoting(String);

impl fmt::Display for Quoting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
