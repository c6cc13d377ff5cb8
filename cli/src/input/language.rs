//! What strings mean in each language that policies are written in.

use std::ops::Range;

use rekognition_iam_runtime::catalogue;

use super::braces;
use super::known::{Known, Part};
use super::stack::{Configuration, Stack};
use super::tree::Value;
use super::variables;

/// The language of a file.
#[derive(Debug)]
pub(crate) enum Language<'t> {
    /// Strings mean themselves.
    Plain,
    /// YAML of a tool that is not known here, which may replace what is in `${..}` and is not a variable of IAM.
    Replaced,
    CloudFormation(Stack<'t>),
    /// The Serverless Framework: its variables first, then CloudFormation.
    Serverless(Stack<'t>),
    Terraform(Configuration<'t>),
    Pulumi,
}

/// A piece of a string: where it is, and what it represents. A piece of text is as long as what it represents.
#[derive(Debug)]
pub(crate) struct Piece {
    pub(crate) range: Range<usize>,
    pub(crate) part: Part,
}

/// A variable that the deployment tool takes for its own, though it is one of IAM, or the other way around.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Taken {
    /// `aws:username`
    pub(crate) name: String,
    pub(crate) by: TakenBy,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TakenBy {
    Sub,
    Serverless,
    Terraform,
    /// Nothing replaces the name of a template outside of `Fn::Sub`, and IAM does not know it.
    Nothing,
}

/// Collects pieces in the order of the string.
struct Pieces<'s> {
    text: &'s str,
    pieces: Vec<Piece>,
}

impl Pieces<'_> {
    fn text(&mut self, range: Range<usize>) {
        let text = self.text.get(range.clone()).unwrap_or_default();
        if !text.is_empty() {
            self.add(range, Part::Text(text.to_string()));
        }
    }

    fn add(&mut self, range: Range<usize>, part: Part) {
        self.pieces.push(Piece { range, part });
    }

    /// Something that is unknown, by what the string says there.
    fn unknown(&mut self, range: Range<usize>) {
        let says = self.text.get(range.clone()).unwrap_or_default();
        self.add(range, Part::Unknown(says.to_string()));
    }

    /// Several parts that are at one place.
    fn known(&mut self, range: &Range<usize>, known: Known) {
        let mut start = range.start;
        let says = self.text.get(range.clone()).unwrap_or_default();
        for part in known.named(says).0 {
            // What comes first has the place; the others follow from it.
            self.add(start..range.end, part);
            start = range.end;
        }
    }
}

/// Whether a text has nothing that a reference of any language is written with, and nothing in place of what another program
/// completes.
pub(crate) fn is_literal(text: &str) -> bool {
    !(text.bytes()).any(|byte| matches!(byte, b'$' | b'%' | b'{' | b'\\' | 0x80..))
}

