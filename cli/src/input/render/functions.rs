//! The intrinsic functions of CloudFormation, as far as a template alone says what they return.

use std::cell::{Cell, RefCell};

use crate::input::known::{Known, Name, Part, fixed};
use crate::input::language::{Language, Piece, Taken, is_literal, known, substituted};
use crate::input::stack::Reference;
use crate::input::tree::{Id, MAX_DEPTH, Style, Tree, Value};
use crate::input::undefined::{self, Undefined};

/// Something in a value that cannot be deployed, or not as it is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Notice {
    /// The deployment tool takes a variable of IAM for its own.
    Taken(Taken),
    NoAttribute {
        resource: String,
        attribute: String,
        kind: String,
        near: Option<&'static str>,
    },
    Undefined(Undefined),
}

pub(crate) struct Functions<'t> {
    tree: &'t Tree<'t>,
    language: &'t Language<'t>,
    /// How long a text may become.
    limit: usize,
    /// How many values may still be looked at. Aliases of YAML make few lines represent many values, some of which add
    /// nothing to the text.
    steps: Cell<u32>,
    /// How deep functions are in functions, which aliases can make deeper than the text.
    depth: Cell<usize>,
    notices: RefCell<Vec<(Id, Notice)>>,
}

const STEPS: u32 = 1 << 20;

const MOST_NOTICES: usize = 1_000;

/// How many of them look for the name that was meant, among all names of the file.
const SUGGESTED: usize = 50;

/// What references to the documents of Terraform's data sources begin with.
pub(crate) const DOCUMENT: &str = "data.aws_iam_policy_document.";

impl<'t> Functions<'t> {
    pub(crate) const fn new(tree: &'t Tree<'t>, language: &'t Language<'t>, limit: usize) -> Self {
        Self {
            tree,
            language,
            limit,
            steps: Cell::new(STEPS),
            depth: Cell::new(0),
            notices: RefCell::new(Vec::new()),
        }
    }

    pub(crate) const fn is_terraform(&self) -> bool {
        matches!(self.language, Language::Terraform(_))
    }

    /// Whether one more value may be looked at.
    pub(super) fn step(&self) -> bool {
        let left = self.steps.get();
        self.steps.set(left.saturating_sub(1));
        left > 0
    }

    /// What was noticed, each thing once.
    pub(crate) fn notices(&self) -> Vec<(Id, Notice)> {
        self.notices.take()
    }

    /// Whether there are fewer notices than this.
    fn has_fewer_notices(&self, count: usize) -> bool {
        self.notices.borrow().len() < count
    }

    fn notice(&self, id: Id, notice: Notice) {
        let mut notices = self.notices.borrow_mut();
        // A value is looked at more than once, and aliases may lead to it any number of times.
        let said = notices
            .iter()
            .rev()
            .take(64)
            .any(|known| known.0 == id && known.1 == notice);
        if !said && notices.len() < MOST_NOTICES {
            notices.push((id, notice));
        }
    }

    /// What is known of a scalar. Nothing for a list or a map.
    pub(crate) fn known(&self, id: Id) -> Option<Known> {
        if !self.step() || self.depth.get() > MAX_DEPTH {
            return Some(Known::unknown());
        }
        self.depth.set(self.depth.get() + 1);
        let known = self.known_within(id);
        self.depth.set(self.depth.get() - 1);
        known
    }

    /// Whether a text is the document of a data source of the configuration.
    pub(crate) fn has_document(&self, text: &str) -> bool {
        let Some((before, rest)) = text.split_once(DOCUMENT) else {
            return false;
        };
        let module = before.rsplit("${").next().unwrap_or_default();
        let name = rest.split(['.', '[', '}']).next().unwrap_or(rest);
        match self.language {
            Language::Terraform(configuration) => {
                configuration.has(&format!("{module}{DOCUMENT}{name}"))
            }
            Language::Plain
            | Language::Replaced
            | Language::CloudFormation(_)
            | Language::Serverless(_)
            | Language::Pulumi => false,
        }
    }

