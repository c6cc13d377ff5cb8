//! Goes through the bodies of functions and finds the calls of SDK clients in them.
//!
//! Types of names are inferred as they come, one function at a time, whatever the flow of control. What a value may be
//! is joined over branches.

mod by_example;
mod call;
mod expr;
mod fields;
mod flow;
mod function;
mod known;
mod lines;
mod macros;
mod mentions;
mod path;
mod pattern;
mod printed;
mod request;

use self::lines::{line_of, parses};

use std::collections::{BTreeMap, HashMap, HashSet};
use std::rc::Rc;
use std::sync::Arc;

use proc_macro2::LineColumn;
use syn::spanned::Spanned;
use syn::{Block, Expr, FnArg, Stmt};

use super::attributes::is_test;
use super::bodies::Bodies;
use super::call::How;
use super::index::{Constant, Index, Signature};
use super::modules::Sources;
use super::names::Names;
use super::sdk::{Client, Op};
use super::tokens::invalid;
use super::types::{Cx, Ty};
use super::value::{Functions, Value};

/// A field and what it is given.
type Given = (Arc<str>, Value);

/// All that is found in a package.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) calls: Vec<Call>,
    pub(super) notes: Vec<Note>,
    pub(super) functions: Functions,
    /// What requests are given that another function began, by client and method.
    pub(super) loose: HashMap<(Client, &'static str), Vec<Given>>,
    /// Requests that are sent here and may be begun elsewhere.
    sent: Vec<Call>,
    suspects: Vec<Suspect>,
    unseen: fields::Unseen,
    expanded: by_example::Expanded,
}

/// A call of a client's method.
#[derive(Debug)]
pub(super) struct Call {
    pub(super) op: Op,
    pub(super) how: How,
    pub(super) file: usize,
    pub(super) at: LineColumn,
    /// The line that the statement around it begins in.
    pub(super) statement: usize,
    /// What the request's setters were given, in their order.
    pub(super) fields: Vec<(Arc<str>, Value)>,
    /// Whether the request goes where it is not followed, so that more may be set.
    pub(super) open: bool,
    /// Whether the request goes through other functions of the package.
    pub(super) joins: bool,
    /// The branches that it begins in.
    branches: Vec<usize>,
}

/// Something that was seen and could not be followed.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Note {
    pub(super) file: usize,
    pub(super) at: LineColumn,
    pub(super) text: String,
}

/// A method of a client's name on a receiver of an unknown type.
#[derive(Debug)]
struct Suspect {
    what: Suspected,
    at: LineColumn,
    noted: bool,
}

/// What a call on something of an unknown type may be.
#[derive(Debug)]
enum Suspected {
    Known(Op),
    /// Of a client that the catalogue does not cover: the method.
    Other(Client, String),
    /// Of a client whose operation the catalogue does not have: the method.
    New(Client, String),
}

/// What an expression is.
#[derive(Debug, Clone)]
pub(super) struct Val {
    pub(super) ty: Ty,
    pub(super) value: Value,
    /// Of a list that does not change, its items in their order.
    items: Option<Rc<[Value]>>,
}

impl Val {
    fn new(ty: Ty, value: Value) -> Self {
        Self {
            ty,
            value,
            items: None,
        }
    }

    fn with_items(self, items: Option<Rc<[Value]>>) -> Self {
        Self { items, ..self }
    }

    fn of(ty: Ty) -> Self {
        Self::new(ty, Value::Unknown)
    }

    fn unknown() -> Self {
        Self::of(Ty::Unknown)
    }

    fn plain() -> Self {
        Self::of(Ty::Plain)
    }

    /// The same with a field set, by a setter of this name: `key` or `set_key`.
    fn with_field(self, setter: &str, value: Value) -> Self {
        let field = setter.strip_prefix("set_").unwrap_or(setter);
        Self::new(self.ty, self.value.with(field, value))
    }

