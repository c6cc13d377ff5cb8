//! What is at the leaves: strings, values of conditions, and lists of them.

use alloc::format;
use alloc::vec::Vec;

use super::reader::{At, Reader, Step, shortened};
use crate::document::{List, Place, Text, Value};
use crate::json::lex::{Kind, Span};

impl<'t> Reader<'t> {
    /// A string, or nothing when something else is there.
    pub(super) fn text(
        &mut self,
        at: At,
        name: &str,
        place: Place,
    ) -> Step<Option<(Text<'t>, Span)>> {
        if self.lexer.kind()? == Kind::String {
            return self.lexer.string().map(Some);
        }
        let path = at.path(&[name]);
        self.mismatch(place, path, &format!("`{name}`"), "a string")?;
        Ok(None)
    }

    /// A string or a list of strings. The last of the keys is its name, those before are what it is in.
    pub(super) fn texts(
        &mut self,
        at: At,
        keys: &[&str],
        place: impl Fn(usize) -> Place,
    ) -> Step<List<Text<'t>>> {
        let name = keys.last().copied().unwrap_or_default();
        match self.lexer.kind()? {
            Kind::String => {
                let (text, span) = self.lexer.string()?;
                self.places.put(place(0), span);
                return Ok(bare(text));
            }
            Kind::List => {}
            Kind::Number | Kind::Bool | Kind::Null | Kind::Object => {
                let takes = "a string or a list of strings";
                self.mismatch(place(0), at.path(keys), &format!("`{name}`"), takes)?;
                return Ok(List::default());
            }
        }
        if !self.opens_list(place(0))? {
            return Ok(List::default());
        }
        let mut items = Vec::with_capacity(4);
        let mut number = 0_usize;
        loop {
            if self.lexer.kind()? == Kind::String {
                let (text, span) = self.lexer.string()?;
                self.places.put(place(items.len()), span);
                items.push(text);
            } else {
                let owner = format!("the list `{name}`");
                self.mismatch(place(items.len()), at.item(keys, number), &owner, "strings")?;
            }
            number += 1;
            if !self.lexer.more(b']')? {
                return Ok(List::bracketed(items));
            }
        }
    }

    /// A value or a list of values of the condition key `key`, which is the `k`th under its operator.
    pub(super) fn values(
        &mut self,
        at: At,
        b: usize,
        k: usize,
        operator: &str,
        key: &str,
    ) -> Step<List<Value<'t>>> {
        let keys = ["Condition", operator, key];
        let of_key = Place::Key(at.s, b, k);
        let place = |n| Place::Value(at.s, b, k, n);
        if let Some((value, span)) = self.value()? {
            self.places.put(place(0), span);
            return Ok(bare(value));
        }
        if self.lexer.kind()? != Kind::List {
            let takes = "a string, a number, a Boolean, or a list of them";
            self.mismatch(of_key, at.path(&keys), &shortened(key), takes)?;
            return Ok(List::default());
        }
        if !self.opens_list(place(0))? {
            return Ok(List::default());
        }
        let mut items = Vec::with_capacity(4);
        let mut number = 0_usize;
        loop {
            if let Some((value, span)) = self.value()? {
                self.places.put(place(items.len()), span);
                items.push(value);
            } else {
                let owner = format!("the list of {}", shortened(key));
                let takes = "strings, numbers, or Booleans";
                self.mismatch(of_key, at.item(&keys, number), &owner, takes)?;
            }
            number += 1;
            if !self.lexer.more(b']')? {
                return Ok(List::bracketed(items));
            }
        }
    }

    /// A value of a condition, or nothing when something else comes next.
    fn value(&mut self) -> Step<Option<(Value<'t>, Span)>> {
        Ok(match self.lexer.kind()? {
            Kind::String => {
                let (text, span) = self.lexer.string()?;
                Some((Value::String(text), span))
            }
            Kind::Number => {
                let (digits, span) = self.lexer.number()?;
                Some((Value::Number(digits.into()), span))
            }
            Kind::Bool => match self.lexer.word()? {
                (Some(value), span) => Some((Value::Bool(value), span)),
                // `kind` saw a `t` or an `f`.
                (None, _) => None,
            },
            Kind::Null | Kind::List | Kind::Object => None,
        })
    }

    /// Steps into a list and says whether it holds anything. An empty one gets the place of its first item, for anyone who
    /// is about it.
    fn opens_list(&mut self, first: Place) -> Step<bool> {
        let start = self.lexer.offset();
        self.lexer.open(b'[')?;
        let empty = self.lexer.closes(b']');
        if empty {
            let whole = Span::new(start, self.lexer.offset());
            self.places.put(first, whole);
        }
        Ok(!empty)
    }
}

/// The list of a value that stands without brackets.
fn bare<T>(value: T) -> List<T> {
    List {
        items: alloc::vec![value],
        bare: true,
    }
}
