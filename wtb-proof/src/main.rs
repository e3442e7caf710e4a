//! `wtb-proof`: breaks stores in every way there is, and says what became of what they kept.
//!
//! Each proof tries something many times on sound stores, and then on stores with a planted defect, which it has to find.
//! One line per proof tells what was tried, what was found, and which defects were caught. `cargo xtask prove` runs it.

#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "what cannot be prepared ends a proof, and a proof that ends so has failed"
)]

mod administrator;
mod arguments;
mod part;
mod proof;
mod proofs;
mod report;
mod run;
mod seed;
mod stores;

use arguments::Arguments;
use clap::Parser;
use std::process::ExitCode;
use tokio::runtime::Builder;

fn main() -> ExitCode {
    let mut arguments = Arguments::parse();
    let runtime = Builder::new_multi_thread().worker_threads(4).enable_all().build().expect("threads");
    if let Some(part) = arguments.part.take() {
        return runtime.block_on(part.run());
    }
    let code = runtime.block_on(run::selected(&arguments));
    // A run that was given up may keep its thread for ever.
    runtime.shutdown_background();
    code
}
