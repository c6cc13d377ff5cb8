//! Two documents side by side, their patterns and conditions numbered, so that equal ones are seen at a glance.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use super::language::{self, MANY, apart, covers, is_fixed, is_variable, matches, push, token};
use super::readings::{cannot_compare, names_nothing};
use crate::Operator;
use crate::catalogue::access::ALLOWED;
use crate::catalogue::{ActionInfo, Service};
use crate::evaluate::Origin;
use crate::evaluate::condition::{has_early_variable, name_and_default, variable};
use crate::evaluate::doubt::Cause;
use crate::evaluate::fit::{api_path, is_short};
use crate::evaluate::principal::{is_list, is_not};
use crate::evaluate::program::{self, Code, Form, Line, List, Test};
use crate::evaluate::text::{arn_field, next_char};

/// The number of a pattern, a condition, or a key.
pub(crate) type Id = u32;

/// Patterns, each once.
#[derive(Debug, Default)]
pub(crate) struct Patterns<'p> {
    /// The number of each by a hash of it, or by the next number that no other one has.
    by_hash: BTreeMap<u64, Id>,
    tokens: Vec<Vec<u32>>,
    /// How a policy spells the pattern, where one does.
    spelled: Vec<&'p [u8]>,
    /// Whether the pattern is one text.
    fixed: Vec<bool>,
    /// How many characters at its beginning and at its end are what they are.
    ends: Vec<(u16, u16)>,
    /// The pattern with any text where a policy variable stands, when it has one.
    loose: Vec<Option<Vec<u32>>>,
}

impl<'p> Patterns<'p> {
    fn add(&mut self, tokens: Vec<u32>, spelled: &'p [u8]) -> Id {
        let mut hash = 0xcbf2_9ce4_8422_2325_u64;
        for &token in &tokens {
            hash = (hash ^ u64::from(token)).wrapping_mul(0x0000_0100_0000_01b3);
        }
        let number = id(self.tokens.len());
        while let Some(&known) = self.by_hash.get(&hash) {
            if self.get(known) == tokens {
                return known;
            }
            hash = hash.wrapping_add(1);
        }
        self.by_hash.insert(hash, number);
        self.fixed.push(tokens.iter().all(|&token| is_fixed(token)));
        let plain = |token: &&u32| **token < language::ANY;
        let head = tokens.iter().take_while(plain).count();
        let tail = tokens.iter().rev().take_while(plain).count();
        let short = |length| u16::try_from(length).unwrap_or(u16::MAX);
        self.ends.push((short(head), short(tail)));
        self.loose
            .push(tokens.iter().any(|&token| is_variable(token)).then(|| {
                let mut out = Vec::with_capacity(tokens.len());
                for &token in &tokens {
                    push(&mut out, if is_variable(token) { MANY } else { token });
                }
                out
            }));
        self.tokens.push(tokens);
        self.spelled.push(spelled);
        number
    }

    pub(crate) fn get(&self, id: Id) -> &[u32] {
        self.tokens.get(index(id)).map_or(&[], Vec::as_slice)
    }

    /// The pattern as a policy spells it, with `*` and `?` as wildcards.
    pub(crate) fn spelled(&self, id: Id) -> String {
        match self.spelled.get(index(id)) {
            Some(text) if !text.is_empty() => String::from_utf8_lossy(text).into_owned(),
            _ => (self.get(id).iter())
                .map(|&token| match token {
                    MANY => '*',
                    language::ANY => '?',
                    token => char::from_u32(token).unwrap_or('*'),
                })
                .collect(),
        }
    }

    pub(crate) fn is_fixed(&self, id: Id) -> bool {
        self.fixed.get(index(id)).copied().unwrap_or_default()
    }

    pub(crate) fn len(&self) -> usize {
        self.tokens.len()
    }

    pub(crate) fn has_variable(&self, id: Id) -> bool {
        self.loose(id).is_some()
    }

    /// Whether a policy variable is before the last part of the ARN, or is all of it.
    pub(crate) fn has_early_variable(&self, id: Id) -> bool {
        let colon = u32::from(b':');
        let mut colons = 0;
        self.has_variable(id)
            && self.get(id).iter().any(|&token| {
                colons += usize::from(token == colon);
                colons < 5 && is_variable(token)
            })
    }

