//! One hostile file, imported and judged.

use super::importer::Importer;
use super::sample::Sample;
use super::{file, judge, store};
use crate::proof::Failure;
use crate::seed::Seed;
use std::fs;
use std::path::Path;

/// Imports a file that follows from `seed`, and tells the exit code.
///
/// # Errors
/// `Found` if it is not refused or imported as it must be.
pub(super) async fn run(
    importer: Importer,
    sample: &Sample,
    seed: Seed,
    number: u64,
) -> Result<i32, Failure> {
    let mut numbers = seed.numbers();
    let folder = tempfile::tempdir_in(&sample.folder).map_err(Failure::unable)?;
    let what = file::write(sample, folder.path(), &mut numbers).map_err(Failure::unable)?;
    let skip_invalid = numbers.below(2) == 0;
    if numbers.below(2) == 0 {
        fs::copy(&sample.store, folder.path().join("store.db")).map_err(Failure::unable)?;
    }
    import(importer, sample, folder.path(), skip_invalid).await.map_err(|failure| match failure {
        Failure::Found(fault) => Failure::Found(format!("file {number}, {what}: {fault}")),
        unable @ Failure::Unable(_) => unable,
    })
}

async fn import(
    importer: Importer,
    sample: &Sample,
    folder: &Path,
    skip_invalid: bool,
) -> Result<i32, Failure> {
    let (python, target) = (folder.join("python.db"), folder.join("store.db"));
    let source = fs::read(&python).map_err(Failure::unable)?;
    let before = store::content(&target).map_err(Failure::unable)?;
    let answer = importer.import(&sample.wtb, folder, skip_invalid).await?;
    let code = judge::answer(&answer).map_err(Failure::Found)?;
    let after = store::content(&target).map_err(Failure::Found)?;
    judge::kept(&answer, &python, &before, &after).map_err(Failure::Found)?;
    if fs::read(&python).map_err(Failure::unable)? != source {
        return Err(Failure::found("the file that was read has changed"));
    }
    if code != 1 {
        let again = importer.import(&sample.wtb, folder, skip_invalid).await?;
        let (code_again, after_again) = (again.code, store::content(&target).map_err(Failure::Found)?);
        if code_again != Some(code) || after_again != after {
            return Err(Failure::found(format!(
                "importing it again answers {code_again:?}: {}",
                again.stderr
            )));
        }
    }
    Ok(code)
}
