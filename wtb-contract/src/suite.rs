//! The one list of cases, and the macro that turns it into tests.

mod repositories;
mod rules;

use crate::Backend;
use std::fmt;
use std::future::Future;
use std::pin::Pin;

type CaseFuture = Pin<Box<dyn Future<Output = ()> + Send>>;

/// One case of the contract: it panics on a store that breaks the rule.
#[derive(Clone, Copy)]
pub struct Case {
    /// The group it belongs to.
    pub group: &'static str,
    /// Its name, a sentence about behaviour.
    pub name: &'static str,
    run: fn(Backend) -> CaseFuture,
}

impl Case {
    /// Runs the case on an empty store.
    pub async fn run(&self, store: Backend) {
        (self.run)(store).await;
    }
}

impl fmt::Debug for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}::{}", self.group, self.name)
    }
}

/// Turns the contract into tests of one adapter; see the [crate's documentation](crate).
#[macro_export]
macro_rules! contract {
    (open: $open:ident, groups: { $($(#[$attribute:meta])* $group:ident),+ $(,)? }) => {
        $($crate::contract_group!($group => contract_tests, [$open [$(#[$attribute])*]]);)+
    };
}

/// One test module per group.
#[doc(hidden)]
#[macro_export]
macro_rules! contract_tests {
    ([$open:ident $attributes:tt] $group:ident [$($case:ident),* $(,)?]) => {
        mod $group {
            $($crate::contract_test!($open $attributes $group $case);)*
        }
    };
}

/// One test.
#[doc(hidden)]
#[macro_export]
macro_rules! contract_test {
    ($open:ident [$($attribute:tt)*] $group:ident $case:ident) => {
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        $($attribute)*
        async fn $case() {
            let spec = $crate::StoreSpec::new(
                stringify!($group),
                concat!(stringify!($group), "::", stringify!($case)),
            );
            $crate::cases::$group::$case(super::$open(spec).await).await;
        }
    };
}

/// The cases of a group as values.
#[doc(hidden)]
#[macro_export]
macro_rules! contract_values {
    ([] $group:ident [$($case:ident),* $(,)?]) => {
        &[$($crate::suite::Case {
            group: stringify!($group),
            name: stringify!($case),
            run: |store| Box::pin($crate::cases::$group::$case(store)),
        }),*]
    };
}

/// Every case of the contract.
pub fn all_cases() -> Vec<Case> {
    macro_rules! cases_of {
        ($($group:ident),+ $(,)?) => {
            [$({
                let cases: &[Case] = $crate::contract_group!($group => contract_values, []);
                cases
            }),*]
        };
    }
    cases_of![
        workflows,
        executions,
        node_boundaries,
        checkpoint_files,
        node_variants,
        evaluation_results,
        audit_logs,
        pages,
        values,
        references,
        units,
        outcomes,
        snapshots,
        failures,
        bulk,
        concurrent_writers,
        interleaved_units,
        waiting
    ]
    .concat()
}