    fn loose(&self, id: Id) -> Option<&[u32]> {
        self.loose.get(index(id))?.as_deref()
    }

    /// A pattern that matches whatever the pattern can match, for some value of its policy variables.
    pub(crate) fn at_most(&self, id: Id) -> &[u32] {
        self.loose(id).unwrap_or_else(|| self.get(id))
    }

    /// Whether two patterns begin, or end, with characters of which no text has both.
    fn ends_differ(&self, one: Id, other: Id, a: &[u32], b: &[u32]) -> bool {
        let ends = |id: Id| self.ends.get(index(id)).copied().unwrap_or_default();
        let ((head, tail), (other_head, other_tail)) = (ends(one), ends(other));
        let head = usize::from(head.min(other_head));
        let tail = usize::from(tail.min(other_tail));
        a.get(..head) != b.get(..head) || a.get(a.len() - tail..) != b.get(b.len() - tail..)
    }

    /// How the texts of one pattern lie to those of another.
    ///
    /// Inside: for all values of policy variables. Outside: for none of them do they meet.
    pub(crate) fn relation(&self, inner: Id, outer: Id) -> Relation {
        if inner == outer {
            return Relation::Inside;
        }
        let is_text = |id| self.is_fixed(id) && !self.has_variable(id);
        if is_text(inner) && is_text(outer) {
            return Relation::Outside;
        }
        let (a, b) = (self.get(inner), self.get(outer));
        // Most patterns begin or end in different ways.
        if self.ends_differ(inner, outer, a, b) {
            return Relation::Outside;
        }
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

/// The number of what is at this place of a list. No list is as long as the numbers go: it would take more memory than there is.
pub(crate) fn id(place: usize) -> Id {
    Id::try_from(place).unwrap_or(Id::MAX)
}

/// The place of what has this number.
pub(crate) const fn index(id: Id) -> usize {
    id as usize
}

/// How a set of requests lies to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
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

/// Something that is so or not, each once.
#[derive(Debug)]
pub(crate) struct Condition<'p> {
    pub(crate) what: What<'p>,
    /// The number of its key; of an assumption, one of its own.
    pub(crate) key: Id,
    /// Where it was first met.
    pub(crate) origin: Origin,
    canonical: Vec<u8>,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum What<'p> {
    /// A condition on a key. `open`: AWS does not say how it is compared once the request has the key.
    Test {
        test: Test<'p>,
        operator: Operator,
        open: Option<Cause>,
    },
    /// Something that AWS does not say: a short ARN is completed, a variable is filled in, a principal is excepted.
    Assumption(Cause),
}

impl What<'_> {
    /// What nobody knows about it.
    pub(crate) const fn cause(&self) -> Option<Cause> {
        match self {
            Self::Test { open, .. } => *open,
            Self::Assumption(cause) => Some(*cause),
        }
    }
}

/// A statement, or the part of it that rests on an assumption.
#[derive(Debug)]
pub(crate) struct Rule<'p> {
    pub(crate) allows: bool,
    pub(crate) actions: Set,
    /// `None`: whatever the resource.
    pub(crate) resources: Option<Set>,
    pub(crate) principals: &'p [u8],
    /// What has to be so, sorted.
    pub(crate) conditions: Vec<Id>,
    /// The assumption that a `NotPrincipal` which names a caller only in part applies to it, or that the policy of a VPC endpoint
    /// is not that of a gateway endpoint.
    pub(crate) perhaps: Option<Id>,
    /// The statement.
    pub(crate) origin: Origin,
}

/// All that a rule says.
pub(crate) type Words<'r> = (
    (bool, bool),
    &'r [Id],
    Option<(bool, &'r [Id])>,
    &'r [u8],
    &'r [Id],
    Option<Id>,
);

