//! The search for JavaScript.

use milkrun_solver_worker::warm::Warming;
use wasm_bindgen::prelude::*;

use crate::Search;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = performance)]
    fn now() -> f64;
}

/// Does what the worker does before it is asked for anything.
#[wasm_bindgen]
#[allow(unreachable_pub, reason = "JavaScript reaches it")]
pub fn warm() {
    let mut warming = Warming::default();
    while warming.slice(now) {}
}

/// A search that JavaScript calls slice by slice.
#[wasm_bindgen]
#[derive(Debug)]
pub struct WebSearch(Search);

#[wasm_bindgen]
impl WebSearch {
    /// Reads a file and begins a search of so many seconds.
    #[wasm_bindgen(constructor)]
    pub fn new(text: &str, routes: usize, seed: u32, seconds: f64) -> Result<WebSearch, JsError> {
        console_error_panic_hook::set_once();
        let search = Search::new(text, routes, u64::from(seed), seconds, now());
        search.map(WebSearch).map_err(|error| JsError::new(&error))
    }

    /// Works for a slice; says how it stands: 0 while no plan has been told, then 1, and 2 when the search is over.
    pub fn slice(&mut self) -> u32 {
        let step = self.0.slice(now);
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
