//! The Web Worker around the solver, and the messages it speaks.
