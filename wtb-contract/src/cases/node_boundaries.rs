//! Node boundaries: found by session, node and execution; one per attempt.
