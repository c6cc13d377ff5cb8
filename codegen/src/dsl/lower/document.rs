//! What a policy is next to its statements: version, id, the shape of its list, what is accepted of the whole.

use proc_macro2::Span;
#[cfg(feature = "json")]
use rekognition_iam_runtime::document::PolicyKind;
use rekognition_iam_runtime::document::Text;
use rekognition_iam_runtime::invisible::is_invisible;

#[cfg(feature = "json")]
use super::common::Name;
use super::common::text_of;
use super::draft::Head;
use super::holes::has_hole;
#[cfg(feature = "json")]
use super::lowered::{Accepted, Unlisted};
use super::lowerer::Lowerer;
use crate::dsl::errors::Errors;
use crate::dsl::errors::Read;
use crate::dsl::syntax::{Expr, Items, Primary};

/// The functions that are next to statements.
const PARTS: [&str; 4] = ["version", "no_version", "id", "accept"];

impl Lowerer<'_> {
    /// Whether the entry is about the policy as a whole; takes it in if so.
    pub(super) fn part(&mut self, expr: &Expr) -> Read<bool> {
        let (path, args) = match &expr.primary {
            Primary::Call(path, args) => (path, Some(args)),
            Primary::Path(path) => (path, None),
            Primary::Literal(..) | Primary::List(_) | Primary::Place(_) | Primary::Unknown(..) => {
                return Ok(false);
            }
        };
        let name = path.text();
        if !PARTS.contains(&name) {
            return Ok(false);
        }
        let span = path.span();
        let Some(args) = args else {
            let message = format!("expected `(` after `{name}`");
            return self.errors.push(span, message).err();
        };
        if let Some(call) = expr.calls.first() {
            self.stray_call(call, "an entry of the whole policy")?;
        }
        match name {
            "accept" => self.accept(span, args, None)?,
            "id" => {
                let (text, _) = self.one_string_at(span, name, args)?;
                if self.about.id.is_some() {
                    return self
                        .errors
                        .push(span, "this policy already has an id")
                        .err();
                }
                self.about.id = Some(Text::Owned(text));
            }
            _ => {
                let version = if name == "version" {
                    let (text, literal) = self.one_string_at(span, name, args)?;
                    (Some(Text::Owned(text)), literal.span())
                } else {
                    self.no_arguments_at(span, name, args)?;
                    (None, span)
                };
                if self.about.version.is_some() {
                    return (self.errors)
                        .push(span, "this policy already has a version")
                        .err();
                }
                self.about.version = Some(version);
            }
        }
        Ok(true)
    }

    /// The statement in `only(..)`, or the entry itself.
    pub(super) fn alone<'s>(&mut self, expr: &'s Expr) -> Read<&'s Expr> {
        let Primary::Call(path, args) = &expr.primary else {
            return Ok(expr);
        };
        if !path.is("only") {
            return Ok(expr);
        }
        if let Some(call) = expr.calls.first() {
            self.stray_call(call, "`only(..)`")?;
        }
        self.about.alone = Some(path.span());
        match args.items.as_slice() {
            [only] => Ok(only),
            _ => (self.errors)
                .push(path.span(), "`only` accepts one statement")
                .help("write several statements one after the other, without `only(..)`")
                .err(),
        }
    }

    /// What the document has next to this many statements.
    pub(super) fn document_head(&mut self, statements: usize) -> Head {
        if let Some(span) = self.about.alone
            && statements > 1
        {
            self.errors
                .push(
                    span,
                    "`only(..)` is used in a policy with several statements",
                )
                .help("remove it: several statements are always a list");
        }
        Head {
            version: match self.about.version.take() {
                Some((version, _)) => version,
                None => Some(Text::Borrowed("2012-10-17")),
            },
            id: self.about.id.take(),
            alone: self.about.alone.is_some(),
        }
    }

    /// Reports values that would have to be escaped in a policy of a version that has no escapes: `${*}` would be read
    /// as it stands, and a denied `a*` be allowed.
    pub(super) fn unescapable(&mut self) {
        let Some((version, _)) = &self.about.version else {
            return;
        };
        if version.as_deref() == Some("2012-10-17") {
            return;
        }
        for hole in &self.holes {
            if matches!(hole.kind, "ObjectKey" | "Text") {
                (self.errors)
                    .push(
                        hole.span,
                        format!(
                            "`{}` is not allowed in a policy of a version other than `2012-10-17`, where a `*` in its value cannot be escaped",
                            hole.name
                        ),
                    )
                    .help("remove `version(..)` or `no_version()`, or write the value itself");
            }
        }
    }

    /// Reports characters that represent values in the document, when it has values that are known later.
    pub(super) fn private_characters(&mut self, input: &Items) {
        if self.holes.is_empty() {
            return;
        }
        let errors = &mut *self.errors;
        for item in &input.items {
            strings(item, &mut |text, span| {
                if has_hole(text) {
                    errors.push(
                        span,
                        "characters from private use plane 15 are not allowed in a policy with variables",
                    );
                }
            });
        }
    }
}

