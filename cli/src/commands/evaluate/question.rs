//! A request in parts: of the command line, and of JSON.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashSet};
use std::ops::Range;

use rekognition_iam_runtime::evaluate::{
    ActionName, Attached, Decision, Entry, Key, Prepared, Request, Values, evaluate,
};
use rekognition_iam_runtime::json::{Kind, Lexer};

use crate::input::documents;
use crate::json_lines::{self, Wrong};
use crate::plain::cut;

#[derive(Debug, Default, Clone)]
pub(super) struct Question<'t> {
    pub(super) action: Cow<'t, str>,
    pub(super) resources: Vec<Cow<'t, str>>,
    principal: Option<Cow<'t, str>>,
    account: Option<Cow<'t, str>>,
    context: Vec<(Cow<'t, str>, Given)>,
    values: Vec<Cow<'t, str>>,
}

/// What is said about a condition key.
#[derive(Debug, Clone)]
enum Given {
    /// Where its values are in `values`.
    Values(Range<usize>),
    /// That the asker does not know.
    Unknown,
}

/// The documents that a request is put to.
#[derive(Debug, Clone, Copy)]
pub(super) enum Asked<'a> {
    /// Read once for many requests.
    Prepared(&'a Prepared<'a>),
    Once(&'a [Attached<'a>]),
}

impl<'t> Question<'t> {
    /// The request of the command line, without its action and resources.
    pub(super) fn of_arguments(
        principal: Option<&'t str>,
        account: Option<&'t str>,
        context: &'t [(String, String)],
        unknown: &'t [String],
    ) -> Result<Self, String> {
        if let Some(principal) = principal {
            documents::caller(principal)?;
        }
        let mut question = Self {
            principal: principal.map(Cow::Borrowed),
            account: account.map(Cow::Borrowed),
            ..Self::default()
        };
        for (key, _) in context {
            if question.has(key) {
                continue;
            }
            let start = question.values.len();
            let values = (context.iter()).filter(|(other, _)| other.eq_ignore_ascii_case(key));
            question
                .values
                .extend(values.map(|(_, value)| Cow::Borrowed(value.as_str())));
            let values = Given::Values(start..question.values.len());
            question.context.push((Cow::Borrowed(key), values));
        }
        for key in unknown {
            if question.has(key) {
                return Err(format!("the key `{}` is given twice", cut(key)));
            }
            question
                .context
                .push((Cow::Borrowed(key.as_str()), Given::Unknown));
        }
        Ok(question)
    }

    fn has(&self, key: &str) -> bool {
        (self.context.iter()).any(|(known, _)| known.eq_ignore_ascii_case(key))
    }

    /// The same request for another action and resource.
    pub(super) fn about(&self, action: &'t str, resources: Vec<Cow<'t, str>>) -> Self {
        Self {
            action: Cow::Borrowed(action),
            resources,
            ..self.clone()
        }
    }

    /// Reads a request of a line.
    pub(super) fn read(lexer: &mut Lexer<'t>, what: &str) -> Result<Self, Wrong> {
        const NAMES: [&str; 6] = [
            "action",
            "resource",
            "principal",
            "context",
            "resource_account",
            "unknown",
        ];
        lexer.skip_space();
        let start = lexer.offset();
        let mut question = Self::default();
        let mut keys = Keys::default();
        let of = |name: &str| format!("`{what}.{name}`");
        let seen = json_lines::members(lexer, &format!("`{what}`"), &NAMES, |lexer, name| {
            lexer.skip_space();
            let at = lexer.offset();
            match name {
                "action" => {
                    question.action = json_lines::text(lexer, &of(name))?;
                    documents::action(&question.action, false)
                        .map_err(|error| Wrong::new(at, error))?;
                }
                "resource" if lexer.kind()? == Kind::List => {
                    json_lines::items(lexer, &of(name), |lexer, number| {
                        let what = format!("{what}.resource[{number}]");
                        lexer.skip_space();
                        let at = lexer.offset();
                        let resource = json_lines::text(lexer, &what)?;
                        documents::resource(&resource).map_err(|error| Wrong::new(at, error))?;
                        question.resources.push(resource);
                        Ok(())
                    })?;
                    if question.resources.is_empty() {
                        return Err(Wrong::new(at, format!("{} is an empty list", of(name))));
                    }
                }
                "resource" => {
                    let resource = json_lines::text(lexer, &of(name))?;
                    documents::resource(&resource).map_err(|error| Wrong::new(at, error))?;
                    question.resources.push(resource);
                }
                "principal" => {
                    question.principal = json_lines::optional(lexer, &of(name))?;
                    if let Some(principal) = &question.principal {
                        documents::caller(principal).map_err(|error| Wrong::new(at, error))?;
                    }
                }
                "resource_account" => question.account = json_lines::optional(lexer, &of(name))?,
                "unknown" => question.unknown(lexer, what, &mut keys)?,
                _ => question.context(lexer, what, &mut keys)?,
            }
            Ok(())
        })?;
        json_lines::require(seen, start, &format!("`{what}`"), &["action", "resource"])?;
        Ok(question)
    }