impl Rule<'_> {
    /// All that it says, for a look at whether two say the same.
    pub(crate) fn words(&self) -> Words<'_> {
        let resources = self.resources.as_ref();
        (
            (self.allows, self.actions.not),
            &self.actions.patterns,
            resources.map(|set| (set.not, set.patterns.as_slice())),
            self.principals,
            &self.conditions,
            self.perhaps,
        )
    }
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
    pub(crate) actions: Patterns<'p>,
    pub(crate) resources: Patterns<'p>,
    pub(crate) conditions: Vec<Condition<'p>>,
    /// Condition keys in lower case.
    pub(crate) keys: Vec<Vec<u8>>,
    /// What is in the braces of policy variables.
    pub(crate) variables: Vec<Vec<u8>>,
    pub(crate) rules: Vec<Rule<'p>>,
    /// Requests that cannot exist count too.
    pub(crate) lenient: bool,
    /// There are several documents on a side, which messages count.
    pub(crate) numbered: bool,
    /// The question is what two documents do to requests that can exist: what nobody can deny makes no difference, and neither do
    /// keys that no request for an action has.
    pub(crate) compared: bool,
    documents: usize,
}

impl<'p> Model<'p> {
    /// Whether everyone may take the action, whatever policies say, and that is no difference.
    pub(crate) fn is_free(&self, service: &Service, action: &ActionInfo) -> bool {
        self.compared
            && !self.lenient
            && (ALLOWED.iter()).any(|free| {
                (free.split_once(':')).is_some_and(|free| free == (service.prefix, action.name))
            })
    }

    pub(crate) fn new() -> Self {
        let mut model = Self {
            actions: Patterns::default(),
            resources: Patterns::default(),
            conditions: Vec::new(),
            keys: Vec::new(),
            variables: Vec::new(),
            rules: Vec::new(),
            lenient: false,
            numbered: false,
            compared: false,
            documents: 0,
        };
        model.actions.add(language::any_action(), b"*");
        model.resources.add(alloc::vec![u32::from(b'*')], b"*");
        model.resources.add(language::any_arn(), b"arn:*");
        model
    }

    /// Takes in a document: the numbers of its rules.
    pub(crate) fn add(&mut self, code: Code<'p>) -> core::ops::Range<usize> {
        let from = self.rules.len();
        let mut at = code.start();
        let mut origin = Origin {
            document: self.documents,
            statement: 0,
        };
        self.documents += 1;
        while let Some((line, next)) = code.statement(at) {
            self.statement(line, origin);
            origin.statement += 1;
            at = next;
        }
        from..self.rules.len()
    }

    /// Takes in the rules of a statement; none when no request can fit it.
    fn statement(&mut self, line: Line<'p>, origin: Origin) {
        let mut conditions = Vec::new();
        let mut at = 0;
        while let Some((test, next)) = program::test(line.conditions(), at) {
            match test.operator() {
                Some(operator) => conditions.push(self.condition(test, operator, origin)),
                None if test.is_refused() => {
                    conditions.push(self.assume(Cause::Version, test.key(), origin));
                }
                // An operator that IAM does not have never grants and always denies.
                None if line.allows() => return,
                None => {}
            }
            at = next;
        }
        let actions = self.action_set(line.actions());
        let perhaps = (!line.allows() && is_not(line.principals()))
            .then(|| self.assume(Cause::NotPrincipal, line.principals(), origin));
        for (resources, assumption) in self.resource_sets(line.resources(), origin) {
            let mut conditions = conditions.clone();
            conditions.extend(assumption);
            conditions.sort_unstable();
            conditions.dedup();
            self.rules.push(Rule {
                allows: line.allows(),
                actions: actions.clone(),
                resources,
                principals: line.principals(),
                conditions,
                perhaps,
                origin,
            });
        }
    }

