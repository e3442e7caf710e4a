//! The program that starts a server, says where it is, and takes it away.
//!
//! - `provide` keeps it until standard input ends, so until whoever started the keeper has ended, in whatever way.
//!   `--own` leaves `WTB_TEST_POSTGRES_URL` out of account, `--local` containers too. `--durable` is a server that
//!   waits for its disk, for whoever measures. `--restarting` is a server of one's own that is started again when it
//!   was killed. `--small` is a server on a small disk, and `--pair` one with a replica, both in containers.
//! - `pause <container>`, `unpause <container>` and `kill <container>` do that.
//! - `kill-server <container or data folder>` kills a server, and it alone, at once.
//! - `image` builds the image of containers from packages.
//! - `share <folder>` keeps it until no test process has locked the `lease` in this folder for a while.
//!
//! A keeper that is killed cannot tidy up; the next one does it.

mod container;
mod given;
mod home;
mod image;
mod local;
mod network;
mod order;
mod owner;
mod pair;
mod private;
mod program;
mod ready;
mod say;
mod settings;
mod share;
mod until;
mod way;

use self::until::Ended;
use self::way::{Server, Ways, provide, provide_pair, provide_small};
use crate::ProvideError;
use std::env;
use std::process::ExitCode;
use tokio::runtime::Builder;

/// Runs the keeper with the arguments of this process.
pub fn main() -> ExitCode {
    let arguments: Vec<_> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let runtime = Builder::new_current_thread().enable_all().build();
    let outcome = match runtime {
        Ok(runtime) => runtime.block_on(run(&arguments)),
        Err(error) => Err(ProvideError::because("cannot start the keeper", &error)),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say::failed(&error);
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: &[&str]) -> Result<(), ProvideError> {
    match *arguments {
        ["provide"] => keep(async |ended| provide(Ways::ALL, ended).await).await,
        ["provide", "--own"] => keep(async |ended| provide(Ways::OWN, ended).await).await,
        ["provide", "--local"] => keep(async |ended| provide(Ways::LOCAL, ended).await).await,
        ["provide", "--durable"] => keep(async |ended| provide(Ways::DURABLE, ended).await).await,
        ["provide", "--restarting"] => keep(async |ended| provide(Ways::RESTARTING, ended).await).await,
        ["provide", "--small"] => keep(provide_small).await,
        ["provide", "--pair"] => keep(provide_pair).await,
        ["pause", container] => order::pause(container).await,
        ["unpause", container] => order::unpause(container).await,
        ["kill", container] => order::kill(container).await,
        ["kill-server", place] => order::kill_server(place).await,
        ["image"] => build_image().await,
        ["share", folder] => share::keep(folder.as_ref()).await,
        _ => Err(ProvideError::new(
            "say `provide`, `provide --own`, `provide --local`, `provide --durable`, `provide --restarting`, \
             `provide --small`, `provide --pair`, `pause <container>`, `unpause <container>`, `kill <container>`, \
             `kill-server <container or data folder>`, `image` or `share <folder>`",
        )),
    }
}

/// Provides a server until standard input ends.
async fn keep(provide: impl AsyncFnOnce(&Ended) -> Result<Server, ProvideError>) -> Result<(), ProvideError> {
    let ended = Ended::with_standard_input()?;
    let mut server = provide(&ended).await?;
    say::able("docker", container::docker().await.is_ok());
    say::able("local", program::Programs::find().is_some());
    say::ready(server.provided());
    tokio::select! {
        () = ended.wait() => {}
        never = server.start_again_when_killed() => match never {},
    }
    server.remove().await
}

/// Builds the image and says its name.
async fn build_image() -> Result<(), ProvideError> {
    let ended = Ended::by_signal()?;
    let image = image::build(&container::docker().await?, &ended).await?;
    say::ready(format_args!("image {image}\n"));
    Ok(())
}
