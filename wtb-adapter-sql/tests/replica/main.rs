//! Reading from a streaming replica in a second container.

#![expect(clippy::expect_used, clippy::panic, reason = "this file is tests")]

mod support {
    pub(crate) mod pair;
}

mod contract;
mod ended;
mod lag;
mod own_writes;
mod strangers;
mod unheard;
