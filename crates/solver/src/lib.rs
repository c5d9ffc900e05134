//! Route optimisation.
