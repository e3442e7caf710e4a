//! Many units that want the same at the same time: nobody is refused without need, and everybody gets a turn.

mod log;
mod overtaking;
mod postgres;
mod processes;
mod short_readers;
mod sqlite;
pub(crate) mod writers;

pub(crate) use postgres::POSTGRES;
pub(crate) use short_readers::SHORT_READERS;
pub(crate) use sqlite::SQLITE;
