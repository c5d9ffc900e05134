//! The search for JavaScript, which holds the clock.

use wasm_bindgen::prelude::*;

use crate::Search;

/// A search that JavaScript paces.
#[wasm_bindgen]
#[derive(Debug)]
pub struct WebSearch(Search);

#[wasm_bindgen]
impl WebSearch {
    /// Reads a file and prepares a search.
    #[wasm_bindgen(constructor)]
    pub fn new(text: &str, routes: usize, seed: u32) -> Result<WebSearch, JsError> {
        console_error_panic_hook::set_once();
        Search::new(text, routes, u64::from(seed)).map(WebSearch).map_err(|error| JsError::new(&error))
    }

    /// Works for a slice; says how it stands: 0 while stops have not all been placed once, then 1, and 2 when the search
    /// is over.
    pub fn slice(&mut self, elapsed: f64, iterations: u32) -> u32 {
        let step = self.0.slice(elapsed, iterations);
        if step.done { 2 } else { u32::from(step.planned) }
    }

    /// The routes as customers' numbers, each route ended by a -1.
    pub fn routes(&self) -> Vec<i32> {
        let customer = |customer| i32::try_from(customer).unwrap_or(i32::MAX);
        let route = |route: Vec<usize>| route.into_iter().map(customer).chain([-1]);
        self.0.routes().into_iter().flat_map(route).collect()
    }

    /// How much memory all of this holds, in bytes: none of it is ever given back.
    pub fn memory(&self) -> f64 {
        std::arch::wasm32::memory_size(0) as f64 * 65_536.0
    }
}
