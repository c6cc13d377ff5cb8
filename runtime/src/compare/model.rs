//! Two documents side by side, their patterns and conditions numbered, so that equal ones are seen at a glance.

use alloc::string::String;
use alloc::vec::Vec;

use super::language::{self, MANY, apart, covers, is_fixed, is_variable, matches, push, token};
use crate::Operator;
use crate::evaluate::condition::name_and_default;
use crate::evaluate::program::{self, Code, Form, Line, List, Test};
use crate::evaluate::text::next_char;

/// The number of a pattern.
pub(crate) type Id = u16;

/// Patterns, each once.
#[derive(Debug, Default)]
pub(crate) struct Patterns {
    hashes: Vec<u64>,
    tokens: Vec<Vec<u32>>,
    /// Whether the pattern is one text.
    fixed: Vec<bool>,
    /// The pattern with any text where a policy variable stands, when it has one.
    loose: Vec<Option<Vec<u32>>>,
}

impl Patterns {
    fn add(&mut self, tokens: Vec<u32>) -> Id {
        let mut hash = 0xcbf2_9ce4_8422_2325_u64;
        for &token in &tokens {
            hash = (hash ^ u64::from(token)).wrapping_mul(0x0000_0100_0000_01b3);
        }
        for (at, (known, other)) in self.hashes.iter().zip(&self.tokens).enumerate() {
            if *known == hash && *other == tokens {
                return id(at);
            }
        }
        self.hashes.push(hash);
        self.fixed.push(tokens.iter().all(|&token| is_fixed(token)));
        self.loose
            .push(tokens.iter().any(|&token| is_variable(token)).then(|| {
                let mut out = Vec::with_capacity(tokens.len());
                for &token in &tokens {
                    push(&mut out, if is_variable(token) { MANY } else { token });
                }
                out
            }));
        self.tokens.push(tokens);
        id(self.tokens.len() - 1)
    }

    pub(crate) fn get(&self, id: Id) -> &[u32] {
        self.tokens.get(usize::from(id)).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn is_fixed(&self, id: Id) -> bool {
        self.fixed.get(usize::from(id)).copied().unwrap_or_default()
    }

    pub(crate) fn len(&self) -> usize {
        self.tokens.len()
    }

    pub(crate) fn has_variable(&self, id: Id) -> bool {
        self.loose(id).is_some()
    }

    fn loose(&self, id: Id) -> Option<&[u32]> {
        self.loose.get(usize::from(id))?.as_deref()
    }

    /// A pattern that matches whatever the pattern can match, for some value of its policy variables.
    pub(crate) fn at_most(&self, id: Id) -> &[u32] {
        self.loose(id).unwrap_or_else(|| self.get(id))
    }

    /// How the texts of one pattern lie to those of another.
    ///
    /// Inside: for all values of policy variables. Outside: for none of them do they meet.
    pub(crate) fn relation(&self, inner: Id, outer: Id) -> Relation {
        if inner == outer {
            return Relation::Inside;
        }
        let (a, b) = (self.get(inner), self.get(outer));
        if self.has_variable(inner) || self.has_variable(outer) {
            return if covers(b, a) {
                Relation::Inside
            } else if apart(self.at_most(inner), self.at_most(outer)) {
                Relation::Outside
            } else {
                Relation::Partly
            };
        }
        match (self.is_fixed(inner), self.is_fixed(outer)) {
            (true, true) => Relation::Outside,
            (true, false) if matches(b, a) => Relation::Inside,
            (true, false) => Relation::Outside,
            (false, true) if matches(a, b) => Relation::Partly,
            (false, true) => Relation::Outside,
            (false, false) if covers(b, a) => Relation::Inside,
            (false, false) if apart(a, b) => Relation::Outside,
            (false, false) => Relation::Partly,
        }
    }
}

/// A number that fits: documents have far fewer patterns than there are numbers.
pub(crate) fn id(number: usize) -> Id {
    Id::try_from(number).unwrap_or(Id::MAX)
}

/// How a set of requests lies to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Relation {
    /// All of it is in the other.
    Inside,
    /// None of it is.
    Outside,
    /// Some of it may be.
    Partly,
}

