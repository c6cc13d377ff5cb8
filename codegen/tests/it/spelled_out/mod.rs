//! Whether a document says nothing that its source does not spell out.
//!
//! An independent reading: it takes the words, the strings and the order of tokens, and knows nothing of how the macro parses.

use std::collections::BTreeSet;

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use rekognition_iam_runtime::catalogue::{self, ArnField, ArnFormat, Piece};
use rekognition_iam_runtime::companion::Definition;
use rekognition_iam_runtime::document::{Document, Element, PrincipalSet};
use rekognition_iam_runtime::{AccessLevel, Operator};

/// What is in a token stream, at whatever depth.
#[derive(Default)]
struct Source {
    words: BTreeSet<String>,
    strings: BTreeSet<String>,
    /// Names with parentheses after them.
    calls: Vec<String>,
    /// Names with a dot before them and parentheses after.
    methods: Vec<String>,
}

impl Source {
    fn of(tokens: &TokenStream) -> Self {
        let mut source = Self::default();
        let mut flat = Vec::new();
        flatten(tokens.clone(), &mut flat);
        source.read(&flat);
        source
    }

    fn read(&mut self, tokens: &[TokenTree]) {
        for (at, token) in tokens.iter().enumerate() {
            match token {
                TokenTree::Ident(ident) => {
                    let word = ident.to_string();
                    let word = word.strip_prefix("r#").unwrap_or(&word).to_owned();
                    if matches!(tokens.get(at + 1), Some(TokenTree::Group(group))
                        if group.delimiter() == Delimiter::Parenthesis)
                    {
                        self.calls.push(word.clone());
                        if at > 0
                            && matches!(&tokens[at - 1], TokenTree::Punct(dot) if dot.as_char() == '.')
                        {
                            self.methods.push(word.clone());
                        }
                    }
                    self.words.insert(word);
                }
                TokenTree::Literal(literal) => {
                    let text = match syn::Lit::new(literal.clone()) {
                        syn::Lit::Str(text) => text.value(),
                        _ => literal.to_string(),
                    };
                    self.strings.insert(text);
                }
                TokenTree::Group(group) => {
                    let mut flat = Vec::new();
                    flatten(group.stream(), &mut flat);
                    self.read(&flat);
                }
                TokenTree::Punct(_) => {}
            }
        }
    }

    fn says(&self, word: &str) -> bool {
        self.words.contains(word)
    }

    fn spells(&self, text: &str) -> bool {
        self.strings.contains(text)
    }

    fn count(list: &[String], word: &str) -> usize {
        list.iter().filter(|other| *other == word).count()
    }

    fn companions(&self) -> impl Iterator<Item = &'static Definition> + '_ {
        (Definition::all().iter()).filter(|known| self.says("companion") && self.says(known.name))
    }

    fn value(&self, text: &str) -> bool {
        self.spells(text) || is_variable(text)
    }

    fn action(&self, text: &str) -> bool {
        if self.spells(text) {
            return true;
        }
        let Some((prefix, name)) = text.split_once(':') else {
            return false;
        };
        let Some(service) = catalogue::service(prefix).filter(|_| self.says(prefix)) else {
            return false;
        };
        let ident = |name: &str| name.replace(|c: char| !c.is_ascii_alphanumeric(), "_");
        self.says(&ident(name))
            || (name == "*" && self.calls.iter().any(|call| call == "all"))
            || (self.spells(name) && self.calls.iter().any(|call| call == "matching"))
            || (AccessLevel::ALL.iter()).any(|level| {
                self.calls.iter().any(|call| call == level.group())
                    && (service.actions.iter())
                        .any(|action| action.name == name && action.level == *level)
            })
    }

    fn resource(&self, text: &str) -> bool {
        if self.value(text) || (text == "*" && Self::count(&self.methods, "on_any") > 0) {
            return true;
        }
        (catalogue::typed_services().iter())
            .filter(|service| self.says(service.prefix))
            .flat_map(|service| service.resources)
            .flat_map(|kind| kind.formats)
            .filter(|format| self.calls.iter().any(|call| call == format.rust_name))
            .any(|format| self.built(text, format))
    }

    /// Whether the text is the format with values of the source in it.
    fn built(&self, text: &str, format: &ArnFormat) -> bool {
        let mut parts: Vec<Part> = vec![Part::Fixed("arn:"), Part::Partition, Part::Fixed(":")];
        parts.extend([Part::Fixed(format.service), Part::Fixed(":")]);
        for field in [format.region, format.account] {
            match field {
                ArnField::Empty => {}
                ArnField::Fixed(fixed) => parts.push(Part::Fixed(fixed)),
                ArnField::Variable | ArnField::Any => parts.push(Part::Value),
            }
            parts.push(Part::Fixed(":"));
        }
        for piece in format.resource {
            parts.push(match piece {
                Piece::Literal(literal) => Part::Fixed(literal),
                Piece::Variable(_) => Part::Value,
            });
        }
        self.matches(text, &parts)
    }

    fn matches(&self, text: &str, parts: &[Part]) -> bool {
        let Some((first, rest)) = parts.split_first() else {
            return text.is_empty();
        };
        let then = |value: &str| {
            (text.strip_prefix(value)).is_some_and(|behind| self.matches(behind, rest))
        };
        let variable = || {
            (text.chars().next()).is_some_and(|c| {
                is_variable(c.encode_utf8(&mut [0; 4])) && then(c.encode_utf8(&mut [0; 4]))
            })
        };
        match first {
            Part::Fixed(fixed) => then(fixed),
            Part::Partition => {
                then("aws") || self.strings.iter().any(|value| then(value)) || variable()
            }
            Part::Value => self.strings.iter().any(|value| then(value)) || variable(),
        }
    }