    /// What comes out of either.
    fn join(self, other: Self) -> Self {
        let ty = match (&self.ty, &other.ty) {
            (one, _) if one.is_ours() => self.ty,
            (_, two) if two.is_ours() => other.ty,
            (Ty::Unknown, _) => other.ty,
            _ => self.ty,
        };
        Self::new(ty, Value::any([self.value, other.value]))
    }
}

struct Local {
    name: String,
    val: Val,
    /// Whether it is declared `mut`.
    is_mut: bool,
    /// The number of the closure that it is.
    closure: Option<usize>,
}

pub(super) struct Walker<'w, 'k, 'a> {
    names: &'k Names<'a>,
    index: &'w Index<'k, 'a>,
    /// The clients of the package's dependencies.
    clients: &'w [Client],
    /// Whether a crate that is not read may have clients too.
    unread: bool,
    found: &'w mut Found,
    cx: Cx,
    file: usize,
    locals: Vec<Local>,
    /// What the function gives.
    given: Vec<Value>,
    /// The type that the function is declared to give.
    output: Ty,
    /// Whether the method that was just looked at added to a list.
    grew: bool,
    /// The line that the innermost statement begins in.
    statement: Option<usize>,
    /// How deep expressions nest that were read from the inputs of macros.
    in_macros: usize,
    /// The branches around an expression, which may not be taken, by number.
    branches: Vec<usize>,
    /// How many branches there were.
    branch_count: usize,
    /// The number of the closure that was looked at last.
    closure: Option<usize>,
    /// How many macros by example were expanded.
    expansions: usize,
    /// The loops and labeled blocks around an expression, with what `break` gives them.
    breaks: Vec<Breaks>,
    /// The type that the text of an initializer is parsed as.
    parsed_as: Option<Ty>,
    /// How many closures and `async` blocks are around an expression.
    bodies: usize,
    /// What the function prints, if it is one that prints.
    printed: Option<printed::Printed>,
}

/// A loop, or a block with a label.
struct Breaks {
    label: Option<String>,
    is_loop: bool,
    given: Vec<Val>,
}

/// Walks all bodies of a program, file by file.
pub(super) fn walk<'k, 'a>(
    sources: &Sources,
    names: &'k Names<'a>,
    index: &Index<'k, 'a>,
    clients: &[Client],
    unread: bool,
) -> Walked {
    let mut walked = Walked::default();
    let mut by_file: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (number, function) in names.functions.iter().enumerate() {
        let file = names.file_of(function.module);
        by_file.entry(file).or_default().push(number);
    }
    for (file, functions) in by_file {
        let Some(source) = sources.files.get(file) else {
            continue;
        };
        let mut bodies = Bodies::of(source, sources.tests);
        for number in functions {
            let (Some(function), Some(signature)) =
                (names.functions.get(number), index.signature(number))
            else {
                continue;
            };
            let Some(block) = function.block else {
                continue;
            };
            let parsed = match bodies.parse(block).transpose() {
                Ok(parsed) => parsed,
                Err(error) => {
                    walked.own.notes.push(Note {
                        file,
                        at: error.span().start(),
                        text: invalid("function", &error),
                    });
                    continue;
                }
            };
            let found = walked.of(names, function.module);
            let mut walker = Walker::new(names, index, clients, unread, found, &signature.cx, file);
            walker.output = signature.output.clone();
            walker.parameters(number, function.sig, &signature);
            let formatter = signature.parameters.get(1).map(|(name, _)| name.as_str());
            walker.begin_printing(number, formatter);
            let last = walker.block(parsed.as_ref().unwrap_or(block));
            walker.give_back(&last.ty);
            let printed = walker.end_printing();
            let mut given = std::mem::take(&mut walker.given);
            match printed {
                Some(printed) => given = vec![printed],
                None => given.push(walker.given_as(last)),
            }
            found.functions.returns.insert(number, given);
        }
    }
    for value in &names.values {
        if let Some(expr) = value.expr {
            let cx = names.owner_cx(value.owner, value.module);
            let file = names.file_of(value.module);
            let found = walked.of(names, value.module);
            Walker::new(names, index, clients, unread, found, &cx, file).expr(expr);
        }
    }
    walked.add_sent();
    mentions::look_over(sources, names, clients, &mut walked);
    fields::look_over(names, index, clients, &mut walked);
    walked
}