impl Relation {
    pub(crate) const fn negated(self) -> Self {
        match self {
            Self::Inside => Self::Outside,
            Self::Outside => Self::Inside,
            Self::Partly => Self::Partly,
        }
    }
}

/// What an element lists, or all but that.
#[derive(Debug, Clone, Default)]
pub(crate) struct Set {
    pub(crate) not: bool,
    pub(crate) patterns: Vec<Id>,
}

/// A condition on one key, each once.
#[derive(Debug)]
pub(crate) struct Condition<'p> {
    pub(crate) test: Test<'p>,
    pub(crate) operator: Operator,
    /// The number of its key.
    pub(crate) key: Id,
    canonical: Vec<u8>,
}

/// A statement.
#[derive(Debug)]
pub(crate) struct Rule<'p> {
    pub(crate) allows: bool,
    pub(crate) actions: Set,
    /// `None`: whatever the resource.
    pub(crate) resources: Option<Set>,
    pub(crate) principals: &'p [u8],
    pub(crate) conditions: Vec<Id>,
}

/// The literal `*` among the resources.
pub(crate) const STAR: Id = 0;
/// Everything that looks like an ARN.
pub(crate) const ANY_ARN: Id = 1;
/// Everything that looks like an action.
pub(crate) const ANY_ACTION: Id = 0;

/// Documents side by side.
#[derive(Debug)]
pub(crate) struct Model<'p> {
    pub(crate) actions: Patterns,
    pub(crate) resources: Patterns,
    pub(crate) conditions: Vec<Condition<'p>>,
    /// Condition keys in lower case.
    pub(crate) keys: Vec<Vec<u8>>,
    /// What stands in the braces of policy variables.
    pub(crate) variables: Vec<Vec<u8>>,
    pub(crate) rules: Vec<Rule<'p>>,
}

impl<'p> Model<'p> {
    pub(crate) fn new() -> Self {
        let mut model = Self {
            actions: Patterns::default(),
            resources: Patterns::default(),
            conditions: Vec::new(),
            keys: Vec::new(),
            variables: Vec::new(),
            rules: Vec::new(),
        };
        model
            .actions
            .add(language::tokens(b"?*:?*", true, true, None));
        model.resources.add(alloc::vec![u32::from(b'*')]);
        model
            .resources
            .add(language::tokens(b"arn:?*:?*:*:*:?*", true, false, None));
        model
    }

    /// Takes in a document: the numbers of its rules.
    pub(crate) fn add(&mut self, code: Code<'p>) -> core::ops::Range<usize> {
        let from = self.rules.len();
        let mut at = code.start();
        while let Some((line, next)) = code.statement(at) {
            if let Some(rule) = self.rule(line) {
                self.rules.push(rule);
            }
            at = next;
        }
        from..self.rules.len()
    }

