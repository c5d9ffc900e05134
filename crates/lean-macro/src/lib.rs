//! The [`view!`] macro of `milkrun-lean`.
//!
//! It reads what Leptos's own macro reads. Where that one makes a type out of every element, which the compiler then
//! turns into code once for each, this one writes the tree as a string with a place for each expression. A dozen
//! elements thus cost a few hundred bytes of data and no code at all.

mod template;

use proc_macro::TokenStream;
use quote::quote;
use rstml::{Parser, ParserConfig};

/// A piece of the page. The syntax is that of Leptos's `view!`; the value is a `milkrun_lean::View`.
///
/// Children are evaluated before the attributes of their element, and both in the order in which they are written.
#[proc_macro]
pub fn view(tokens: TokenStream) -> TokenStream {
    let parser = Parser::new(ParserConfig::default().recover_block(true));
    let (nodes, errors) = parser.parse_recoverable(tokens).split_vec();
    let errors = errors.into_iter().map(|it| it.emit_as_expr_tokens());
    let view = template::compile(&nodes).unwrap_or_else(syn::Error::into_compile_error);
    quote! {{ #(#errors;)* #view }}.into()
}