/// What is found in the program, and in crates of a registry that it uses.
#[derive(Debug, Default)]
pub(super) struct Walked {
    pub(super) own: Found,
    /// By the number of the package.
    pub(super) others: BTreeMap<usize, Found>,
}

impl Walked {
    /// Requests that nothing in the program begins, because its users do, are calls where they are sent.
    fn add_sent(&mut self) {
        let all = || self.others.values().chain([&self.own]);
        let begun: HashSet<(Client, &str)> = all()
            .flat_map(|found| &found.calls)
            .map(|call| (call.op.client, call.op.method))
            .collect();
        for found in self.others.values_mut().chain([&mut self.own]) {
            let sent = std::mem::take(&mut found.sent);
            let alone = |call: &Call| !begun.contains(&(call.op.client, call.op.method));
            found.calls.extend(sent.into_iter().filter(alone));
        }
    }

    fn of(&mut self, names: &Names<'_>, module: usize) -> &mut Found {
        if names.is_own(module) {
            &mut self.own
        } else {
            self.others.entry(names.package_number(module)).or_default()
        }
    }
}

impl<'w, 'k, 'a> Walker<'w, 'k, 'a> {
    fn new(
        names: &'k Names<'a>,
        index: &'w Index<'k, 'a>,
        clients: &'w [Client],
        unread: bool,
        found: &'w mut Found,
        cx: &Cx,
        file: usize,
    ) -> Self {
        Self {
            names,
            index,
            clients,
            unread,
            found,
            cx: cx.clone(),
            file,
            locals: Vec::new(),
            given: Vec::new(),
            output: Ty::Unknown,
            grew: false,
            statement: None,
            in_macros: 0,
            branches: Vec::new(),
            branch_count: 0,
            closure: None,
            expansions: 0,
            breaks: Vec::new(),
            bodies: 0,
            parsed_as: None,
            printed: None,
        }
    }

    fn parameters(&mut self, number: usize, sig: &syn::Signature, signature: &Signature) {
        for (at, (input, (name, ty))) in sig.inputs.iter().zip(&signature.parameters).enumerate() {
            match input {
                FnArg::Receiver(_) => self.define("self", Val::of(ty.clone())),
                FnArg::Typed(typed) => {
                    let value = if name.is_empty() {
                        Value::Unknown
                    } else {
                        Value::Argument(number, at, name.as_str().into())
                    };
                    self.bind(&typed.pat, &Val::new(ty.clone(), value));
                }
            }
        }
    }

    /// The value of a constant.
    fn constant(&mut self, number: usize) -> Constant {
        if let Some(known) = self.index.constants.borrow().get(&number) {
            return known.clone().unwrap_or_default();
        }
        let def = self.names.values.get(number);
        let Some((def, expr)) = def.and_then(|def| Some((def, def.expr?))) else {
            return Constant::default();
        };
        self.index.constants.borrow_mut().insert(number, None);
        let cx = self.names.owner_cx(def.owner, def.module);
        let file = self.names.file_of(def.module);
        // What is in it is found when the constant itself is walked.
        let mut aside = Found::default();
        let mut walker = Walker::new(
            self.names,
            self.index,
            self.clients,
            self.unread,
            &mut aside,
            &cx,
            file,
        );
        let val = walker.expr(expr);
        let value = match val.value {
            // A function that is called here has its returns in the real findings.
            value @ (Value::Text(_)
            | Value::Number(_)
            | Value::Pieces(_)
            | Value::AnyOf(_)
            | Value::Returned(..)
            | Value::Tuple(_)
            | Value::Part(_)) => value,
            _ => Value::Unknown,
        };
        let constant = (value, val.items);
        self.index
            .constants
            .borrow_mut()
            .insert(number, Some(constant.clone()));
        constant
    }

