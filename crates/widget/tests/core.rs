//! The calls that the page's script makes, in a real browser: texts go in and come out whole.
#![cfg(target_arch = "wasm32")]

use milkrun_widget::web::{contact, draw, numbers};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
fn numbers_come_back_a_line_each_or_say_what_is_wrong() {
    assert_eq!(numbers("RR123456789FI, jjfi 6000 1234 5678"), "RR123456789FI\njjfi600012345678\n");
    assert_eq!(numbers("<b>"), "!badNumber");
    assert_eq!(contact("aino@example.com"), "email");
}

#[wasm_bindgen_test]
fn an_answer_is_drawn_again_and_again_in_the_same_memory() {
    let line = format!("p\tAB12\t1\tcarrier\ttransit\t\t0\tPosti\t-1\t/t/x\te\t{}", "ö".repeat(2000));
    let first = draw(&line);
    assert!(first.contains(":onTheWay") && first.contains("$Posti"));
    // The allocator gives back what it got, or this would fill the memory.
    for _ in 0..20_000 {
        assert_eq!(draw(&line).len(), first.len());
    }
}
