//! Node variants: found by node and workflow, active ones apart.
