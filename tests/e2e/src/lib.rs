//! Whole-system tests in a real browser.
