//! How fast the stores are: `cargo xtask bench` builds and runs this program.

#![expect(clippy::expect_used, reason = "samples are made of constants")]

mod arguments;
mod bars;
mod client;
mod commands;
mod contestants;
mod failure;
mod growth;
mod instructions;
mod lane;
mod load;
mod machine;
mod place;
mod report;
mod rounds;
mod samples;
mod statistics;
mod workload;
mod workloads;

use crate::arguments::{Arguments, Other};
use clap::Parser;
use std::process::ExitCode;

#[tokio::main]
#[expect(clippy::print_stderr, reason = "failures go to standard error")]
async fn main() -> ExitCode {
    let Arguments { other, contests } = Arguments::parse();
    let met = match other {
        None => commands::contests(&contests).await,
        Some(Other::Growth(asked)) => commands::growth(&asked).await,
        Some(Other::Load(asked)) => commands::load(&asked).await,
        Some(Other::Instructions(asked)) => commands::instructions(&asked).await,
        Some(Other::Once(asked)) => instructions::once(&asked).await.map(|()| true),
    };
    match met {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(failure) => {
            eprintln!("wtb-bench: {failure}");
            ExitCode::from(2)
        }
    }
}