    fn define(&mut self, name: &str, val: Val) {
        self.locals.push(Local {
            name: name.to_owned(),
            val,
            is_mut: false,
            closure: None,
        });
    }

    fn local(&mut self, name: &syn::Ident) -> Option<&mut Local> {
        (self.locals.iter_mut().rev()).find(|local| *name == local.name.as_str())
    }

    /// A variable's text is changed in place.
    fn forget(&mut self, expr: &Expr) {
        self.change(expr);
        // An item of a list, or a value of a map.
        if let Expr::Index(index) = expr {
            return self.forget(&index.expr);
        }
        // A part of a tuple: the others are as they were, but which it is does not matter here.
        if let Expr::Field(field) = expr
            && let Expr::Path(path) = &*field.base
            && let Some(name) = path.path.get_ident()
            && let Some(local) = self.local(name)
            && !matches!(local.val.ty, Ty::Named(..))
            && local.val.value.may_be_known()
        {
            local.val.value = Value::named(local.name.as_str());
        }
        if let Expr::Path(path) = expr
            && let Some(name) = path.path.get_ident()
            && let Some(local) = self.local(name)
            && match &local.val.value {
                Value::Text(_)
                | Value::Number(_)
                | Value::Pieces(_)
                | Value::AnyOf(_)
                | Value::Tuple(_)
                | Value::Absent
                | Value::Returned(..)
                | Value::Argument(..)
                | Value::Part(_) => !local.val.ty.is_ours(),
                Value::Unknown | Value::Named(..) | Value::Built(_) => false,
            }
        {
            local.val.value = Value::named(local.name.as_str());
        }
    }

    /// Runs with the variables of an inner scope.
    fn scope<T>(&mut self, run: impl FnOnce(&mut Self) -> T) -> T {
        let outer = self.locals.len();
        let result = run(self);
        self.locals.truncate(outer);
        result
    }

    /// Runs in a branch that may not be taken, with the variables of an inner scope.
    fn branch<T>(&mut self, run: impl FnOnce(&mut Self) -> T) -> T {
        self.branch_count += 1;
        self.branches.push(self.branch_count);
        let result = self.scope(run);
        self.branches.pop();
        result
    }

    fn block(&mut self, block: &Block) -> Val {
        let outer = self.cx.module;
        if let Some(module) = self.names.block(block) {
            self.cx.module = module;
        }
        let result = self.scope(|walker| walker.statements(&block.stmts));
        self.cx.module = outer;
        result
    }

    fn statements(&mut self, statements: &[Stmt]) -> Val {
        let mut last = Val::plain();
        let around = self.statement;
        for statement in statements {
            self.statement = line_of(statement).or(around);
            last = match statement {
                Stmt::Local(local) => {
                    if is_test(&local.attrs) {
                        last = Val::plain();
                        continue;
                    }
                    let val = match &local.init {
                        Some(init) => {
                            let val = self.expected(&init.expr, &local.pat);
                            if let Some((_, diverge)) = &init.diverge {
                                let before = self.text();
                                self.scope(|walker| walker.expr(diverge));
                                let after = self.text();
                                self.set_texts(vec![before, after]);
                            }
                            val
                        }
                        None => Val::unknown(),
                    };
                    self.bind(&local.pat, &val);
                    let closure = local.init.as_ref().filter(|init| is_closure(&init.expr));
                    if let (Some(_), syn::Pat::Ident(_), Some(last)) =
                        (closure, &local.pat, self.locals.last_mut())
                    {
                        last.closure = self.closure.take();
                    }
                    Val::plain()
                }
                Stmt::Expr(expr, semicolon) => {
                    let val = self.expr(expr);
                    if val.value == Value::Absent {
                        Val::new(Ty::Plain, Value::Absent)
                    } else if semicolon.is_some() {
                        Val::plain()
                    } else {
                        val
                    }
                }
                Stmt::Macro(statement) if is_test(&statement.attrs) => Val::plain(),
                Stmt::Macro(statement) => {
                    let val = self.macro_call(&statement.mac);
                    if val.value == Value::Absent {
                        Val::new(Ty::Plain, Value::Absent)
                    } else if statement.semi_token.is_some() {
                        Val::plain()
                    } else {
                        val
                    }
                }
                // The items of blocks are known to the index; those in the inputs of macros are not.
                Stmt::Item(syn::Item::Fn(item)) if self.in_macros > 0 && !is_test(&item.attrs) => {
                    self.inner_function(item);
                    Val::plain()
                }
                Stmt::Item(_) => Val::plain(),
            };
        }
        self.statement = around;
        last
    }