    /// What a statement's resources certainly are, and what they are if AWS reads them generously.
    ///
    /// An ARN with fewer than six fields is completed with wildcards, and a policy variable before the fifth colon may be
    /// filled in. See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html> and
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html>.
    fn resource_sets(&mut self, list: List<'p>, origin: Origin) -> Vec<(Option<Set>, Option<Id>)> {
        if list.is_absent() {
            return alloc::vec![(None, None)];
        }
        let mut narrow = Set {
            not: list.is_not(),
            patterns: Vec::new(),
        };
        let mut generous: Vec<(Id, Cause, &'p [u8])> = Vec::new();
        let mut values = list.values();
        while let Some((form, text, more)) = values.next() {
            if names_nothing(text) {
                values = more;
                continue;
            }
            let is_of_api = api_path(text).is_some();
            if form == Form::Variables && has_early_variable(text) && !is_of_api {
                let pattern = self.resource(form, text);
                generous.push((pattern, Cause::VariablePlace, text));
            } else {
                narrow.patterns.push(self.resource(form, text));
                if is_short(text) && !is_of_api {
                    let mut whole = text.to_vec();
                    let mut field = 1;
                    while field < 6 {
                        if arn_field(text, field, true).is_none() {
                            whole.extend_from_slice(b":*");
                        }
                        field += 1;
                    }
                    let form = if form == Form::Exact {
                        Form::Pattern
                    } else {
                        form
                    };
                    let spelled = if form == Form::Variables { text } else { b"" };
                    let pattern = self.resource_of(form, &whole, spelled);
                    generous.push((pattern, Cause::ShortArn, text));
                }
            }
            values = more;
        }
        if generous.is_empty() {
            return alloc::vec![(Some(narrow), None)];
        }
        if list.is_not() {
            let mut all = narrow.clone();
            all.patterns
                .extend(generous.iter().map(|(pattern, _, _)| *pattern));
            let cause = generous
                .first()
                .map_or(Cause::ShortArn, |(_, cause, _)| *cause);
            let assumption = self.assume(cause, list.bytes(), origin);
            return alloc::vec![(Some(all), None), (Some(narrow), Some(assumption))];
        }
        let mut found = alloc::vec![(Some(narrow), None)];
        for (pattern, cause, text) in generous {
            let assumption = self.assume(cause, text, origin);
            let set = Set {
                not: false,
                patterns: alloc::vec![pattern],
            };
            found.push((Some(set), Some(assumption)));
        }
        found
    }

    /// Of these rules, which are the policy of a VPC endpoint, those that name principals rest on the type of the endpoint.
    pub(crate) fn by_endpoint_type(&mut self, rules: core::ops::Range<usize>) {
        for number in rules {
            let Some(rule) = self.rules.get(number) else {
                continue;
            };
            if is_list(rule.principals) {
                // One request has one endpoint: all statements rest on the same.
                let assumption = self.assume(Cause::EndpointType, b"", rule.origin);
                if let Some(rule) = self.rules.get_mut(number) {
                    rule.perhaps = Some(assumption);
                }
            }
        }
    }

    /// Whether a rule rests on the type of a VPC endpoint.
    pub(crate) fn is_by_endpoint_type(&self, rule: &Rule<'_>) -> bool {
        (rule.perhaps)
            .and_then(|perhaps| self.conditions.get(index(perhaps)))
            .is_some_and(|condition| {
                matches!(condition.what, What::Assumption(Cause::EndpointType))
            })
    }

    /// The number of an assumption about a text.
    fn assume(&mut self, cause: Cause, text: &[u8], origin: Origin) -> Id {
        let mut canonical = alloc::vec![0, cause as u8];
        canonical.extend_from_slice(text);
        let mut key = b"\0".to_vec();
        key.extend_from_slice(&canonical);
        let key = id(number_of(&mut self.keys, &key) as usize);
        self.number(Condition {
            what: What::Assumption(cause),
            key,
            origin,
            canonical,
        })
    }

    fn number(&mut self, condition: Condition<'p>) -> Id {
        let known = self
            .conditions
            .iter()
            .position(|known| known.key == condition.key && known.canonical == condition.canonical);
        id(known.unwrap_or_else(|| {
            self.conditions.push(condition);
            self.conditions.len() - 1
        }))
    }

    pub(crate) fn action_set(&mut self, list: List<'p>) -> Set {
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
    pub(crate) fn action(&mut self, text: &'p [u8]) -> Id {
        let tokens = language::tokens(text, true, true, None);
        self.actions.add(tokens, text)
    }

    /// The pattern of a resource.
    pub(crate) fn resource(&mut self, form: Form, text: &'p [u8]) -> Id {
        self.resource_of(form, text, text)
    }

    /// The pattern of a resource that a policy spells in another way, or not at all.
    fn resource_of(&mut self, form: Form, text: &[u8], spelled: &'p [u8]) -> Id {
        let (head, text) = match api_path(text) {
            Some(path) => (language::any_api(), path),
            None => (Vec::new(), text),
        };
        let tokens = if form == Form::Variables {
            let variables = &mut self.variables;
            let mut number = |name: &[u8]| number_of(variables, &folded_name(name));
            let mut out = head;
            out.extend(language::tokens(text, true, false, Some(&mut number)));
            out
        } else {
            let mut out = head;
            out.reserve(text.len());
            let mut at = 0;
            while at < text.len() {
                push(&mut out, token(language::char_at(text, at), true, false));
                at = next_char(text, at);
            }
            out
        };
        self.resources.add(tokens, spelled)
    }

    /// A pattern of actions that no policy spells.
    pub(crate) fn asked_action(&mut self, text: &str) -> Id {
        let tokens = language::tokens(text.as_bytes(), true, true, None);
        self.actions.add(tokens, b"")
    }

    /// A pattern of resources that no policy spells.
    pub(crate) fn asked_resource(&mut self, text: &str) -> Id {
        self.resource_of(Form::Pattern, text.as_bytes(), b"")
    }

    /// The same by its tokens.
    pub(crate) fn resource_like(&mut self, tokens: Vec<u32>) -> Id {
        self.resources.add(tokens, b"")
    }

    fn condition(&mut self, test: Test<'p>, operator: Operator, origin: Origin) -> Id {
        let key = number_of(&mut self.keys, &test.key().to_ascii_lowercase());
        let mut values: Vec<(u8, &[u8])> = Vec::new();
        let mut open = None;
        let mut left = test.values();
        while let Some((form, text, more)) = left.next() {
            values.push((form as u8, text));
            open = open.or(cannot_compare(operator, form, text));
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
        self.number(Condition {
            what: What::Test {
                test,
                operator,
                open,
            },
            key: id(key as usize),
            origin,
            canonical,
        })
    }

    /// How the texts of one pattern lie to a set.
    pub(crate) fn relation(patterns: &Patterns<'_>, inner: Id, set: &Set) -> Relation {
        // Most are in the list as they are, which costs the least to see.
        let is_there = set.patterns.contains(&inner);
        let mut found = match is_there {
            true => Relation::Inside,
            false => Relation::Outside,
        };
        for &outer in set.patterns.iter().take_while(|_| !is_there) {
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

    /// The number of a key, when some condition is on it.
    pub(crate) fn key(&self, name: &str) -> Option<Id> {
        let at = self.keys.iter().position(|key| key == name.as_bytes())?;
        let known = id(at);
        (self.conditions.iter())
            .any(|condition| condition.key == known)
            .then_some(known)
    }

    /// The keys of the policy variables of a condition, in lower case.
    pub(crate) fn variables_of(&self, condition: Id) -> Vec<String> {
        let mut found = Vec::new();
        let Some(What::Test {
            test, open: None, ..
        }) = (self.conditions.get(index(condition))).map(|condition| condition.what)
        else {
            return found;
        };
        let mut values = test.values();
        while let Some((form, text, more)) = values.next() {
            let mut at = 0;
            while form == Form::Variables && at < text.len() {
                match variable(text, at) {
                    Some(([b'*' | b'?' | b'$'], end)) => at = end,
                    Some((name, end)) => {
                        found.push(Self::variable_key(name));
                        at = end;
                    }
                    None => at += 1,
                }
            }
            values = more;
        }
        found
    }

    /// The keys of all policy variables, in lower case.
    pub(crate) fn variable_keys(&self) -> Vec<String> {
        let in_conditions =
            (0..self.conditions.len()).flat_map(|number| self.variables_of(id(number)));
        let mut found: Vec<String> = (self.variables.iter())
            .map(|variable| Self::variable_key(variable))
            .chain(in_conditions)
            .collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The default of a policy variable.
    pub(crate) fn variable_default(variable: &[u8]) -> Option<String> {
        let default = name_and_default(variable).1?;
        Some(String::from_utf8_lossy(default).into_owned())
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

#[cfg(test)]
mod tests {
    use super::{id, index};

    /// A million names of actions and resources fit into the memory of any machine.
    #[test]
    fn each_pattern_has_a_number_of_its_own() {
        for place in [0, 0xffff, 0x1_0000, 1_000_000] {
            assert_eq!(index(id(place)), place);
        }
    }
}