    fn principal(&self, text: &str) -> bool {
        if self.value(text) {
            return true;
        }
        let arn = |service, kind: &'static [Part]| {
            let mut parts = vec![
                Part::Fixed("arn:"),
                Part::Partition,
                Part::Fixed(service),
                Part::Value,
            ];
            parts.extend_from_slice(kind);
            self.matches(text, &parts)
        };
        (self.says("account") && arn(":iam::", &[Part::Fixed(":root")]))
            || (self.says("role") && arn(":iam::", &[Part::Fixed(":role/"), Part::Value]))
            || (self.says("user") && arn(":iam::", &[Part::Fixed(":user/"), Part::Value]))
            || (self.says("session")
                && arn(
                    ":sts::",
                    &[
                        Part::Fixed(":assumed-role/"),
                        Part::Value,
                        Part::Fixed("/"),
                        Part::Value,
                    ],
                ))
    }
}

#[derive(Clone, Copy)]
enum Part {
    Fixed(&'static str),
    Partition,
    Value,
}

/// Whether the text represents one variable: a character of the private use plane 15.
fn is_variable(text: &str) -> bool {
    let mut chars = text.chars();
    matches!(
        (chars.next(), chars.next()),
        (Some('\u{f0000}'..='\u{ffffd}'), None)
    )
}

fn flatten(tokens: TokenStream, out: &mut Vec<TokenTree>) {
    for token in tokens {
        match token {
            TokenTree::Group(group) if group.delimiter() == Delimiter::None => {
                flatten(group.stream(), out);
            }
            token => out.push(token),
        }
    }
}

/// Fails when the document says what its source does not spell out, or does not say what the source does.
pub(crate) fn check_spelled_out(input: &TokenStream, document: &Document<'_>) {
    let source = Source::of(input);
    let mut companions = Vec::new();
    for companion in source.companions() {
        let values: Vec<String> = companion
            .parameters
            .iter()
            .map(|_| "\u{1}".to_owned())
            .collect();
        companions.extend(companion.statements("\u{1}", &values));
    }
    let of_companion = |text: &str| {
        companions.iter().any(|statement| {
            let resources = statement
                .resources
                .iter()
                .flat_map(|element| &element.values);
            let fits = |template: &str| {
                let parts: Vec<&str> = template.split('\u{1}').collect();
                text.matches('*').count() <= template.matches('*').count() + stars(&source)
                    && text.starts_with(parts[0])
            };
            statement.actions.values.iter().any(|action| action == text)
                || resources.into_iter().any(|resource| fits(resource))
        })
    };
    let each = |element: &Element<'_>, is_said: &dyn Fn(&str) -> bool, what: &str| {
        for text in &element.values {
            assert!(
                is_said(text) || of_companion(text),
                "{what} `{text}` is not in the source"
            );
        }
        assert!(
            !element.not || source.calls.iter().any(|call| call == "not"),
            "`Not{what}` is not in the source"
        );
    };
    let (mut allows, mut denies, mut keys, mut nots) = (0, 0, 0, 0);
    for statement in &document.statements {
        match statement.effect {
            rekognition_iam_runtime::document::Effect::Allow => allows += 1,
            rekognition_iam_runtime::document::Effect::Deny => denies += 1,
        }
        nots += usize::from(statement.actions.not);
        each(&statement.actions, &|text| source.action(text), "Action");
        if let Some(resources) = &statement.resources {
            nots += usize::from(resources.not);
            each(resources, &|text| source.resource(text), "Resource");
        }
        if let Some(principals) = &statement.principals {
            nots += usize::from(principals.not);
            match &principals.set {
                PrincipalSet::Anyone => assert!(source.says("anyone"), "nobody said `anyone`"),
                PrincipalSet::Listed(kinds) => {
                    for text in kinds.iter().flat_map(|(_, names)| names) {
                        assert!(
                            source.principal(text),
                            "principal `{text}` is not in the source"
                        );
                    }
                }
            }
        }
        for block in &statement.conditions {
            keys += block.keys.len();
            for value in block.keys.iter().flat_map(|(_, values)| values) {
                let text = value.as_text();
                let number = text.trim_start_matches('-');
                let is_said = source.value(text)
                    || source.says(text)
                    || source
                        .strings
                        .iter()
                        .any(|literal| literal.replace('_', "") == number);
                assert!(
                    is_said || !companions.is_empty(),
                    "value `{text}` is not in the source"
                );
            }
        }
    }
    let calls = |word| Source::count(&source.calls, word);
    assert!(
        allows <= calls("allow") + companions.len(),
        "an Allow that nobody wrote"
    );
    assert_eq!(denies, calls("deny"), "a Deny was lost, or nobody wrote it");
    assert!(allows >= calls("allow"), "an Allow was lost");
    assert_eq!(nots, calls("not"), "a `not(..)` was lost");
    // A condition that is lost is a wider statement.
    let operators: usize = (Operator::ALL.iter())
        .map(|operator| Source::count(&source.methods, operator.method()))
        .sum();
    assert!(
        keys >= operators,
        "a condition was lost: {keys} of {operators}"
    );
}

fn stars(source: &Source) -> usize {
    source
        .strings
        .iter()
        .map(|text| text.matches('*').count())
        .sum()
}
