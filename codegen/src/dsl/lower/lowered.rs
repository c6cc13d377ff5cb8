//! A policy in all the forms that the front end needs, and the token that each finding about it is put on.

use std::ops::Range;

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;
use rekognition_iam_runtime::catalogue;
use rekognition_iam_runtime::check::{About, Cause, Rule};
use rekognition_iam_runtime::document::{Document, Place, PrincipalSet, Value};

use super::draft::Sketch;
use super::holes::{Hole, has_hole};
use super::spans::StatementSpans;
use crate::dsl::errors::{Errors, Read};
use crate::dsl::syntax::Path;
use crate::dsl::tokens::Tokens;

/// A policy in all the forms that the front end needs.
#[derive(Debug)]
pub(crate) struct Lowered {
    pub(crate) sketch: Sketch,
    pub(crate) spans: Vec<StatementSpans>,
    pub(crate) typed: Typed,
    pub(crate) unlisted: Vec<Unlisted>,
    pub(crate) accepted: Vec<Accepted>,
    /// The values that are known only when the program runs.
    pub(crate) holes: Vec<Hole>,
    /// Whether something was not understood, which was reported.
    pub(crate) misread: bool,
    /// Where the version was said.
    pub(super) version: Option<Span>,
}

/// The author's tokens as expressions of the typed API, for rustc to check once more.
#[derive(Debug, Default)]
pub(crate) struct Typed {
    /// Actions, a comma after each.
    pub(crate) actions: Tokens,
    /// Patterns, groups of actions and companions, a `let` for each.
    pub(crate) patterns: TokenStream,
    /// The modules, each of which has to be the one that its name says.
    pub(crate) modules: Modules,
    /// Resources, a comma after each.
    pub(crate) resources: Tokens,
    /// Conditions, a comma after each.
    pub(crate) conditions: Tokens,
    /// Whether any of them names `__ri`, which is an import of the expansion.
    pub(crate) names_ours: bool,
}

/// The modules whose names were treated as those of the catalogue, each once.
#[derive(Debug, Default)]
pub(crate) struct Modules(Vec<Module>);

#[derive(Debug)]
struct Module {
    /// As the author writes it.
    text: String,
    /// That it is the module of its name, unless rustc shows it by resolving a name that no other module has.
    check: Option<TokenStream>,
}

impl Modules {
    /// Has rustc confirm that what is before the last name of the path is the module that its name says.
    pub(super) fn add(&mut self, path: &Path) {
        // Most names of a policy are in the module that the one before it is in.
        if let Some(last) = self.0.last()
            && last.check.is_none()
            && path.module() == Some(&last.text)
        {
            return;
        }
        let ([.., module, _], Some((_, before)), Some([text, module_name, name])) = (
            path.segments.as_slice(),
            path.tokens.split_last(),
            path.in_module(),
        ) else {
            return;
        };
        let is_shown = !catalogue::is_shared_name(name);
        if let Some(known) = self.0.iter_mut().find(|known| known.text == text) {
            if is_shown {
                known.check = None;
            }
            return;
        }
        let check = (!is_shown).then(|| {
            // Where the author wrote the module, but with names that are looked for in the expansion.
            let span = Span::call_site().located_at(module.span());
            let itself = Ident::new("__ServiceModule", span);
            let name = Ident::new(module_name, span);
            quote_spanned! {span=>
                let _: __ri::Module<#(#before)* #itself, __ri::modules::#name::#itself>;
            }
        });
        let text = text.to_string();
        self.0.push(Module { text, check });
    }

    /// A `let` for each that the other names do not show to be right.
    pub(crate) fn checks(&self) -> TokenStream {
        (self.0.iter())
            .filter_map(|module| module.check.clone())
            .collect()
    }
}

/// `unlisted("..", "why")`
#[derive(Debug)]
pub(crate) struct Unlisted {
    pub(crate) name: String,
    pub(crate) reason: String,
    pub(crate) span: Span,
}

/// `.accept(ID, "why")`
#[derive(Debug)]
pub(crate) struct Accepted {
    /// None when it is about the whole policy.
    pub(crate) statement: Option<usize>,
    pub(crate) rule: &'static Rule,
    pub(crate) reason: String,
    pub(crate) span: Span,
}