impl<'t> Language<'t> {
    /// The stack of a template.
    pub(crate) const fn stack(&self) -> Option<&Stack<'t>> {
        match self {
            Self::CloudFormation(stack) | Self::Serverless(stack) => Some(stack),
            Self::Plain | Self::Replaced | Self::Terraform(_) | Self::Pulumi => None,
        }
    }

    /// The pieces of a string as it stands, and the variables of IAM that this language takes for its own.
    pub(crate) fn string(&self, text: &str) -> (Vec<Piece>, Vec<Taken>) {
        let mut pieces = Pieces {
            text,
            pieces: Vec::new(),
        };
        let mut taken = Vec::new();
        // What every reference is written with. Most strings have none.
        if is_literal(text) {
            pieces.text(0..text.len());
            return (pieces.pieces, taken);
        }
        match self {
            Self::Plain => completed(&mut pieces, 0..text.len()),
            Self::Replaced => replaced(&mut pieces),
            Self::CloudFormation(stack) => {
                let mut start = 0;
                for (range, name) in not_substituted(text, stack) {
                    dynamic_references(&mut pieces, start..range.start);
                    start = range.end;
                    pieces.unknown(range);
                    taken.push(Taken {
                        name: name.to_string(),
                        by: TakenBy::Nothing,
                    });
                }
                dynamic_references(&mut pieces, start..text.len());
            }
            Self::Serverless(stack) => {
                serverless(&mut pieces, &mut taken, stack, variables::MAX_SELF)
            }
            Self::Terraform(_) | Self::Pulumi => self.interpolated(&mut pieces, &mut taken),
        }
        (pieces.pieces, taken)
    }

    /// A policy variable as this language passes it on to IAM, in the argument of `Fn::Sub` or elsewhere.
    pub(crate) fn variable(&self, name: &str, in_sub: bool) -> String {
        match self {
            Self::CloudFormation(_) | Self::Serverless(_) if in_sub => format!("${{!{name}}}"),
            Self::Plain | Self::Replaced | Self::CloudFormation(_) => format!("${{{name}}}"),
            Self::Serverless(_) => format!("\\${{{name}}}"),
            Self::Terraform(_) | Self::Pulumi => format!("$${{{name}}}"),
        }
    }

    /// What a string means as it stands.
    pub(crate) fn known(&self, text: &str) -> Known {
        known(self.string(text).0)
    }

    /// Terraform's and Pulumi's `${..}`, with `$${` for `${`; Terraform's `%{..}` as well.
    fn interpolated(&self, out: &mut Pieces<'_>, taken: &mut Vec<Taken>) {
        let text = out.text;
        let directives = matches!(self, Self::Terraform(_));
        let mut at = 0;
        let mut start = 0;
        while let Some(found) = text.get(at..).and_then(|rest| rest.find(['$', '%'])) {
            let sign = at + found;
            let rest = text.get(sign..).unwrap_or_default();
            if rest.starts_with("$${") || (directives && rest.starts_with("%%{")) {
                out.text(start..sign);
                start = sign + 1;
                at = sign + 3;
            } else if rest.starts_with("${") || (directives && rest.starts_with("%{")) {
                out.text(start..sign);
                let length = template_end(rest);
                let range = sign..sign + length;
                let inner = rest.get(2..length.saturating_sub(1)).unwrap_or_default();
                let known = match self {
                    Self::Terraform(configuration) if rest.starts_with('$') => {
                        if is_no_expression(inner) {
                            taken.push(Taken {
                                name: inner.trim().to_string(),
                                by: TakenBy::Terraform,
                            });
                        }
                        configuration.reference(inner.trim())
                    }
                    Self::Plain
                    | Self::Replaced
                    | Self::CloudFormation(_)
                    | Self::Serverless(_)
                    | Self::Terraform(_)
                    | Self::Pulumi => Known::unknown(),
                };
                out.known(&range, known);
                at = range.end;
                start = at;
            } else {
                at = sign + 1;
            }
        }
        out.text(start..text.len());
    }
}

/// Whether the text in `${..}` is a name with a colon, `aws:username`, `saml:sub`, or `AWS::Region`: Terraform has no such expression.
/// A conditional has a `?` before its colon, and the functions of providers are called.
///
/// See <https://developer.hashicorp.com/terraform/language/expressions/strings>.
fn is_no_expression(inner: &str) -> bool {
    let inner = inner.trim();
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./:".contains(&byte);
    inner.starts_with(|c: char| c.is_ascii_alphabetic())
        && inner.bytes().all(is_name)
        && inner.contains(':')
}

/// A name in `${..}` without a colon is not a condition key, and IAM only writes three signs in this way. `envsubst`, kro, and others
/// replace such names before IAM reads the policy.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html>
fn replaced(out: &mut Pieces<'_>) {
    let text = out.text;
    let mut start = 0;
    let mut at = 0;
    while let Some(found) = text.get(at..).and_then(|rest| rest.find("${")) {
        let sign = at + found;
        let rest = text.get(sign..).unwrap_or_default();
        let Some((inside, _)) = rest.get(2..).and_then(|rest| rest.split_once('}')) else {
            break;
        };
        at = sign + inside.len() + 3;
        if inside.contains(':') || matches!(inside, "" | "*" | "?" | "$") {
            continue;
        }
        completed(out, start..sign);
        out.unknown(sign..at);
        start = at;
    }
    completed(out, start..text.len());
}

