//! Branches and loops: what comes out of them, and what changes in them.

use syn::visit::Visit;
use syn::{Expr, Lit, Pat};

use super::known::is_mutation;
use super::macros::diverges;
use super::{Breaks, Val, Walker};
use crate::derive::attributes::{in_program, is_test};
use crate::derive::names::Def;
use crate::derive::tokens::unraw;
use crate::derive::types::segments;
use crate::derive::value::Value;

impl Walker<'_, '_, '_> {
    /// `if`, of which what is printed or given in either branch is known.
    pub(super) fn if_expr(&mut self, inner: &syn::ExprIf) -> Val {
        let settled = match self.names.tests {
            true => None,
            false => in_program(&inner.cond),
        };
        let mut before = None;
        let then = self.scope(|walker| {
            walker.expr(&inner.cond);
            before = walker.text();
            match settled {
                Some(false) => Val::plain(),
                Some(true) => walker.block(&inner.then_branch),
                None => walker.branch(|walker| walker.block(&inner.then_branch)),
            }
        });
        let otherwise = inner.else_branch.as_ref().map(|(_, otherwise)| otherwise);
        let after = self.text();
        match (otherwise, settled) {
            (Some(otherwise), Some(false)) => self.expr(otherwise),
            (Some(otherwise), None) => {
                self.set_text(before);
                let otherwise = self.branch(|walker| walker.expr(otherwise));
                let last = self.text();
                self.set_texts(vec![after, last]);
                then.join(otherwise)
            }
            (None, None) => {
                self.set_texts(vec![after, before]);
                then
            }
            (_, Some(true)) | (None, Some(false)) => then,
        }
    }

    /// `match`, whose arms are all looked at; of a constant, only those that it can match give a value.
    pub(super) fn match_expr(&mut self, inner: &syn::ExprMatch) -> Val {
        let over = self.expr(&inner.expr);
        let mut result: Option<Val> = None;
        let before = self.text();
        let mut texts = Vec::new();
        let constant = self.constant_of(&inner.expr, &over);
        let mut decided = false;
        for arm in inner.arms.iter().filter(|arm| !is_test(&arm.attrs)) {
            self.set_text(before.clone());
            let val = self.branch(|walker| {
                walker.bind(&arm.pat, &over);
                walker.expr(&arm.body)
            });
            texts.push(self.text());
            // What a constant is decides which arm it is.
            if let Some(constant) = &constant {
                let fits = matches_constant(&arm.pat, constant);
                if decided || fits == Some(false) {
                    continue;
                }
                decided = fits == Some(true);
            }
            // An arm that gives nothing, such as `_ => return`, says nothing.
            let diverges = match &*arm.body {
                Expr::Return(_) | Expr::Break(_) | Expr::Continue(_) => true,
                Expr::Macro(inner) => diverges(&inner.mac),
                _ => false,
            };
            result = match result {
                Some(result) if diverges && !val.ty.is_ours() => Some(result),
                Some(result) => Some(result.join(val)),
                None if diverges && !val.ty.is_ours() => None,
                None => Some(val),
            };
        }
        self.set_texts(texts);
        result.unwrap_or_else(Val::unknown)
    }

    /// The text or number that a constant is.
    pub(super) fn constant_of(&self, expr: &Expr, val: &Val) -> Option<Value> {
        let Expr::Path(path) = expr else {
            return None;
        };
        let names = segments(&path.path);
        let is_constant = path.qself.is_none()
            && matches!(
                self.names.path_value(self.cx.module, &names),
                Some(Def::Value(_))
            );
        (is_constant && matches!(val.value, Value::Text(_) | Value::Number(_)))
            .then(|| val.value.clone())
    }

    /// Runs where `break` may give a value: what comes out, and what was given.
    pub(super) fn breakable(
        &mut self,
        label: Option<String>,
        is_loop: bool,
        run: impl FnOnce(&mut Self) -> Val,
    ) -> (Val, Vec<Val>) {
        self.breaks.push(Breaks {
            label,
            is_loop,
            given: Vec::new(),
        });
        let val = match is_loop {
            true => self.printing_aside(run),
            false => run(self),
        };
        let breaks = self.breaks.pop();
        (val, breaks.map_or_else(Vec::new, |breaks| breaks.given))
    }

    /// `break value`, `break 'label value`
    pub(super) fn break_with(&mut self, label: Option<&syn::Lifetime>, given: Option<Val>) {
        let label = label.map(|label| label.ident.to_string());
        let target = self.breaks.iter_mut().rev().find(|breaks| match &label {
            Some(label) => breaks.label.as_ref() == Some(label),
            None => breaks.is_loop,
        });
        if let (Some(target), Some(given)) = (target, given) {
            target.given.push(given);
        }
    }

    /// A loop begins: what its body assigns to a variable is what the variable is the next time.
    pub(super) fn assigned_in(&mut self, body: &syn::Block) {
        let mut assigned = Assigned::default();
        assigned.visit_block(body);
        for (name, value) in assigned.found {
            let local = (self.locals.iter_mut().rev()).find(|local| local.name == name);
            if let Some(local) = local
                && !local.val.ty.is_ours()
                && local.val.value.may_be_known()
                && !matches!(local.val.value, Value::AnyOf(_) | Value::Built(_))
            {
                local.val.items = None;
                let old = std::mem::take(&mut local.val.value);
                local.val.value = Value::any([old, value]);
            }
        }
    }
}

