//! The server between the browser and the vendors' APIs.