/// A part of a string in which another program completes what is in braces.
fn completed(out: &mut Pieces<'_>, range: Range<usize>) {
    let text = out.text.get(range.clone()).unwrap_or_default();
    let mut start = 0;
    for action in braces::unknowns(text) {
        out.text(range.start + start..range.start + action.start);
        start = action.end;
        let says = text.get(action.clone()).unwrap_or_default();
        let named = says.trim_matches(['{', '}', '-', '%', ' ', '\n']);
        let named = if named.is_ascii() { named } else { "" };
        let action = range.start + action.start..range.start + action.end;
        out.add(action, Part::Unknown(named.to_string()));
    }
    out.text(range.start + start..range.end);
}

pub(crate) fn known(pieces: Vec<Piece>) -> Known {
    let mut known = Known::default();
    for piece in pieces {
        known.push(piece.part);
    }
    known
}

/// The names of a template's resources and parameters in `${..}`, which only `Fn::Sub` replaces.
fn not_substituted<'s>(text: &'s str, stack: &Stack<'_>) -> Vec<(Range<usize>, &'s str)> {
    (text.match_indices("${"))
        .filter_map(|(at, _)| {
            let (name, _) = text.get(at + 2..)?.split_once('}')?;
            let (resource, _) = name.split_once('.').unwrap_or((name, ""));
            stack
                .names(resource)
                .then(|| (at..at + name.len() + 3, name))
        })
        .collect()
}

/// CloudFormation's `{{resolve:ssm:name}}`, which is replaced in any string, and `%%NAME%%`, which scripts replace before they
/// publish a template.
fn dynamic_references(out: &mut Pieces<'_>, within: Range<usize>) {
    let text = out.text.get(..within.end).unwrap_or_default();
    let mut start = within.start;
    let mut at = start;
    // Where nothing closes one, no later one is closed either, and the rest is not searched again.
    let mut may_close = true;
    while let Some(found) = (text.get(at..)).and_then(|rest| rest.find(['{', '%'])) {
        let begin = at + found;
        let rest = text.get(begin..).unwrap_or_default();
        let length = if may_close && rest.starts_with(DYNAMIC) {
            let length = dynamic_reference(rest);
            may_close = length.is_some();
            length
        } else {
            placeholder(rest)
        };
        match length {
            Some(length) => {
                out.text(start..begin);
                start = begin + length;
                at = start;
                out.unknown(begin..start);
            }
            None => at = begin + 1,
        }
    }
    out.text(start..text.len());
}

/// The length of the `%%NAME%%` or `%NAME%` that a text begins with.
fn placeholder(text: &str) -> Option<usize> {
    let (name, is_double) = match text.strip_prefix("%%") {
        Some(name) => (name, true),
        None => (text.strip_prefix('%')?, false),
    };
    let (name, rest) = name.split_once('%')?;
    let is_name = name.starts_with(|c: char| c.is_ascii_uppercase())
        && (name.bytes())
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_');
    let sign = if is_double { 2 } else { 1 };
    (is_name && (!is_double || rest.starts_with('%'))).then_some(name.len() + 2 * sign)
}

/// What a dynamic reference begins with.
const DYNAMIC: &str = "{{resolve:";

/// The length of the dynamic reference that a text begins with. It may end in the brace of a variable.
fn dynamic_reference(text: &str) -> Option<usize> {
    let end = text.strip_prefix(DYNAMIC)?.find("}}")? + DYNAMIC.len() + "}}".len();
    let braces = text.get(end..)?.bytes().take_while(|&byte| byte == b'}');
    Some(end + braces.count())
}