/// Whether a pattern matches a text or number; `None` when that is not known.
fn matches_constant(pat: &Pat, value: &Value) -> Option<bool> {
    match pat {
        Pat::Wild(_) => Some(true),
        Pat::Lit(literal) => match (&literal.lit, value) {
            (Lit::Str(text), Value::Text(value)) => Some(text.value() == **value),
            (Lit::Int(number), Value::Number(value)) => Some(number.base10_digits() == &**value),
            _ => None,
        },
        Pat::Or(cases) => {
            let cases: Vec<Option<bool>> = (cases.cases.iter())
                .map(|case| matches_constant(case, value))
                .collect();
            match cases.contains(&Some(true)) {
                true => Some(true),
                false => cases
                    .into_iter()
                    .all(|fits| fits == Some(false))
                    .then_some(false),
            }
        }
        _ => None,
    }
}

/// Variables that code assigns to or changes, with a text when that is what they are given.
#[derive(Default)]
struct Assigned {
    found: Vec<(String, Value)>,
}

impl Assigned {
    fn changes(&mut self, target: &Expr) {
        match target {
            Expr::Path(path) => {
                if let Some(name) = path.path.get_ident() {
                    let name = unraw(name);
                    let value = Value::named(&name);
                    self.found.push((name, value));
                }
            }
            Expr::Tuple(tuple) => tuple.elems.iter().for_each(|target| self.changes(target)),
            Expr::Paren(inner) => self.changes(&inner.expr),
            _ => {}
        }
    }
}

impl<'e> Visit<'e> for Assigned {
    fn visit_expr_assign(&mut self, assign: &'e syn::ExprAssign) {
        if let Expr::Path(path) = &*assign.left
            && let Some(name) = path.path.get_ident()
        {
            let name = unraw(name);
            let value = match &*assign.right {
                Expr::Lit(literal) => match &literal.lit {
                    Lit::Str(text) => Value::text(text.value()),
                    _ => Value::named(&name),
                },
                _ => Value::named(&name),
            };
            self.found.push((name, value));
        } else {
            self.changes(&assign.left);
        }
        syn::visit::visit_expr_assign(self, assign);
    }

    fn visit_expr_binary(&mut self, binary: &'e syn::ExprBinary) {
        if is_assignment(&binary.op) {
            self.changes(&binary.left);
        }
        syn::visit::visit_expr_binary(self, binary);
    }

    fn visit_expr_method_call(&mut self, call: &'e syn::ExprMethodCall) {
        if is_mutation(&unraw(&call.method)) {
            self.changes(&call.receiver);
        }
        syn::visit::visit_expr_method_call(self, call);
    }

    fn visit_expr_reference(&mut self, reference: &'e syn::ExprReference) {
        if reference.mutability.is_some() {
            self.changes(&reference.expr);
        }
        syn::visit::visit_expr_reference(self, reference);
    }

    fn visit_macro(&mut self, mac: &'e syn::Macro) {
        let is_write = (mac.path.segments.last())
            .is_some_and(|last| matches!(unraw(&last.ident).as_str(), "write" | "writeln"));
        // `write!(text, ..)`
        if let (true, Some(proc_macro2::TokenTree::Ident(name))) =
            (is_write, mac.tokens.clone().into_iter().next())
        {
            let name = unraw(&name);
            let value = Value::named(&name);
            self.found.push((name, value));
        }
    }
}

/// `+=`, `-=`, ..
pub(super) fn is_assignment(op: &syn::BinOp) -> bool {
    use syn::BinOp;
    matches!(
        op,
        BinOp::AddAssign(_)
            | BinOp::SubAssign(_)
            | BinOp::MulAssign(_)
            | BinOp::DivAssign(_)
            | BinOp::RemAssign(_)
            | BinOp::BitXorAssign(_)
            | BinOp::BitAndAssign(_)
            | BinOp::BitOrAssign(_)
            | BinOp::ShlAssign(_)
            | BinOp::ShrAssign(_)
    )
}