    /// The rule of a statement; `None` when no request can fit it.
    fn rule(&mut self, line: Line<'p>) -> Option<Rule<'p>> {
        let mut conditions = Vec::new();
        let mut at = 0;
        while let Some((test, next)) = program::test(line.conditions(), at) {
            match test.operator() {
                Some(operator) => conditions.push(self.condition(test, operator)),
                // An operator that IAM does not have never grants and always denies.
                None if line.allows() => return None,
                None => {}
            }
            at = next;
        }
        conditions.sort_unstable();
        conditions.dedup();
        Some(Rule {
            allows: line.allows(),
            actions: self.action_set(line.actions()),
            resources: self.resource_set(line.resources()),
            principals: line.principals(),
            conditions,
        })
    }

    pub(crate) fn action_set(&mut self, list: List<'_>) -> Set {
        let mut set = Set {
            not: list.is_not(),
            patterns: Vec::new(),
        };
        let mut values = list.values();
        while let Some((_, text, more)) = values.next() {
            set.patterns.push(self.action(text));
            values = more;
        }
        set
    }

    /// The pattern of an action. `*` alone means all of them.
    pub(crate) fn action(&mut self, text: &[u8]) -> Id {
        let tokens = language::tokens(text, true, true, None);
        self.actions.add(tokens)
    }

    fn resource_set(&mut self, list: List<'_>) -> Option<Set> {
        if list.is_absent() {
            return None;
        }
        let mut set = Set {
            not: list.is_not(),
            patterns: Vec::new(),
        };
        let mut values = list.values();
        while let Some((form, text, more)) = values.next() {
            set.patterns.push(self.resource(form, text));
            values = more;
        }
        Some(set)
    }

    /// The pattern of a resource.
    pub(crate) fn resource(&mut self, form: Form, text: &[u8]) -> Id {
        let tokens = if form == Form::Variables {
            let variables = &mut self.variables;
            let mut number = |name: &[u8]| number_of(variables, &folded_name(name));
            language::tokens(text, true, false, Some(&mut number))
        } else {
            let mut out = Vec::with_capacity(text.len());
            let mut at = 0;
            while at < text.len() {
                push(&mut out, token(language::char_at(text, at), true, false));
                at = next_char(text, at);
            }
            out
        };
        self.resources.add(tokens)
    }

    fn condition(&mut self, test: Test<'p>, operator: Operator) -> Id {
        let key = number_of(&mut self.keys, &test.key().to_ascii_lowercase());
        let mut values: Vec<(u8, &[u8])> = Vec::new();
        let mut left = test.values();
        while let Some((form, text, more)) = left.next() {
            values.push((form as u8, text));
            left = more;
        }
        values.sort_unstable();
        values.dedup();
        let mut canonical = alloc::vec![
            operator.code(),
            test.set().map_or(0, |set| set as u8 + 1),
            u8::from(test.if_exists())
        ];
        for (form, text) in values {
            canonical.push(form);
            canonical.extend_from_slice(&text.len().to_le_bytes());
            canonical.extend_from_slice(text);
        }
        let key = id(key as usize);
        let known = self
            .conditions
            .iter()
            .position(|known| known.key == key && known.canonical == canonical);
        id(known.unwrap_or_else(|| {
            self.conditions.push(Condition {
                test,
                operator,
                key,
                canonical,
            });
            self.conditions.len() - 1
        }))
    }

    /// How the texts of one pattern lie to a set.
    pub(crate) fn relation(patterns: &Patterns, inner: Id, set: &Set) -> Relation {
        let mut found = Relation::Outside;
        for &outer in &set.patterns {
            match patterns.relation(inner, outer) {
                Relation::Inside => {
                    found = Relation::Inside;
                    break;
                }
                Relation::Partly => found = Relation::Partly,
                Relation::Outside => {}
            }
        }
        if set.not { found.negated() } else { found }
    }

    /// The key of a policy variable, in lower case.
    pub(crate) fn variable_key(variable: &[u8]) -> String {
        String::from_utf8_lossy(name_and_default(variable).0).to_ascii_lowercase()
    }
}

fn folded_name(variable: &[u8]) -> Vec<u8> {
    let (name, default) = name_and_default(variable);
    let mut out = name.to_ascii_lowercase();
    if let Some(default) = default {
        out.extend_from_slice(b", '");
        out.extend_from_slice(default);
        out.push(b'\'');
    }
    out
}

fn number_of(known: &mut Vec<Vec<u8>>, wanted: &[u8]) -> u32 {
    let at = known
        .iter()
        .position(|known| known == wanted)
        .unwrap_or_else(|| {
            known.push(wanted.to_vec());
            known.len() - 1
        });
    u32::try_from(at).unwrap_or(u32::MAX - language::VARIABLE)
}
