//! Pages: in insertion order, complete, without repetition.