    /// A list of keys that the asker does not know.
    fn unknown(&mut self, lexer: &mut Lexer<'t>, what: &str, keys: &mut Keys) -> Result<(), Wrong> {
        json_lines::items(lexer, &format!("`{what}.unknown`"), |lexer, number| {
            lexer.skip_space();
            let at = lexer.offset();
            let key = json_lines::text(lexer, &format!("{what}.unknown[{number}]"))?;
            keys.add(&self.context, &key)
                .map_err(|error| Wrong::new(at, format!("`{what}` {error}")))?;
            self.context.push((key, Given::Unknown));
            Ok(())
        })
    }

    fn context(&mut self, lexer: &mut Lexer<'t>, what: &str, keys: &mut Keys) -> Result<(), Wrong> {
        if json_lines::is_null(lexer)? {
            return Ok(());
        }
        json_lines::expect(lexer, &format!("`{what}.context`"), Kind::Object)?;
        lexer.open(b'{')?;
        if lexer.closes(b'}') {
            return Ok(());
        }
        loop {
            let (key, span) = lexer.name()?;
            keys.add(&self.context, &key)
                .map_err(|error| Wrong::new(span.start, format!("`{what}.context` {error}")))?;
            let given = if json_lines::is_null(lexer)? {
                Given::Unknown
            } else {
                let start = self.values.len();
                if lexer.kind()? == Kind::List {
                    json_lines::items(lexer, "the list", |lexer, _| {
                        self.values.push(value(lexer, what, &key)?);
                        Ok(())
                    })?;
                } else {
                    self.values.push(value(lexer, what, &key)?);
                }
                Given::Values(start..self.values.len())
            };
            self.context.push((key, given));
            if !lexer.more(b'}')? {
                return Ok(());
            }
        }
    }

    /// Decides, and hands out the decision. `open`: variables of the documents that no request knows the values of.
    pub(super) fn ask<T>(
        &self,
        asked: Asked<'_>,
        open: &BTreeSet<String>,
        read: impl FnOnce(Decision<'_>) -> T,
    ) -> T {
        let values: Vec<&str> = self.values.iter().map(Cow::as_ref).collect();
        let open = (open.iter()).map(|name| Entry::new(Key::named(name), Values::Unknown));
        let given = self.context.iter().map(|(key, given)| {
            let values = match given {
                Given::Values(range) => Values::Many(values.get(range.clone()).unwrap_or_default()),
                Given::Unknown => Values::Unknown,
            };
            Entry::new(Key::named(key), values)
        });
        let mut resources = self.resources.iter();
        let first = resources.next().map_or("*", Cow::as_ref);
        let mut request =
            Request::new(ActionName::from(self.action.as_ref()), first).with_all(open.chain(given));
        for more in resources {
            request = request.and_on(more);
        }
        if let Some(principal) = &self.principal {
            request = request.principal(principal);
        }
        if let Some(account) = &self.account {
            request = request.resource_account(account);
        }
        read(match asked {
            Asked::Prepared(prepared) => prepared.evaluate(&request),
            Asked::Once(attached) => evaluate(attached, &request),
        })
    }
}

/// The keys that a request has, to find those that it has twice. Names are the same whatever their case. A few are compared
/// one by one, many by a set.
#[derive(Debug, Default)]
struct Keys(HashSet<String>);

impl Keys {
    fn add(&mut self, known: &[(Cow<'_, str>, Given)], key: &str) -> Result<(), String> {
        const FEW: usize = 16;
        let twice = if known.len() < FEW {
            (known.iter()).any(|(known, _)| known.eq_ignore_ascii_case(key))
        } else {
            if self.0.is_empty() {
                self.0 = (known.iter())
                    .map(|(key, _)| key.to_ascii_lowercase())
                    .collect();
            }
            !self.0.insert(key.to_ascii_lowercase())
        };
        if twice {
            return Err(format!("has `{}` twice", cut(key)));
        }
        Ok(())
    }
}

/// A value of a condition key, as IAM compares it.
fn value<'t>(lexer: &mut Lexer<'t>, what: &str, key: &str) -> Result<Cow<'t, str>, Wrong> {
    Ok(match lexer.kind()? {
        Kind::String => lexer.string()?.0,
        Kind::Number => Cow::Borrowed(lexer.number()?.0),
        Kind::Bool => Cow::Borrowed(match lexer.word()?.0 {
            Some(true) => "true",
            _ => "false",
        }),
        kind @ (Kind::Null | Kind::List | Kind::Object) => {
            return Err(Wrong::new(
                lexer.offset(),
                format!(
                    "{what}.context[\"{}\"] is {}, but must be a string, a number, a Boolean, or a list of them",
                    cut(key),
                    kind.words()
                ),
            ));
        }
    })
}