/// The variables of the Serverless Framework; `\${` represents `${`, and `${AWS::..}` is left to CloudFormation.
fn serverless(out: &mut Pieces<'_>, taken: &mut Vec<Taken>, stack: &Stack<'_>, depth: usize) {
    let text = out.text;
    let mut start = 0;
    let mut at = 0;
    while let Some(found) = text.get(at..).and_then(|rest| rest.find("${")) {
        let sign = at + found;
        let rest = text.get(sign..).unwrap_or_default();
        if sign > start && text.as_bytes().get(sign - 1) == Some(&b'\\') {
            out.text(start..sign - 1);
            start = sign;
            at = sign + 2;
            continue;
        }
        let length = template_end(rest);
        let name = rest.get(2..length.saturating_sub(1)).unwrap_or_default();
        at = sign + length;
        if name.starts_with("AWS::") || name.starts_with('!') {
            continue;
        }
        out.text(start..sign);
        let range = sign..at;
        start = at;
        match name {
            "aws:accountId" => out.known(&range, Known::form("${Account}", "", None)),
            "aws:region" | "self:provider.region" => out.known(&range, region(stack)),
            _ => {
                // `aws` is a source of the framework, with these two names alone.
                if name.starts_with("aws:") && !name.contains(',') {
                    taken.push(Taken {
                        name: name.to_string(),
                        by: TakenBy::Serverless,
                    });
                }
                match own(stack, name, depth) {
                    Some(known) => out.known(&range, known),
                    None => out.unknown(range),
                }
            }
        }
    }
    out.text(start..text.len());
}

/// The Region of a configuration: any, as the command line can change it, unless what the configuration has is none.
fn region(stack: &Stack<'_>) -> Known {
    let any = || Known::form("${Region}", "", None);
    let Some(tree) = stack.tree() else {
        return any();
    };
    match variables::at(tree, "provider.region").and_then(|id| tree.text(id)) {
        Some(text) if !text.contains("${") && catalogue::region(text).is_none() => {
            Known::text(text)
        }
        _ => any(),
    }
}

/// What a variable of the Serverless Framework is, where the configuration itself says so.
fn own(stack: &Stack<'_>, name: &str, depth: usize) -> Option<Known> {
    let tree = stack.tree()?;
    let node = variables::own(tree, name)?;
    let text = match &tree.node(node).value {
        Value::Text(text, _) if tree.node(node).tag.is_none() => text,
        Value::Literal(text) => return Some(Known::text(*text)),
        Value::Text(..) | Value::Null | Value::List(_) | Value::Map(_) => return None,
    };
    let mut pieces = Pieces {
        text,
        pieces: Vec::new(),
    };
    // What is wrong with it is reported where it is.
    self::serverless(&mut pieces, &mut Vec::new(), stack, depth.checked_sub(1)?);
    Some(known(pieces.pieces))
}

/// `Fn::Sub`: the pieces of its template. `value` says what a name represents; nothing when it is not a name of the template.
pub(crate) fn substituted(
    template: &str,
    mut value: impl FnMut(&str) -> Option<Known>,
) -> (Vec<Piece>, Vec<Taken>) {
    let mut out = Pieces {
        text: template,
        pieces: Vec::new(),
    };
    let mut taken = Vec::new();
    let mut start = 0;
    let mut at = 0;
    // A dynamic reference without an end is none; one search for an end is enough for all of them.
    let last_end = template.rfind("}}").unwrap_or(0);
    // One search for both signs: a search for one of them would read up to the end if there is only the other.
    while let Some(found) = (template.get(at..)).and_then(|rest| rest.find(['$', '{'])) {
        let sign = at + found;
        let rest = template.get(sign..).unwrap_or_default();
        // CloudFormation replaces these after the variables in them.
        if sign < last_end
            && let Some(length) = dynamic_reference(rest)
        {
            out.text(start..sign);
            at = sign + length;
            out.unknown(sign..at);
            start = at;
            continue;
        }
        if !rest.starts_with("${") {
            at = sign + 1;
            continue;
        }
        let Some(end) = rest.find('}') else {
            break;
        };
        let name = rest.get(2..end).unwrap_or_default();
        let range = sign..sign + end + 1;
        at = range.end;
        if name.starts_with('!') {
            // `${!name}` is written as `${name}`.
            out.text(start..sign + 2);
            start = sign + 3;
            continue;
        }
        out.text(start..sign);
        start = at;
        let name = name.trim();
        match value(name) {
            Some(known) => out.known(&range, known),
            None => {
                // A logical id is made of letters and digits, so this is none, and CloudFormation rejects it.
                if name.contains(':') {
                    taken.push(Taken {
                        name: name.to_string(),
                        by: TakenBy::Sub,
                    });
                }
                out.unknown(range);
            }
        }
    }
    out.text(start..template.len());
    (out.pieces, taken)
}