impl Lowered {
    /// The token that a finding is about.
    pub(crate) fn span(&self, place: Place, range: Option<&Range<usize>>) -> Span {
        // What is not there has no token: its statement does.
        (self.find_span(place, range))
            .or_else(|| Some(self.spans.get(place.statement()?)?.head))
            .unwrap_or_else(Span::call_site)
    }

    fn find_span(&self, place: Place, range: Option<&Range<usize>>) -> Option<Span> {
        if matches!(place, Place::Version) {
            return self.version;
        }
        let statement = self.spans.get(place.statement()?)?;
        // What is said about an entry that is not there is said about its list.
        Some(match place {
            Place::Document | Place::Version => return None,
            Place::Statement(_) | Place::Effect(_) => statement.head,
            Place::Principals(_) => statement.principals.0,
            Place::Principal(_, k, p) => (statement.principals.1.get(k))
                .and_then(|principals| principals.get(p))
                .map_or(statement.principals.0, |spans| spans.span),
            Place::Sid(_) => statement.sid,
            Place::Action(_, a) => {
                (statement.actions.get(a)).map_or(statement.lists.actions, |(span, _)| *span)
            }
            Place::Resource(_, r) => {
                let Some(resource) = statement.resources.get(r) else {
                    return Some(statement.lists.resources);
                };
                // The part that begins where the complaint does; an empty part has no width to overlap with.
                let mut part = None;
                if let Some(range) = range {
                    for (own, span) in &resource.parts {
                        if own == range {
                            return Some(*span);
                        }
                        if part.is_none() && own.start < range.end && range.start < own.end {
                            part = Some(*span);
                        }
                    }
                }
                part.unwrap_or(resource.span)
            }
            Place::Operator(_, b) => statement.blocks.get(b)?.operator,
            Place::Key(_, b, k) => statement.blocks.get(b)?.keys.get(k)?.key,
            Place::Value(_, b, k, v) => {
                let key = statement.blocks.get(b)?.keys.get(k)?;
                *key.values.get(v).unwrap_or(&key.operator)
            }
        })
    }

    /// The token of a finding that has one in the language and none in JSON.
    pub(crate) fn own_span(&self, about: About, place: Place) -> Option<Span> {
        let whole = || match place {
            Place::Statement(s) => self.spans.get(s),
            Place::Document
            | Place::Version
            | Place::Sid(_)
            | Place::Effect(_)
            | Place::Principals(_)
            | Place::Principal(..)
            | Place::Action(..)
            | Place::Resource(..)
            | Place::Operator(..)
            | Place::Key(..)
            | Place::Value(..) => None,
        };
        let key = || {
            let Place::Key(s, b, k) = place else {
                return None;
            };
            self.spans.get(s)?.blocks.get(b)?.keys.get(k)
        };
        match about {
            About::ItsPlace => None,
            About::VersionElement => self.version,
            About::PrincipalElement => Some(whole()?.principals.0),
            About::ActionElement => Some(whole()?.lists.actions),
            About::ResourceElement => Some(whole()?.lists.resources),
            About::ConditionElement => Some(whole()?.lists.condition),
            About::NegatedElement => {
                let spans = whole()?;
                let statement = self
                    .sketch
                    .for_rules()
                    .statements
                    .items
                    .get(place.statement()?)?;
                let resources = statement.resources.as_ref();
                Some(if statement.actions.not {
                    spans.lists.actions
                } else if resources.is_some_and(|resources| resources.not) {
                    spans.lists.resources
                } else {
                    spans.principals.0
                })
            }
            About::OperatorOfKey => Some(key()?.operator),
            About::SetOperatorOfKey => key()?.set,
            // What else is wrong with the format cannot be said in a function: the account comes first.
            About::AccountOfPrincipal => Some(self.parts_of_principal(place)?.first()?.1),
            About::WildcardOfPrincipal => {
                let text = text_at(self.sketch.for_rules(), place)?;
                (self.parts_of_principal(place)?.iter())
                    .find(|(range, _)| {
                        (text.get(range.clone())).is_some_and(|value| value.contains(['*', '?']))
                    })
                    .map(|(_, span)| *span)
            }
        }
    }

