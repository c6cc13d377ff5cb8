//! Where an expression is evaluated. What it is evaluated to is in the files of its parts: `eval`, `names`, `template`, `reading`, and
//! `document` are methods of one type, because an expression has names, and names have expressions.

use std::rc::Rc;

use hcl_edit::Span as _;
use hcl_edit::expr::Expression;

use super::module::place;
use super::scope::Scope;
use super::value::{FileId, Kind, Place, Unknown, Value};
use super::world::World;
use crate::input::language::template_end;

/// What names mean at a place.
#[derive(Clone, Copy)]
pub(super) struct Env<'e> {
    pub(super) world: &'e World<'e>,
    pub(super) scope: &'e Rc<Scope>,
    pub(super) file: FileId,
    pub(super) names: Option<&'e Bound<'e>>,
}

/// A name that a `for` or a block defines.
pub(super) struct Bound<'e> {
    pub(super) name: &'e str,
    pub(super) value: Value,
    pub(super) next: Option<&'e Bound<'e>>,
}

impl<'e> Env<'e> {
    /// The same module, without the names of a block.
    pub(super) fn of_module(&self, file: FileId) -> Env<'e> {
        Env {
            file,
            names: None,
            ..*self
        }
    }

    pub(super) fn address(&self, name: &str) -> String {
        format!("{}{name}", self.scope.address)
    }

    /// Evaluates with these names in addition.
    pub(super) fn with<T>(
        &self,
        names: &[(String, Value)],
        evaluate: impl FnOnce(&Env<'_>) -> T,
    ) -> T {
        match names.split_first() {
            None => evaluate(self),
            Some(((name, value), rest)) => {
                let bound = Bound {
                    name,
                    value: value.clone(),
                    next: self.names,
                };
                let env = Env {
                    world: self.world,
                    scope: self.scope,
                    file: self.file,
                    names: Some(&bound),
                };
                env.with(rest, evaluate)
            }
        }
    }

    pub(super) fn place(&self, expression: &Expression) -> Place {
        place(self.file, expression.span())
    }

    /// What the file says there, on one line, and the same wherever the file says the same.
    pub(super) fn says(&self, at: Place) -> String {
        let file = self.world.file(at.file);
        let text = file
            .as_ref()
            .and_then(|file| file.text.get(at.start..at.end));
        let words: Vec<&str> = text.unwrap_or_default().split_whitespace().collect();
        let says = format!("{}{}", self.scope.address, words.join(" "));
        // It is put between braces, and has to end where they do.
        match template_end(&format!("${{{says}}}")) == says.len() + 3 {
            true => says,
            false => format!("{}value at byte {}", self.scope.address, at.start),
        }
    }

    pub(super) fn unknown(&self, expression: &Expression) -> Value {
        self.unknown_at(self.place(expression))
    }

    pub(super) fn unknown_at(&self, place: Place) -> Value {
        Value::unknown(self.says(place), place)
    }

    /// What Terraform rejects.
    pub(super) fn invalid_at(&self, place: Place) -> Value {
        Value::new(Kind::Unknown(Unknown::invalid(self.says(place))), place)
    }

    /// An unknown value for what a value that is not known is needed for.
    pub(super) fn unknown_of(&self, at: Place) -> Unknown {
        Unknown::new(self.says(at))
    }
}