/// The length of a template's `${..}`, braces and strings within it counted.
pub(crate) fn template_end(text: &str) -> usize {
    let mut depth = 0_usize;
    let mut in_string = false;
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate() {
        if in_string {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => in_string = false,
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => in_string = true,
            b'{' => depth += 1,
            b'}' => {
                depth -= usize::from(depth > 0);
                if depth == 0 {
                    return at + 1;
                }
            }
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(language: &Language<'_>, text: &str) -> String {
        language.known(text).shown()
    }

    #[test]
    fn strings_of_each_language() {
        assert_eq!(
            shown(&Language::Plain, "${a} {{resolve:x}}"),
            "${a} {{resolve:x}}"
        );
        let template = Language::CloudFormation(Stack::default());
        assert_eq!(shown(&template, "a{{resolve:ssm:x}}b${c}"), "a*b${c}");
        assert_eq!(
            shown(&template, "%%BUCKET_NAME%%-%REGION%/{{resolve:ssm:x}}%%A%%"),
            "*-*/**"
        );
        for text in ["{{resolve:a", "%a%", "%2F%", "%A", "100%"] {
            assert_eq!(shown(&template, text), text);
        }
        let serverless = Language::Serverless(Stack::default());
        assert_eq!(
            shown(
                &serverless,
                "arn:${AWS::Partition}:${aws:region}:${aws:accountId}:${self:a.b}\\${aws:username}"
            ),
            "arn:${AWS::Partition}:us-east-1:123456789012:*${aws:username}"
        );
        assert_eq!(
            serverless.string("${aws:username}").1[0].name,
            "aws:username"
        );
        assert_eq!(
            shown(&Language::Pulumi, "${a.arn}/$${aws:username}/%{x}"),
            "*/${aws:username}/%{x}"
        );
        let terraform = Language::Terraform(Configuration::default());
        assert_eq!(
            shown(&terraform, "${var.a[\"}\"]}/$${aws:username}/%{if x}"),
            "*/${aws:username}/*"
        );
        assert_eq!(
            shown(&terraform, "${aws_s3_bucket.b[0].arn}/*"),
            "arn:aws:s3:::${aws_s3_bucket.b[0]}/*"
        );
    }

    #[test]
    fn substitution() {
        let value = |name: &str| (name == "A").then(|| Known::text("x"));
        let (pieces, taken) = substituted("${A}/${!aws:username}/${aws:userid}${B}", value);
        assert_eq!(known(pieces).shown(), "x/${aws:username}/**");
        assert_eq!(taken.len(), 1);
        assert_eq!(taken[0].name, "aws:userid");
    }

    #[test]
    fn dynamic_references_in_a_substitution() {
        let value = |name: &str| (name == "A").then(|| Known::text("x"));
        for (text, expected) in [
            ("{{resolve:ssm:/x}}/*", "*/*"),
            ("a/{{resolve:ssm:/${A}/y}}/${A}", "a/*/x"),
            ("{{resolve:ssm:/${A}}}/${A}", "*/x"),
            ("{{resolve:x/${A}", "{{resolve:x/x"),
            ("{{other}}/${A}", "{{other}}/x"),
        ] {
            assert_eq!(
                known(substituted(text, value).0).shown(),
                expected,
                "{text}"
            );
        }
    }
}
