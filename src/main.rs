//! Puts the portal on the page.

fn main() {
    console_error_panic_hook::set_once();
    milkrun_portal::app::start();
}
