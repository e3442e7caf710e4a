//! The image of a container: the official one, or one built from this distribution's packages.

use super::say;
use super::until::Ended;
use crate::ProvideError;
use rustix::process::{Pid, Signal, kill_process_group};
use std::fmt;
use std::fs::{File, TryLockError};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;
use testcontainers::GenericImage;
use testcontainers::bollard::Docker;
use testcontainers::bollard::query_parameters::ListImagesOptions;
use testcontainers::runners::AsyncRunner;
use tokio::process::{Child, Command};
use tokio::time::sleep;

/// The official image, of the version that Debian's packages had when this was written.
const OFFICIAL: (&str, &str) = ("postgres", "15");
/// The one that is built; its tag is the version.
const BUILT: &str = "wtb-test-postgres";
const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/image/build.sh");
/// What an image is made of, so that one of an earlier recipe is not used.
const RECIPE: [&str; 2] =
    [include_str!("../../image/build.sh"), include_str!("../../image/docker-entrypoint.sh")];
/// A registry that does not answer is as good as none.
const PULL: Duration = Duration::from_mins(3);
/// Between two looks whether another keeper has built the image.
const PAUSE: Duration = Duration::from_millis(200);

/// An image that the engine has.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Image {
    pub(super) name: String,
    pub(super) tag: String,
}

impl fmt::Display for Image {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.name, self.tag)
    }
}

/// The image to use: one that is there, else the official one pulled, else one built.
pub(super) async fn get(docker: &Docker, ended: &Ended) -> Result<Image, ProvideError> {
    if let Some(image) = present(docker).await? {
        return Ok(image);
    }
    let official = Image { name: OFFICIAL.0.to_owned(), tag: OFFICIAL.1.to_owned() };
    if let Err(error) = pull(&official, ended).await {
        say::progress(&error);
        let _one_at_a_time = turn(ended).await?;
        return match built(docker).await? {
            Some(image) => Ok(image),
            None => build(docker, ended).await,
        };
    }
    Ok(official)
}

/// Waits while another keeper builds the image; the lock is on the script.
async fn turn(ended: &Ended) -> Result<File, ProvideError> {
    let failed = |error| ProvideError::because(format_args!("cannot lock {SCRIPT}"), &error);
    let script = File::open(SCRIPT).map_err(failed)?;
    loop {
        match script.try_lock() {
            Ok(()) => return Ok(script),
            Err(TryLockError::Error(error)) => return Err(failed(error)),
            Err(TryLockError::WouldBlock) => {}
        }
        tokio::select! {
            () = sleep(PAUSE) => {}
            () = ended.wait() => return Err(ProvideError::new("the tests ended")),
        }
    }
}

/// Builds the image from packages, even if one is there.
pub(super) async fn build(docker: &Docker, ended: &Ended) -> Result<Image, ProvideError> {
    say::progress(format_args!("building the image {BUILT} from packages, which takes about a minute"));
    let failed = |error| ProvideError::because(format_args!("cannot run {SCRIPT}"), &error);
    let output = tempfile::NamedTempFile::new().map_err(failed)?;
    let log = || output.reopen().map(Stdio::from);
    let mut command = Command::new(SCRIPT);
    command.arg(BUILT).arg(recipe()).stdin(Stdio::null()).process_group(0);
    let script = command.stdout(log().map_err(failed)?).stderr(log().map_err(failed)?).spawn();
    let status = to_its_end(script.map_err(failed)?, ended).await.map_err(failed)?;
    if status.success() {
        return built(docker).await?.ok_or_else(|| ProvideError::new(format!("{SCRIPT} has built no image")));
    }
    let said = std::io::read_to_string(File::open(output.path()).map_err(failed)?).map_err(failed)?;
    let reason = said.lines().rfind(|line| !line.trim().is_empty()).unwrap_or("it did not say why");
    Err(ProvideError::new(format!("cannot build the image {BUILT}: {reason}")))
}

/// Waits for the script, or ends it with everything it has started.
async fn to_its_end(mut script: Child, ended: &Ended) -> std::io::Result<ExitStatus> {
    tokio::select! {
        status = script.wait() => return status,
        () = ended.wait() => {}
    }
    if let Some(group) = script.id().and_then(|id| Pid::from_raw(id.cast_signed())) {
        kill_process_group(group, Signal::TERM)?;
    }
    script.wait().await
}

/// The official image or a built one, if the engine has it.
async fn present(docker: &Docker) -> Result<Option<Image>, ProvideError> {
    let official = newest(docker, [("reference", format!("{}:{}", OFFICIAL.0, OFFICIAL.1))]).await?;
    if official.is_some() { Ok(official) } else { built(docker).await }
}

async fn built(docker: &Docker) -> Result<Option<Image>, ProvideError> {
    newest(docker, [("reference", BUILT.to_owned()), ("label", recipe())]).await
}

/// The label of images that are built as this keeper would build them.
fn recipe() -> String {
    let mut hasher = DefaultHasher::new();
    RECIPE.hash(&mut hasher);
    format!("wtb-test-postgres.recipe={:016x}", hasher.finish())
}

/// The image made last among those that pass the filters.
async fn newest<const N: usize>(
    docker: &Docker,
    filters: [(&str, String); N],
) -> Result<Option<Image>, ProvideError> {
    let filters = filters.map(|(name, value)| (name.to_owned(), vec![value])).into();
    let options = ListImagesOptions { filters: Some(filters), ..ListImagesOptions::default() };
    let mut images = docker
        .list_images(Some(options))
        .await
        .map_err(|error| ProvideError::because("cannot list the images of docker", &error))?;
    images.sort_by_key(|image| image.created);
    let tags = images.iter().rev().flat_map(|image| &image.repo_tags);
    let mut named = tags.filter_map(|tag| tag.rsplit_once(':')).filter(|(_, tag)| *tag != "unfinished");
    Ok(named.next().map(|(name, tag)| Image { name: name.to_owned(), tag: tag.to_owned() }))
}

async fn pull(image: &Image, ended: &Ended) -> Result<(), ProvideError> {
    let pull = GenericImage::new(&image.name, &image.tag).pull_image();
    let pull = say::if_slow(format!("pulling the image {image}"), pull);
    tokio::select! {
        pulled = tokio::time::timeout(PULL, pull) => match pulled {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(ProvideError::because(format_args!("cannot pull the image {image}"), &error)),
            Err(_) => Err(ProvideError::new(format!("the registry of the image {image} does not answer"))),
        },
        () = ended.wait() => Err(ProvideError::new("the tests ended")),
    }
}