    /// The text of a scalar, if nothing in it is replaced: most are, and need not be taken apart.
    pub(super) fn literal(&self, id: Id) -> Option<&'t str> {
        let node = self.tree.node(id);
        let Value::Text(text, style) = &node.value else {
            return None;
        };
        let is_literal = node.tag.is_none()
            && is_literal(text)
            && !(*style == Style::Plain && self.boolean(text).is_some())
            && self.step();
        is_literal.then_some(text)
    }

    /// What is known of the name of a member.
    pub(super) fn named(&self, name: &str) -> Known {
        self.language.known(name)
    }

    /// The same, with functions in functions counted.
    fn known_within(&self, id: Id) -> Option<Known> {
        if let Some((name, argument)) = intrinsic(self.tree, id) {
            let known = self.evaluated(name, argument, id);
            let says = self.says(name, argument, id);
            return Some(known.unwrap_or_else(Known::unknown).named(&says));
        }
        match &self.tree.node(id).value {
            Value::Text(text, style) => {
                if *style == Style::Plain
                    && let Some(boolean) = self.boolean(text)
                {
                    return Some(Known::text(boolean));
                }
                let (pieces, taken) = self.language.string(text);
                for taken in taken {
                    self.notice(id, Notice::Taken(taken));
                }
                Some(known(pieces))
            }
            // CloudFormation makes strings of all scalars.
            Value::Literal(text) => Some(Known::text(*text)),
            Value::Null | Value::List(_) | Value::Map(_) => None,
        }
    }

    /// The Boolean that CloudFormation reads a plain scalar as, which are more in YAML 1.1 than in later versions:
    /// <https://yaml.org/type/bool.html>. The Serverless Framework reads YAML 1.2.
    fn boolean(&self, text: &str) -> Option<&'static str> {
        if !matches!(self.language, Language::CloudFormation(_)) {
            return None;
        }
        match text {
            "yes" | "Yes" | "YES" | "on" | "On" | "ON" => Some("true"),
            "no" | "No" | "NO" | "off" | "Off" | "OFF" => Some("false"),
            _ => None,
        }
    }

    /// What the file says instead of a function: in the words of `Fn::Sub`, where that can say the same.
    fn says(&self, name: &str, argument: Id, id: Id) -> String {
        match (name, self.tree.text(argument)) {
            ("Ref" | "GetAtt", Some(text)) => format!("${{{text}}}"),
            _ => self.tree.node(id).span.of(self.tree.text).to_string(),
        }
    }

    /// What a function returns, or nothing when that is unknown.
    fn evaluated(&self, name: &str, argument: Id, id: Id) -> Option<Known> {
        match name {
            "Ref" => self.referenced(self.tree.text(argument)?, "Ref", id),
            "GetAtt" => match &self.tree.node(argument).value {
                Value::Text(text, _) => {
                    let (resource, attribute) = text.split_once('.')?;
                    self.referenced(resource, attribute, id)
                }
                Value::List(parts) => {
                    let [resource, attribute] = parts.as_slice() else {
                        return None;
                    };
                    self.referenced(self.tree.text(*resource)?, self.tree.text(*attribute)?, id)
                }
                Value::Literal(_) | Value::Null | Value::Map(_) => None,
            },
            "Sub" => self.sub(argument, id).map(known),
            "Join" => self.joined(argument),
            "FindInMap" => self.mapped(argument),
            "Select" => self.selected(argument),
            _ => None,
        }
    }

    /// The pieces of what `Fn::Sub` makes of its argument.
    pub(crate) fn sub(&self, argument: Id, id: Id) -> Option<Vec<Piece>> {
        let (template, names) = match &self.tree.node(argument).value {
            Value::List(parts) => (*parts.first()?, parts.get(1).copied()),
            Value::Text(..) | Value::Literal(_) | Value::Null | Value::Map(_) => (argument, None),
        };
        let value = |name: &str| {
            if let Some(id) = names.and_then(|names| self.tree.get(names, name)) {
                return Some(self.known(id).unwrap_or_else(Known::unknown));
            }
            if name.contains(':') && !name.starts_with("AWS::") {
                // Variables of the Serverless Framework are filled in before.
                let filled = matches!(self.language, Language::Serverless(_))
                    && self.language.string(&format!("${{{name}}}")).1.is_empty();
                return filled.then(Known::unknown);
            }
            // Names that are not written as a map may be any.
            if names.is_some_and(|names| {
                self.tree.map(names).is_empty() || intrinsic(self.tree, names).is_some()
            }) {
                return Some(Known::unknown());
            }
            let (resource, attribute) = name.split_once('.').unwrap_or((name, "Ref"));
            let known = self.referenced(resource, attribute, id);
            Some(known.unwrap_or_else(Known::unknown))
        };
        let (pieces, taken) = substituted(self.tree.text(template)?, value);
        for taken in taken {
            self.notice(id, Notice::Taken(taken));
        }
        Some(pieces)
    }

    /// `Ref`, or `GetAtt` with an attribute.
    fn referenced(&self, name: &str, attribute: &str, id: Id) -> Option<Known> {
        if let Some(part) = fixed(name).filter(|_| name.starts_with("AWS::")) {
            return Some(Known(vec![part]));
        }
        if name == "AWS::StackName" {
            return Some(Known(vec![Part::Name(Name {
                placeholder: "StackName".to_string(),
                shown: "${AWS::StackName}".to_string(),
            })]));
        }
        let stack = self.language.stack()?;
        match stack.reference(name, attribute) {
            None if !self.has_fewer_notices(MOST_NOTICES) => None,
            None => {
                // The Serverless Framework and its plugins add resources.
                let undefined = undefined::pseudo_parameter(name).or_else(|| match self.language {
                    Language::CloudFormation(_) => {
                        stack.undefined(name, self.has_fewer_notices(SUGGESTED))
                    }
                    Language::Plain
                    | Language::Replaced
                    | Language::Serverless(_)
                    | Language::Terraform(_)
                    | Language::Pulumi => None,
                });
                if let Some(undefined) = undefined {
                    self.notice(id, Notice::Undefined(undefined));
                }
                None
            }
            Some(Reference::Known(known)) => Some(known),
            Some(Reference::NoAttribute { kind, near }) => {
                self.notice(
                    id,
                    Notice::NoAttribute {
                        resource: name.to_string(),
                        attribute: attribute.to_string(),
                        kind,
                        near,
                    },
                );
                None
            }
        }
    }

    /// `Fn::FindInMap`, where the template says which value of a mapping it is.
    fn mapped(&self, argument: Id) -> Option<Known> {
        let Value::List(parts) = &self.tree.node(argument).value else {
            return None;
        };
        let [map, first, second] = parts.as_slice() else {
            return None;
        };
        let keys = [map, first, second].map(|&key| self.known(key)?.written());
        let mut node =
            (self.tree.roots.iter()).find_map(|&root| self.tree.get(root, "Mappings"))?;
        for key in keys {
            node = self.tree.get(node, &key?)?;
        }
        self.known(node)
            .filter(|_| intrinsic(self.tree, node).is_none())
    }

    /// `Fn::Select`: a number and a list of values that the template has.
    fn selected(&self, argument: Id) -> Option<Known> {
        let Value::List(parts) = &self.tree.node(argument).value else {
            return None;
        };
        let [number, list] = parts.as_slice() else {
            return None;
        };
        let number: usize = self.known(*number)?.written()?.parse().ok()?;
        match (intrinsic(self.tree, *list), &self.tree.node(*list).value) {
            (None, Value::List(items)) => self.known(*items.get(number)?),
            _ => None,
        }
    }

    /// `Fn::Join`: a separator and a list.
    fn joined(&self, argument: Id) -> Option<Known> {
        let Value::List(parts) = &self.tree.node(argument).value else {
            return None;
        };
        let [between, list] = parts.as_slice() else {
            return None;
        };
        let between = self.tree.text(*between)?;
        let Value::List(items) = &self.tree.node(*list).value else {
            return None;
        };
        if intrinsic(self.tree, *list).is_some() {
            return None;
        }
        let mut out = Known::default();
        let mut length = 0;
        for (number, &item) in items.iter().enumerate() {
            if number > 0 {
                out.push_text(between);
                length += between.len();
            }
            for part in self.known(item)?.0 {
                length += 1;
                if let Part::Text(text) = &part {
                    length += text.len();
                }
                out.push(part);
            }
            if length > self.limit {
                return None;
            }
        }
        Some(out)
    }

    /// Whether nothing is known of a value.
    pub(super) fn is_open(&self, id: Id) -> bool {
        self.literal(id).is_none() && self.known(id).is_some_and(|known| known.is_unknown())
    }

    /// `AWS::NoValue` takes away what it represents.
    pub(super) fn is_absent(&self, id: Id) -> bool {
        is_absent(self.tree, id)
    }
}

/// `AWS::NoValue` takes away what it represents.
pub(crate) fn is_absent(tree: &Tree<'_>, id: Id) -> bool {
    matches!(intrinsic(tree, id), Some(("Ref", argument)) if tree.text(argument) == Some("AWS::NoValue"))
}

/// The name and argument of an intrinsic function: `!Sub ..` or `{"Fn::Sub": ..}`.
pub(crate) fn intrinsic<'t>(tree: &'t Tree<'_>, id: Id) -> Option<(&'t str, Id)> {
    let node = tree.node(id);
    if let Some(tag) = &node.tag {
        return Some((tag.0.trim_start_matches('!'), id));
    }
    let [(name, argument)] = tree.map(id) else {
        return None;
    };
    match tree.text(*name)? {
        "Ref" => Some(("Ref", *argument)),
        name => Some((name.strip_prefix("Fn::")?, *argument)),
    }
}