/// Reports characters in the texts of a policy that nobody sees, as the types of values do for texts that are known only when the
/// program runs; see <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-names>. Where something else is wrong, that comes first: it is often about the same character.
pub(crate) fn invisible_characters(input: &Items, errors: &mut Errors) {
    if errors.clean().is_err() {
        return;
    }
    for item in &input.items {
        strings(item, &mut |text, span| {
            // AWS accepts tabs and line ends, and nobody writes them by mistake.
            let is_wrong = |c: &char| is_invisible(*c) && !matches!(c, '\t' | '\n' | '\r');
            if let Some(c) = text.chars().find(is_wrong) {
                errors
                    .push(
                        span,
                        format!(
                            "`{}` (U+{:04X}) is invisible, and not allowed in a policy",
                            c.escape_default(),
                            u32::from(c)
                        ),
                    )
                    .help("remove it");
            }
        });
    }
}

/// `unlisted(..)` and `accept(..)` as entries of a list of their own: what is vouched for of a policy in a file.
#[cfg(feature = "json")]
pub(crate) fn vouched(
    kind: PolicyKind,
    items: &[Expr],
    errors: &mut Errors,
) -> (Vec<Unlisted>, Vec<Accepted>) {
    let mut lowerer = Lowerer::new(kind, errors);
    for item in items {
        // What is reported refuses the policy: nothing is made of the rest.
        let _: Read<()> = lowerer.vouch(item);
    }
    (lowerer.unlisted, lowerer.accepted)
}

#[cfg(feature = "json")]
impl Lowerer<'_> {
    fn vouch(&mut self, item: &Expr) -> Read<()> {
        match &item.primary {
            Primary::Call(path, args) if path.is("accept") => {
                self.accept(path.span(), args, None)?;
            }
            Primary::Call(path, args) if path.is("unlisted") => {
                self.unlisted(path, args, &[Name::Action, Name::Key])?;
            }
            Primary::Unknown(_, _, reported) => return Err(*reported),
            Primary::Path(_)
            | Primary::Call(..)
            | Primary::Literal(..)
            | Primary::List(_)
            | Primary::Place(_) => {
                return (self.errors)
                    .push(item.span(), "unexpected value")
                    .help("write only `accept(RULE, \"why\")` and `unlisted(\"service:Name\", \"why\")` after the path")
                    .err();
            }
        }
        match item.calls.first() {
            Some(call) => self.stray_call(call, "an exception"),
            None => Ok(()),
        }
    }
}

/// Runs for all strings that become part of the document and have other characters than those of ASCII that are seen.
fn strings(expr: &Expr, run: &mut dyn FnMut(&str, Span)) {
    if let Primary::Literal(None, literal, written) = &expr.primary
        && !is_seen(written)
        && let Some(text) = text_of(literal, written)
    {
        run(&text, literal.span());
    }
    let inner = match &expr.primary {
        // A reason is for people.
        Primary::Call(path, items) if path.is("unlisted") => {
            items.items.get(..1).unwrap_or_default()
        }
        Primary::Call(path, _) if path.is("accept") => &[],
        Primary::Call(_, items) | Primary::List(items) => items.items.as_slice(),
        Primary::Path(_) | Primary::Place(_) | Primary::Literal(..) | Primary::Unknown(..) => &[],
    };
    for item in inner {
        strings(item, run);
    }
    for call in &expr.calls {
        let is_reason = call.name.as_ref().is_ok_and(|name| name == "accept");
        if let (Some(args), false) = (&call.args, is_reason) {
            for item in &args.items {
                strings(item, run);
            }
        }
    }
}

/// Whether a literal is typed in characters of ASCII that are seen, and has no escape.
fn is_seen(written: &str) -> bool {
    let mut bytes = written.as_bytes();
    while let Some((&byte, behind)) = bytes.split_first() {
        if !matches!(byte, b' '..=b'~') || byte == b'\\' {
            return false;
        }
        bytes = behind;
    }
    true
}
