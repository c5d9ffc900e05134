//! From nodes to a template string and the expressions that fill its places.

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};
use rstml::node::{
    KVAttributeValue, KeyedAttribute, KeyedAttributeValue, Node, NodeAttribute, NodeBlock, NodeElement,
    NodeName,
};
use syn::spanned::Spanned;
use syn::{Block, Error, Expr, ExprTuple, Lit, Result, Stmt};

/// The marks of the template language; `milkrun-lean` reads them, and its `template.rs` says what they mean.
mod mark {
    pub(super) const FRAGMENT: char = '\u{10}';
    pub(super) const OPEN: char = '\u{1}';
    pub(super) const OPEN_SVG: char = '\u{2}';
    pub(super) const CLOSE: char = '\u{3}';
    pub(super) const TEXT: char = '\u{4}';
    pub(super) const CHILD: char = '\u{5}';
    pub(super) const FIXED: char = '\u{6}';
    pub(super) const ATTRIBUTE: char = '\u{7}';
    pub(super) const PROPERTY: char = '\u{8}';
    pub(super) const CLASS: char = '\u{b}';
    pub(super) const STYLE: char = '\u{c}';
    pub(super) const LISTENER: char = '\u{e}';
    pub(super) const REFERENCE: char = '\u{f}';
}

/// Elements that live in the SVG namespace. `title` does where its parent is one of these.
const SVG: [&str; 12] = [
    "circle", "defs", "ellipse", "g", "line", "path", "pattern", "polygon", "polyline", "rect", "svg", "text",
];

type Element = NodeElement<rstml::Infallible>;

