//! The future that the body of a unit returns.

use std::pin::Pin;

/// A future of any kind, as the body of a unit returns it: `Box::pin(async move { … })`.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;
