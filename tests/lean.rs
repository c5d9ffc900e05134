//! The lean face of Leptos, in a real browser: views, lists and what keeps them up to date.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, reason = "a test may fail loudly, and clippy does not know these for tests")]

mod common;

use common::{Stand, until};
use milkrun_lean::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::*;
use web_sys::HtmlElement;

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
async fn attributes_classes_styles_and_children_follow_their_signals() {
    let count = RwSignal::new(0_u32);
    let stand = Stand::with(move || {
        let told = Memo::new(move |_| if count.get() > 1 { "many" } else { "few" });
        view! {
            <p class="it" class:odd=move || count.get() % 2 == 1 title=move || (count.get() > 0).then_some("some")
                hidden=move || count.get() == 3 style:width=move || format!("{}px", count.get()) data-told=told>
                "n="{count}" "{move || (count.get() == 2).then(|| view! { <b>"two"</b><i>"2"</i> })}"."
            </p>
            <svg><rect><title>"A title"</title></rect></svg>
        }
    });
    let place = stand.element().clone();
    let check = |html: &'static str| {
        let place = place.clone();
        async move {
            for _ in 0..50 {
                if plain(&place) == html {
                    return;
                }
                gloo_timers::future::TimeoutFuture::new(20).await;
            }
            assert_eq!(plain(&place), html);
        }
    };
    check(r#"<p class="it" data-told="few">n=0 .</p><svg><rect><title>A title</title></rect></svg>"#).await;
    count.set(1);
    check(r#"<p class="it odd" data-told="few" title="some">n=1 .</p><svg><rect><title>A title</title></rect></svg>"#)
        .await;
    count.set(2);
    check(r#"<p class="it" data-told="many" title="some">n=2 <b>two</b><i>2</i>.</p><svg><rect><title>A title</title></rect></svg>"#)
        .await;
    count.set(3);
    check(r#"<p class="it odd" data-told="many" title="some" hidden="">n=3 .</p><svg><rect><title>A title</title></rect></svg>"#)
        .await;
    let width = stand.find("p").unwrap().unchecked_into::<HtmlElement>().style().get_property_value("width");
    assert_eq!(width.unwrap(), "3px");
    let title = stand.find("title").unwrap();
    assert_eq!(title.namespace_uri().as_deref(), Some("http://www.w3.org/2000/svg"));
}

/// What an element holds, without the comment that Leptos puts in the place of the empty view it mounts.
fn plain(place: &HtmlElement) -> String {
    let html = place.inner_html().replace("<!---->", "");
    // The style is looked at by itself: browsers write it where they like.
    let style = html.find(" style=\"").map(|start| {
        let end = html[start + 8..].find('"').map_or(html.len(), |it| start + 9 + it);
        html[start..end].to_owned()
    });
    style.map_or(html.clone(), |style| html.replace(&style, ""))
}

#[wasm_bindgen_test]
async fn rows_keep_their_elements_while_their_key_stays() {
    let items = RwSignal::new(vec![(1, "a"), (2, "b"), (3, "c")]);
    let gone = RwSignal::new(Vec::new());
    let stand = Stand::with(move || {
        view! {
            <ul>
                <li>"first"</li>
                <For each=move || items.get() key=|it| *it let((id, text))>{row(id, text, gone)}</For>
                <li>"last"</li>
            </ul>
        }
    });
    let text = || {
        let html = plain(stand.element());
        html.replace("<li>", "").replace("</li>", " ").replace("<ul>", "").replace("</ul>", "")
    };
    until("all rows", || text() == "first a b c last ").await;
    let first = stand.element().query_selector_all("li").unwrap().get(1).unwrap();
    for (next, expected) in [
        (vec![(2, "b"), (3, "c"), (1, "a")], "first b c a last "),
        (vec![(1, "a"), (2, "B"), (3, "c")], "first a B c last "),
        (vec![(4, "d"), (1, "a"), (1, "a")], "first d a a last "),
        (vec![(1, "a")], "first a last "),
    ] {
        items.set(next);
        until(expected, || text() == expected).await;
        let list = stand.element().query_selector_all("li").unwrap();
        assert!(
            (0..list.length()).any(|at| list.get(at).as_ref() == Some(&first)),
            "the row of 1 was built anew"
        );
    }
    items.set(Vec::new());
    until("no rows", || text() == "first last ").await;
    assert_eq!(gone.with_untracked(Vec::len), 6);
}

fn row(id: i32, text: &'static str, gone: RwSignal<Vec<i32>>) -> View {
    on_cleanup(move || gone.update(|gone| gone.push(id)));
    // A row may be several nodes, and some of them may come and go.
    view! { <li>{text}</li>{move || (id == 9).then(|| view! { <li>"more"</li> })} }
}

#[wasm_bindgen_test]
async fn what_a_closure_built_goes_with_its_next_run() {
    let shown = RwSignal::new(0_u32);
    let heard = RwSignal::new(0_u32);
    let ended = RwSignal::new(0);
    let input = NodeRef::<web_sys::HtmlInputElement>::new();
    let stand = Stand::with(move || {
        view! {
            {move || {
                let now = shown.get();
                on_cleanup(move || ended.update(|ended| *ended += 1));
                view! { <button on:click=move |_| heard.update(|heard| *heard += now)>{now}</button> }
            }}
            <input node_ref=input prop:value=move || format!("v{}", shown.get())/>
            <Show when=move || shown.get().gt(&1)><em>"more"</em></Show>
        }
    });
    let click = || stand.find("button").unwrap().unchecked_into::<HtmlElement>().click();
    until("the button", || stand.text() == "0").await;
    assert_eq!(input.get_untracked().unwrap().value(), "v0");
    for value in [1, 2, 3] {
        shown.set(value);
        let expected = if value > 1 { format!("{value}more") } else { value.to_string() };
        until(&expected, || stand.text() == expected).await;
        click();
        assert_eq!(input.get_untracked().unwrap().value(), format!("v{value}"));
    }
    assert_eq!((heard.get_untracked(), ended.get_untracked()), (6, 3));
}

/// Leptos's own effects miss this: they read the memo of a memo first, and are not told of the one behind it.
#[wasm_bindgen_test]
async fn a_memo_and_one_reckoned_from_it_are_both_followed() {
    let list = RwSignal::new(vec!["a"]);
    let stand = Stand::with(move || {
        let all = Memo::new(move |_| list.get());
        let count = Memo::new(move |_| all.with(Vec::len));
        let seen = RwSignal::new(String::new());
        Effect::new(move |_| seen.set(format!("{}{:?}", count.get(), all.get())));
        view! { {move || format!("{} {}", count.get(), all.with(|all| all.join(" ")))}" "{seen} }
    });
    for (next, expected) in [(vec!["b"], "1 b 1[\"b\"]"), (vec!["b", "c"], "2 b c 2[\"b\", \"c\"]")] {
        list.set(next);
        until(expected, || stand.text() == expected).await;
    }
}
