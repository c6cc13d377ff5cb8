//! Terraform's functions that occur in policies. What is not here returns a value that is not known.
//!
//! See <https://developer.hashicorp.com/terraform/language/functions>.

mod collections;
mod texts;

use std::rc::Rc;

use super::convert;
use super::json;
use super::value::{Form, Kind, List, Place, Text, Unknown, Value};
use super::world::Purpose;

/// A call of a function.
pub(super) struct Call<'c> {
    arguments: &'c [Value],
    at: Place,
    purpose: Purpose,
    /// What the call is, as the file says it.
    says: &'c dyn Fn() -> Rc<str>,
}

/// What a function returns. Nothing when that is not known.
pub(super) fn call(
    name: &str,
    (arguments, at): (&[Value], Place),
    purpose: Purpose,
    says: &dyn Fn() -> Rc<str>,
) -> Option<Value> {
    let call = Call {
        arguments,
        at,
        purpose,
        says,
    };
    call.value(name)
        .or_else(|| texts::call(&call, name))
        .or_else(|| collections::call(&call, name))
}

impl Call<'_> {
    fn value(&self, name: &str) -> Option<Value> {
        match name {
            "jsonencode" => {
                let value = self.argument(0)?;
                // A document that is read and written again is the same one.
                Some(self.made(Kind::of_json(value.clone(), None)))
            }
            "jsondecode" => json::decoded(self.argument(0)?, self.at),
            "sensitive" | "nonsensitive" | "ephemeralasnull" => self.argument(0).cloned(),
            "tostring" => match &self.argument(0)?.kind {
                Kind::Null => self.argument(0).cloned(),
                _ => Some(self.made(Kind::Text(self.argument(0)?.to_text()?))),
            },
            "tonumber" => Some(self.made(Kind::Number(self.argument(0)?.as_number()?))),
            "tobool" => Some(self.made(Kind::Bool(self.argument(0)?.as_bool()?))),
            "coalesce" => {
                for value in self.arguments {
                    match &value.kind {
                        Kind::Null => {}
                        Kind::Text(text) if text.is("") => {}
                        Kind::Unknown(_) => return None,
                        // A text that is not known may be empty.
                        Kind::Text(text) if !text.is_known() && text.all_open() => return None,
                        // All arguments have one type.
                        _ => {
                            return (self.arguments.iter())
                                .try_fold(value.clone(), |value, other| {
                                    Some(convert::unified(value, other))
                                });
                        }
                    }
                }
                Some(self.invalid())
            }
            _ => None,
        }
    }

    fn argument(&self, number: usize) -> Option<&Value> {
        self.arguments.get(number)
    }

    /// A known string of an argument.
    fn string(&self, number: usize) -> Option<String> {
        self.argument(number)?.as_string()
    }

    /// A list of which all items are known to be there.
    fn list(&self, number: usize) -> Option<&List> {
        listed(self.argument(number)?).filter(|list| list.more.is_none())
    }

    fn number(&self, number: usize) -> Option<f64> {
        self.argument(number)?.as_number()
    }

    fn made(&self, kind: Kind) -> Value {
        Value::new(kind, self.at)
    }

    fn text(&self, text: impl Into<String>) -> Value {
        self.made(Kind::of_text(Text::known(text, self.at, false)))
    }

    /// A list, of which all items have one type.
    fn list_of(&self, items: Vec<Value>, more: Option<Unknown>) -> Value {
        self.made(Kind::of_list(items, more, Form::Collection))
    }

    /// Which kind of type an argument has.
    fn form(&self, number: usize) -> Option<Form> {
        match &self.argument(number)?.kind {
            Kind::List(list) => Some(list.form),
            Kind::Map(map) => Some(map.form),
            Kind::Null
            | Kind::Bool(_)
            | Kind::Number(_)
            | Kind::Text(_)
            | Kind::Json(_)
            | Kind::Unknown(_) => None,
        }
    }

    /// A call that Terraform rejects.
    fn invalid(&self) -> Value {
        let says = (self.says)();
        self.made(Kind::Unknown(Unknown::invalid(says)))
    }
}

/// The items of a list, a set, or a tuple.
fn listed(value: &Value) -> Option<&List> {
    match &value.kind {
        Kind::List(list) => Some(list),
        Kind::Null
        | Kind::Bool(_)
        | Kind::Number(_)
        | Kind::Text(_)
        | Kind::Map(_)
        | Kind::Json(_)
        | Kind::Unknown(_) => None,
    }
}
