//! Several open units that write: none overwrites another.
