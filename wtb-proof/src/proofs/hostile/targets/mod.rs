//! What reads hostile input, each as a function of bytes that judges what was answered.
//!
//! None needs anything around it, so a fuzzer that is guided by coverage can drive them as well.

mod broken;
mod cursors;
mod documents;
mod environment;
mod ids;
mod names;
mod secrets;
mod settings;
mod target;
mod timestamps;
mod urls;

pub(super) use target::{Answer, Target, Verdict};

/// What the project has.
pub(super) const SOUND: &[&Target] = &[
    &cursors::TARGET,
    &ids::TARGET,
    &names::TARGET,
    &timestamps::TARGET,
    &documents::TARGET,
    &urls::TARGET,
    &secrets::TARGET,
    &settings::TARGET,
    &environment::TARGET,
];

/// The target of this name, planted defects included.
pub(super) fn named(name: &str) -> Option<&'static Target> {
    SOUND.iter().copied().chain(broken::ALL.iter().copied()).find(|target| target.name == name)
}
