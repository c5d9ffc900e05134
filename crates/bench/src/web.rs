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

    /// Works for a slice; says whether the search is over.
    pub fn slice(&mut self, elapsed: f64, iterations: u32) -> bool {
        self.0.slice(elapsed, iterations).done
    }

    /// The routes as customers' numbers, each route ended by a -1.
    pub fn routes(&self) -> Vec<i32> {
        let customer = |customer| i32::try_from(customer).unwrap_or(i32::MAX);
        let route = |route: Vec<usize>| route.into_iter().map(customer).chain([-1]);
        self.0.routes().into_iter().flat_map(route).collect()
    }
}
