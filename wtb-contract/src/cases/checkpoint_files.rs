//! Checkpoint files: found by checkpoint and file commit; one per checkpoint.