/// Writes the expression that builds the nodes.
pub(crate) fn compile(nodes: &[Node]) -> Result<TokenStream> {
    match nodes {
        [Node::Element(it)] if is_component(it.name()) => component(it),
        [Node::Block(it)] => {
            let value = block(it);
            Ok(quote! { ::milkrun_lean::View::of(#value) })
        }
        _ => {
            let mut template = Template::default();
            if !matches!(nodes, [Node::Element(_)]) {
                template.text.push(mark::FRAGMENT);
            }
            template.nodes(nodes, false)?;
            let Template { text, parts } = template;
            Ok(quote! { ::milkrun_lean::build(#text, ::std::vec![#(#parts),*]) })
        }
    }
}

#[derive(Default)]
struct Template {
    text: String,
    parts: Vec<TokenStream>,
}

impl Template {
    fn nodes(&mut self, nodes: &[Node], in_svg: bool) -> Result<()> {
        nodes.iter().try_for_each(|node| self.node(node, in_svg))
    }

    fn node(&mut self, node: &Node, in_svg: bool) -> Result<()> {
        match node {
            Node::Element(it) if is_component(it.name()) => {
                let component = component(it)?;
                self.part(mark::CHILD, "", quote! { ::milkrun_lean::part(#component) });
                Ok(())
            }
            Node::Element(it) => self.element(it, in_svg),
            Node::Block(it) => {
                let value = block(it);
                self.part(mark::CHILD, "", quote! { ::milkrun_lean::part(#value) });
                Ok(())
            }
            Node::Text(it) => self.literal(mark::TEXT, &it.value_string(), it),
            Node::Fragment(it) => self.nodes(&it.children, in_svg),
            Node::Comment(_) => Ok(()),
            other => Err(Error::new_spanned(other, "Text in a view stands in quotes")),
        }
    }

    fn element(&mut self, it: &Element, in_svg: bool) -> Result<()> {
        let tag = it.name().to_string();
        let svg = SVG.contains(&tag.as_str()) || (in_svg && tag == "title");
        self.text.push(if svg { mark::OPEN_SVG } else { mark::OPEN });
        self.text.push_str(&tag);
        let mut open = Vec::new();
        for attribute in it.attributes() {
            match attribute {
                NodeAttribute::Attribute(it) if !self.fixed(it)? => open.push(it),
                NodeAttribute::Attribute(_) => {}
                NodeAttribute::Block(it) => return Err(Error::new_spanned(it, "An attribute has a name")),
            }
        }
        self.nodes(&it.children, svg)?;
        for attribute in open {
            self.attribute(attribute)?;
        }
        self.text.push(mark::CLOSE);
        Ok(())
    }

    /// Adds an attribute whose value is known; says whether it was one.
    fn fixed(&mut self, it: &KeyedAttribute) -> Result<bool> {
        let name = it.key.to_string();
        let value = match (&it.possible_value, it.value()) {
            (KeyedAttributeValue::None, _) => String::new(),
            (_, Some(Expr::Lit(value))) => match &value.lit {
                Lit::Str(text) => text.value(),
                Lit::Int(number) => number.base10_digits().to_owned(),
                _ => return Ok(false),
            },
            _ => return Ok(false),
        };
        if name.contains(':') && !name.starts_with("xmlns") {
            return Ok(false);
        }
        self.literal(mark::FIXED, &format!("{name}={value}"), it)?;
        Ok(true)
    }

    /// Adds an attribute, property, class, style, listener or reference whose value is an expression.
    fn attribute(&mut self, it: &KeyedAttribute) -> Result<()> {
        let name = it.key.to_string();
        let value = value(it)?;
        let part = |value: TokenStream| quote! { ::milkrun_lean::part(#value) };
        match name.split_once(':') {
            Some(("on", event)) => {
                let kind = format_ident!("{event}", span = it.key.span());
                let listener = quote! { ::milkrun_lean::listener(::leptos::ev::#kind, #value) };
                self.part(mark::LISTENER, event, listener);
            }
            Some(("prop", property)) => self.part(mark::PROPERTY, property, part(value)),
            Some(("class", class)) => self.part(mark::CLASS, class, part(value)),
            Some(("style", property)) => self.part(mark::STYLE, property, part(value)),
            Some(_) => return Err(Error::new_spanned(&it.key, "Nothing is known of this prefix")),
            None if name == "node_ref" => {
                self.part(mark::REFERENCE, "", quote! { ::milkrun_lean::reference(#value) });
            }
            None if name == "style" => {
                // Rules for inline style forbid the attribute, so a view sets single properties: `style=("--name", value)`.
                let pair = match it.value() {
                    Some(Expr::Tuple(ExprTuple { elems, .. })) if elems.len() == 2 => elems,
                    _ => {
                        return Err(Error::new_spanned(
                            it,
                            "Write style:name=value or style=(\"--name\", value)",
                        ));
                    }
                };
                let Expr::Lit(syn::ExprLit { lit: Lit::Str(property), .. }) = &pair[0] else {
                    return Err(Error::new_spanned(&pair[0], "The name of the property is a string"));
                };
                let value = &pair[1];
                self.part(mark::STYLE, &property.value(), part(quote! { #value }));
            }
            None => self.part(mark::ATTRIBUTE, &name, part(value)),
        }
        Ok(())
    }

    /// Adds a mark with a text, which holds no mark itself.
    fn literal(&mut self, mark: char, text: &str, at: &impl ToTokens) -> Result<()> {
        if text.contains(|it: char| it < ' ' && it != '\n' && it != '\t') {
            return Err(Error::new_spanned(at, "A view holds no control characters"));
        }
        self.text.push(mark);
        self.text.push_str(text);
        Ok(())
    }

    /// Adds a mark whose value is an expression.
    fn part(&mut self, mark: char, name: &str, value: TokenStream) {
        self.text.push(mark);
        self.text.push_str(name);
        self.parts.push(value);
    }
}

/// Calls a component as Leptos does, so that components are Leptos's own.
fn component(it: &Element) -> Result<TokenStream> {
    let name = it.name();
    let mut bound = None;
    let mut props = Vec::new();
    for attribute in it.attributes() {
        let NodeAttribute::Attribute(it) = attribute else {
            return Err(Error::new_spanned(attribute, "A prop has a name"));
        };
        match &it.possible_value {
            KeyedAttributeValue::Binding(names) if it.key.to_string() == "let" => bound = Some(&names.inputs),
            KeyedAttributeValue::None => {
                let key = &it.key;
                props.push(quote! { .#key(#key) });
            }
            _ => {
                let (key, value) = (&it.key, value(it)?);
                props.push(quote! { .#key(#value) });
            }
        }
    }
    let children = match (it.children.as_slice(), bound) {
        ([], _) => None,
        (children, Some(names)) => {
            let children = compile(children)?;
            Some(quote! { .children(move |#names| #children) })
        }
        (children, None) => {
            let children = compile(children)?;
            Some(quote! { .children(::milkrun_lean::ToChildren::to_children(move || #children)) })
        }
    };
    let generics = &it.open_tag.generics;
    let generics = generics.lt_token.is_some().then(|| quote! { ::#generics });
    Ok(quote! {
        ::leptos::component::component_view(
            &#name,
            ::leptos::component::component_props_builder(&#name #generics) #(#props)* #children .build(),
        )
    })
}

fn is_component(name: &NodeName) -> bool {
    let name = name.to_string();
    name.rsplit("::").next().is_some_and(|it| it.starts_with(|it: char| it.is_ascii_uppercase()))
}

/// The value of an attribute, without the braces around a single expression.
fn value(it: &KeyedAttribute) -> Result<TokenStream> {
    match it.possible_value.to_value().map(|it| &it.value) {
        Some(KVAttributeValue::Expr(Expr::Block(it))) if it.label.is_none() && it.attrs.is_empty() => {
            Ok(bare(&it.block))
        }
        Some(KVAttributeValue::Expr(it)) => Ok(quote! { #it }),
        Some(KVAttributeValue::InvalidBraced(it)) => Ok(quote! { #it }),
        None => Err(Error::new_spanned(it, "A value is missing")),
    }
}

fn block(it: &NodeBlock) -> TokenStream {
    match it {
        NodeBlock::ValidBlock(it) => bare(it),
        // Left as it is, so that the compiler says what is wrong with it.
        NodeBlock::Invalid(it) => quote! { #it },
    }
}

fn bare(it: &Block) -> TokenStream {
    match it.stmts.as_slice() {
        [Stmt::Expr(it, None)] => quote! { #it },
        _ => quote! { #it },
    }
}
