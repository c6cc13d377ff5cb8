//! Tokens that may hold calls and do not read as items: inputs of macros and attributes.

use proc_macro2::TokenStream;

use super::Names;
use crate::derive::tokens::unraw;

/// Tokens among items that do not read as items.
pub(in crate::derive) struct Unread {
    pub(in crate::derive) file: usize,
    pub(in crate::derive) module: usize,
    pub(in crate::derive) tokens: TokenStream,
    /// What they are: "the input of the macro `paste!`".
    pub(in crate::derive) what: String,
}

impl Names<'_> {
    /// The input of a macro among items, as far as it does not read as items.
    pub(super) fn unread_input(
        &mut self,
        mac: &syn::Macro,
        tokens: TokenStream,
        module: usize,
        file: usize,
    ) {
        if let Some(last) = mac.path.segments.last() {
            self.item_macros.insert(unraw(&last.ident));
        }
        if !tokens.is_empty() {
            let name =
                (mac.path.segments.last()).map_or_else(String::new, |last| unraw(&last.ident));
            self.unread.push(Unread {
                file,
                module,
                tokens,
                what: format!("the input of the macro `{name}!`"),
            });
        }
    }

    /// What attributes of functions and types are given, which their macros may make code of: `#[handler(call = ..)]`.
    pub(super) fn unread_attributes(
        &mut self,
        attributes: &[syn::Attribute],
        module: usize,
        file: usize,
    ) {
        for attribute in attributes {
            let (syn::Meta::List(list), Some(name)) =
                (&attribute.meta, attribute.path().segments.last())
            else {
                continue;
            };
            self.unread.push(Unread {
                file,
                module,
                tokens: list.tokens.clone(),
                what: format!("the attribute `{}`", unraw(&name.ident)),
            });
        }
    }

    /// An item that only newer versions of Rust have.
    pub(super) fn unread_item(&mut self, tokens: &TokenStream, module: usize, file: usize) {
        self.unread.push(Unread {
            file,
            module,
            tokens: tokens.clone(),
            what: "an item that is not understood".to_owned(),
        });
    }
}
