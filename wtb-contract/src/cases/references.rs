//! References: to what is stored only, and kept intact.