    /// Whether a statement, or the document, has a value that is known only when the program runs.
    pub(crate) fn is_open(&self, statement: Option<usize>) -> bool {
        let statements = &self.sketch.for_rules().statements.items;
        (statements.iter().enumerate())
            .filter(|(number, _)| statement.is_none_or(|wanted| wanted == *number))
            .any(|(_, statement)| {
                let resources = statement
                    .resources
                    .iter()
                    .flat_map(|list| &list.values.items);
                let principals = match statement
                    .principals
                    .as_ref()
                    .map(|principals| &principals.set)
                {
                    Some(PrincipalSet::Listed(kinds)) => kinds.as_slice(),
                    Some(PrincipalSet::Anyone) | None => &[],
                };
                let names = principals.iter().flat_map(|(_, names)| &names.items);
                let mut values = (statement.conditions.iter())
                    .flat_map(|block| &block.keys)
                    .flat_map(|(_, values)| values.items.iter().map(Value::as_text));
                resources.chain(names).any(|text| has_hole(text)) || values.any(has_hole)
            })
    }

    /// The values of `role(..)` or a related function, and where they are in the text of the principal.
    fn parts_of_principal(&self, place: Place) -> Option<&[(Range<usize>, Span)]> {
        let Place::Principal(s, k, p) = place else {
            return None;
        };
        Some(&self.spans.get(s)?.principals.1.get(k)?.get(p)?.parts)
    }

    /// Whether a finding only follows from what was not understood, which was reported: one mistake, one error. `uncertain`
    /// tells whether there is such a thing anywhere in the policy.
    pub(crate) fn follows(&self, rule: &Rule, place: Place, unsure: bool) -> bool {
        if unsure && rule.may_follow(Cause::Unread) {
            return true;
        }
        let statement = place.statement().and_then(|s| self.spans.get(s));
        let strangers = statement.is_some_and(|statement| statement.strangers);
        if strangers && rule.may_follow(Cause::UnreadPrincipal) {
            return true;
        }
        let Place::Resource(s, r) = place else {
            return false;
        };
        let statement = self.sketch.for_rules().statements.items.get(s);
        let resources = statement.and_then(|statement| statement.resources.as_ref());
        let is_there = resources.is_some_and(|resources| resources.values.items.len() > r);
        let spans = (self.spans.get(s)).and_then(|spans| spans.resources.get(r));
        is_there && spans.is_none_or(|spans| spans.reported)
    }

    /// Which expression of the source a place belongs to, where several places share one.
    pub(crate) fn origin(&self, place: Place) -> Option<usize> {
        let Place::Action(s, a) = place else {
            return None;
        };
        Some(self.spans.get(s)?.actions.get(a)?.1)
    }
}

/// A policy that was understood as a whole: the only thing that documents and expansions are made from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Whole<'l> {
    pub(crate) lowered: &'l Lowered,
    pub(crate) document: &'l Document<'static>,
}

impl Lowered {
    /// The policy, unless a part of it was not understood.
    pub(crate) fn whole(&self, errors: &Errors) -> Read<Whole<'_>> {
        errors.clean()?;
        Ok(Whole {
            lowered: self,
            document: self.sketch.whole()?,
        })
    }
}

/// The text that a place represents, where it may hold a value that is known only when the program runs.
pub(crate) fn text_at<'d>(document: &'d Document<'static>, place: Place) -> Option<&'d str> {
    let statement = document.statements.items.get(place.statement()?)?;
    match place {
        Place::Value(_, b, k, v) => {
            let (_, values) = statement.conditions.get(b)?.keys.get(k)?;
            Some(values.items.get(v)?.as_text())
        }
        Place::Resource(_, r) => Some(statement.resources.as_ref()?.values.items.get(r)?),
        Place::Principal(_, k, p) => match &statement.principals.as_ref()?.set {
            PrincipalSet::Anyone => None,
            PrincipalSet::Listed(kinds) => Some(kinds.get(k)?.1.items.get(p)?),
        },
        Place::Document
        | Place::Version
        | Place::Statement(_)
        | Place::Sid(_)
        | Place::Effect(_)
        | Place::Principals(_)
        | Place::Action(..)
        | Place::Operator(..)
        | Place::Key(..) => None,
    }
}