    /// A function in the input of a macro.
    fn inner_function(&mut self, item: &syn::ItemFn) {
        let outer = std::mem::take(&mut self.locals);
        let given = std::mem::take(&mut self.given);
        for input in &item.sig.inputs {
            if let FnArg::Typed(typed) = input {
                let ty = self.names.type_of(&typed.ty, &self.cx);
                self.bind(&typed.pat, &Val::of(ty));
            }
        }
        self.block(&item.block);
        self.given = given;
        self.locals = outer;
    }

    /// An initializer: a closure's parameters may have their types from the pattern's annotation.
    fn expected(&mut self, expr: &Expr, pat: &syn::Pat) -> Val {
        if let (Expr::Closure(closure), syn::Pat::Type(typed)) = (expr, pat)
            && let Ty::Function(function) = self.names.type_of(&typed.ty, &self.cx)
        {
            return self.closure(closure, &function.0);
        }
        if let syn::Pat::Type(typed) = pat
            && parses(expr)
        {
            self.parsed_as = Some(self.names.type_of(&typed.ty, &self.cx));
        }
        let val = self.expr(expr);
        self.parsed_as = None;
        val
    }

    fn note(&mut self, at: &impl Spanned, text: String) {
        self.note_at(at.span().start(), text);
    }

    fn note_at(&mut self, at: LineColumn, text: String) {
        let note = Note {
            file: self.file,
            at,
            text,
        };
        if !self.found.notes.contains(&note) {
            self.found.notes.push(note);
        }
    }

    fn call(&mut self, op: Op, how: How, at: LineColumn) -> Ty {
        let number = self.found.calls.len();
        self.found.calls.push(Call {
            op,
            how,
            file: self.file,
            at,
            statement: self.statement.unwrap_or(at.line),
            fields: Vec::new(),
            open: false,
            joins: false,
            branches: self.branches.clone(),
        });
        Ty::Request(number)
    }

    /// A function gives this: a request whose callers are seen, or one that is lost out of sight.
    fn give_back(&mut self, ty: &Ty) {
        match (ty, &self.output) {
            (Ty::Request(number), Ty::RequestOf(_)) => {
                if let Some(call) = self.found.calls.get_mut(*number) {
                    call.joins = true;
                }
            }
            // A body that gives nothing drops what it ends with.
            (_, Ty::Plain) => {}
            (ty, _) => self.leave(ty),
        }
    }

    /// A request leaves the function that it is made in.
    fn leave(&mut self, ty: &Ty) {
        if let Ty::Request(number) = ty
            && let Some(call) = self.found.calls.get_mut(*number)
        {
            call.open = true;
        }
    }

    /// What is in messages for a type.
    fn shown(&self, ty: &Ty) -> String {
        match ty {
            Ty::Client(client) => format!("a client of `{}`", self.names.sdk.package(*client)),
            Ty::Request(number) => match self.found.calls.get(*number) {
                Some(call) => format!("a request of `{}`", call.op.operation.name),
                None => "a request".to_owned(),
            },
            Ty::RequestOf(op) => format!("a request of `{}`", op.operation.name),
            _ => "a value".to_owned(),
        }
    }
}

fn is_closure(expr: &Expr) -> bool {
    match expr {
        Expr::Closure(_) => true,
        Expr::Paren(inner) => is_closure(&inner.expr),
        _ => false,
    }
}
