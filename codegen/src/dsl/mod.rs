//! The language: tokens in, a checked document and an expansion out.
//!
//! ```text
//! tokens ── parse ──▶ tree ── lower ──▶ document, spans, typed tokens ── check ──▶ diagnostics
//!                       └──── mirror                                     └──────── emit
//! ```

mod dialect;
mod errors;
#[cfg(feature = "json")]
pub mod include;
mod lower;
mod mirror;
mod parse;
mod syntax;
mod tokens;

use proc_macro2::{Delimiter, Ident, Span, TokenStream};
#[cfg(feature = "evaluate")]
use proc_macro2::{Spacing, TokenTree};
use quote::{quote, quote_spanned};
use rekognition_iam_runtime::catalogue;
use rekognition_iam_runtime::check::{self, Finding, Options, Rule, rules};
use rekognition_iam_runtime::document::{Document, PolicyKind};
use rekognition_iam_runtime::json;
use rekognition_iam_runtime::values::Place;

#[cfg(feature = "import")]
pub(crate) use dialect::{Rust, ident};
pub use errors::Diagnostic;
use errors::Errors;
#[cfg(any(feature = "derive", feature = "export"))]
pub(crate) use lower::hole_of;
use lower::{Accepted, Lowered};
use tokens::Tokens;

/// A policy that was read and checked.
#[derive(Debug)]
#[non_exhaustive]
pub struct Evaluated {
    /// The document, complete only when nothing was [`denied`](Diagnostic::denied).
    pub document: Document<'static>,
    /// Everything that is wrong, in the order of reading.
    pub diagnostics: Vec<Diagnostic>,
    /// What the author vouched for.
    pub exceptions: Vec<Exception>,
    /// The values that are known only when the program runs, in the order of the document, one for each place.
    pub parameters: Vec<Parameter>,
    /// Where the statements stand.
    #[cfg(feature = "derive")]
    pub(crate) places: Vec<lower::StatementSpans>,
}

/// A value of a policy that is known only when the program runs.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Parameter {
    /// The variable's name; of `self.region` it is `region`.
    pub name: String,
    /// The variable as it is written: `self.region`.
    pub expression: String,
    /// The type in `rekognition_iam::values` that the value has, or a pattern stands for.
    pub kind: &'static str,
    /// What must be escaped for a value to be meant as it is.
    pub place: Place,
    /// Where the variable stands.
    pub span: Span,
}

impl Evaluated {
    /// The document with a text of its own for each parameter, such as a placeholder of a template.
    ///
    /// The text is put in as it is: a character that the reader of the result gives a meaning is for the caller to escape.
    #[must_use]
    pub fn filled(&self, mut text: impl FnMut(&Parameter) -> String) -> Document<'static> {
        if self.parameters.is_empty() {
            return self.document.clone();
        }
        lower::filled(&self.document, &mut |number| {
            self.parameters
                .get(number)
                .map(&mut text)
                .unwrap_or_default()
        })
    }

    /// The document with a text for each parameter that has one, by number. Each of the others is one character that
    /// [`hole_of`] knows, the one of the parameter that `first` gives for it.
    #[cfg(feature = "export")]
    pub(crate) fn filled_partly(
        &self,
        text: impl Fn(usize) -> Option<String>,
        first: impl Fn(usize) -> usize,
    ) -> Document<'static> {
        lower::filled(&self.document, &mut |number| {
            text(number).unwrap_or_else(|| lower::marker(first(number)).into_iter().collect())
        })
    }

    /// What is wrong with the document once its values are known, other than what the author vouched for and what was
    /// found before.
    #[cfg(feature = "export")]
    pub(crate) fn denied_in(&self, kind: PolicyKind, document: &Document<'_>) -> Vec<Diagnostic> {
        let unlisted: Vec<&str> = (self.exceptions.iter())
            .filter_map(|exception| match exception {
                Exception::Unlisted { name, .. } => Some(name.as_str()),
                Exception::Accepted { .. } => None,
            })
            .collect();
        let options = Options {
            kind,
            unlisted: &unlisted,
            ..Options::default()
        };
        let vouched = |finding: &Finding| {
            self.exceptions.iter().any(|exception| {
                matches!(exception, Exception::Accepted { id, statement, .. }
                    if *id == finding.id && finding.place.statement() == *statement)
            })
        };
        (check::check(document, &options).iter())
            .filter(|finding| !vouched(finding))
            .map(|finding| diagnostic(finding, Span::call_site()))
            .filter(|found| {
                let known =
                    |known: &Diagnostic| known.id == found.id && known.message == found.message;
                found.denied && !self.diagnostics.iter().any(known)
            })
            .collect()
    }

    /// Whether the policy must not be used.
    #[must_use]
    pub fn is_denied(&self) -> bool {
        self.diagnostics.iter().any(|diagnostic| diagnostic.denied)
    }
}

/// Something that the author vouched for, with the reason.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Exception {
    /// `unlisted(name, reason)`
    Unlisted {
        /// The action or condition key.
        name: String,
        /// Why it is right although the catalogue lacks it.
        reason: String,
    },
    /// `.accept(id, reason)`
    Accepted {
        /// The rule.
        id: &'static str,
        /// The statement, from 0; none when the finding is about the policy as a whole.
        statement: Option<usize>,
        /// Why the finding is right.
        reason: String,
    },
}

/// Reads and checks the input of `policy!` or one of its kin: what build.rs does with it.
#[must_use]
pub fn evaluate(kind: PolicyKind, input: TokenStream) -> Evaluated {
    let mut errors = Errors::default();
    let tree = parse::parse(input, &mut errors);
    let lowered = lower::lower(kind, &tree, &mut errors);
    judge(kind, &lowered, &mut errors);
    let mut parameters = Vec::new();
    for hole in &lowered.holes {
        parameters.push(Parameter {
            name: hole.name.clone(),
            expression: hole.tokens.to_string().replace(' ', ""),
            kind: hole.kind,
            place: if hole.pattern {
                Place::Pattern
            } else {
                Place::Plain
            },
            span: hole.span,
        });
    }
    Evaluated {
        parameters,
        exceptions: exceptions(&lowered),
        #[cfg(feature = "derive")]
        places: lowered.spans,
        document: lowered.document,
        diagnostics: errors.into_list(),
    }
}

/// The expansion of `policy!` or one of its kin. `facade` is the path of the crate `rekognition-iam` in the user's crate.
///
/// An expression: a block with the mirror for editors, the errors, and the policy itself.
#[must_use]
pub fn expand(kind: PolicyKind, facade: &TokenStream, input: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let tree = parse::parse(input, &mut errors);
    let mirror = mirror::mirror(&tree);
    let lowered = lower::lower(kind, &tree, &mut errors);
    judge(kind, &lowered, &mut errors);
    let diagnostics = errors.into_list();
    let mut told = diagnostics.as_slice();
    let policy = if diagnostics.iter().any(|diagnostic| diagnostic.denied) {
        let policy = fallback(kind, &lowered, &diagnostics);
        match diagnostics.split_last() {
            // A `Policy` or a `PolicyBuf`: an error in the place of a value is of both types.
            Some((last, others)) if lowered.holes.is_empty() && lowered.unread => {
                told = others;
                let text = last.text();
                let error = quote_spanned!(last.span=> ::core::compile_error!(#text));
                quote!(#policy; #error)
            }
            _ => policy,
        }
    } else {
        emit(kind, &lowered)
    };
    let messages = messages(told);
    quote! {{
        use #facade::__private as __ri;
        #mirror
        #messages
        #policy
    }}
}

/// What stands for a policy that is refused: it type-checks wherever the policy would, so that one mistake is one error,
/// and uses the names that are right, so that no import is called unused.
fn fallback(kind: PolicyKind, lowered: &Lowered, diagnostics: &[Diagnostic]) -> TokenStream {
    let lower::Typed {
        actions,
        patterns,
        resources,
        conditions,
    } = &lowered.typed;
    let constructor = constructor(kind);
    // An operator that does not suit its key would be told once more, by rustc.
    let doubtful = [
        rules::TYPE_MISMATCH.id,
        rules::MISSING_QUALIFIER.id,
        rules::FORALLVALUES_WITH_SINGLE_VALUED_KEY.id,
        rules::REKOGNITION_IAM_FORANYVALUE_WITH_SINGLE_VALUED_KEY.id,
        rules::NULL_WITH_QUALIFIER.id,
    ];
    let mut clear = true;
    for diagnostic in diagnostics {
        clear &= diagnostic.id.is_none_or(|id| !doubtful.contains(&id));
    }
    let conditions = clear.then_some(conditions);
    let policy = quote!(__ri::#constructor("", "", [#actions], [#resources], [#conditions]));
    if lowered.holes.is_empty() {
        quote!(#patterns #policy)
    } else {
        quote!(#patterns #policy.__filled(&[], &[]))
    }
}

/// The expansion of `assert_policy!(POLICY: guarantees..)`: items, one for each thing to prove.
#[cfg(feature = "evaluate")]
#[must_use]
pub fn expand_assert(facade: &TokenStream, input: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let mut policy = Vec::new();
    let mut rest = input.into_iter().peekable();
    let mut is_colon = false;
    while let Some(token) = rest.next() {
        if let TokenTree::Punct(punct) = &token
            && punct.as_char() == ':'
        {
            // Two of them stand in a path, one behind it.
            if punct.spacing() == Spacing::Joint {
                policy.push(token);
                policy.extend(rest.next());
                continue;
            }
            is_colon = true;
            break;
        }
        policy.push(token);
    }
    if !is_colon || policy.is_empty() {
        errors
            .push(
                Span::call_site(),
                "expected the name of a policy, a colon and what it guarantees",
            )
            .help("as in `assert_policy!(POLICY: never(rekognition::DeleteCollection))`");
    }
    let policy: TokenStream = policy.into_iter().filter(|_| is_colon).collect();
    let tree = parse::parse(rest.collect(), &mut errors);
    let mirror = mirror::guarantees(&policy, &tree);
    let guarantees = lower::guarantees::guarantees(&policy, &tree, &mut errors);
    judge(PolicyKind::Identity, &guarantees.lowered, &mut errors);
    // The names in a guarantee must be right; what it says of them is not a grant.
    let names = |id: &str| {
        id.starts_with("INVALID_A")
            || id.starts_with("INVALID_S")
            || id.starts_with("INVALID_P")
            || id.starts_with("INVALID_G")
            || id.contains("ARN_")
            || matches!(
                id,
                "REKOGNITION_IAM_ACTION_FORMAT"
                    | "REKOGNITION_IAM_ACTION_PATTERN_MATCHES_NOTHING"
                    | "REKOGNITION_IAM_ID_GRAMMAR"
                    | "REKOGNITION_IAM_REGION_OUTSIDE_PARTITION"
            )
    };
    let diagnostics: Vec<_> = (errors.into_list().into_iter())
        .filter(|diagnostic| diagnostic.denied && diagnostic.id.is_none_or(names))
        .collect();
    let messages = messages(&diagnostics);
    let proofs = if diagnostics.is_empty() {
        let patterns = &guarantees.lowered.typed.patterns;
        let actions = &guarantees.lowered.typed.actions;
        let resources = &guarantees.lowered.typed.resources;
        let proofs = guarantees.proofs;
        quote! {
            const _: () = {
                #patterns
                let _: __ri::Policy = __ri::identity("", "", [#actions], [#resources], []);
            };
            #proofs
        }
    } else {
        TokenStream::new()
    };
    quote! {
        const _: () = {
            use #facade::__private as __ri;
            #mirror
            #messages
            #proofs
        };
    }
}

/// The function that makes a policy of this kind.
fn constructor(kind: PolicyKind) -> Ident {
    Ident::new(&kind.name().replace('-', "_"), Span::call_site())
}

/// `__ri::identity("json", "program", [actions], [resources], [conditions])`
fn call(kind: PolicyKind, json: &str, program: &str, typed: &lower::Typed) -> TokenStream {
    let mut arguments = Tokens::with_capacity(8);
    arguments.string(json);
    arguments.punct(',');
    arguments.string(program);
    for list in [&typed.actions, &typed.resources, &typed.conditions] {
        arguments.punct(',');
        arguments.group(Delimiter::Bracket, list.clone());
    }
    let mut tokens = Tokens::prefix(&["__ri"]);
    tokens.push(constructor(kind));
    tokens.parentheses(arguments);
    tokens.into()
}

/// What evaluation needs of a document, while it is asked for at all.
fn program(document: &Document<'_>) -> String {
    #[cfg(feature = "evaluate")]
    {
        rekognition_iam_runtime::evaluate::Program::compile(document)
            .as_str()
            .to_string()
    }
    #[cfg(not(feature = "evaluate"))]
    {
        let _ = document;
        String::new()
    }
}

/// The policy as an expression of the typed API.
fn emit(kind: PolicyKind, lowered: &Lowered) -> TokenStream {
    let lower::Typed {
        actions,
        patterns,
        resources,
        conditions,
    } = &lowered.typed;
    let constructor = constructor(kind);
    let json = json::to_minified(&lowered.document);
    let policy = if lowered.holes.is_empty() {
        call(kind, &json, &program(&lowered.document), &lowered.typed)
    } else {
        let (mut texts, mut values) = (TokenStream::new(), TokenStream::new());
        let mut text = String::new();
        for c in json.chars() {
            match lower::hole_of(c).and_then(|hole| lowered.holes.get(hole)) {
                Some(hole) => {
                    let value_type = Ident::new(hole.kind, Span::call_site());
                    let place = Ident::new(
                        if hole.pattern { "Pattern" } else { "Plain" },
                        Span::call_site(),
                    );
                    let tokens = &hole.tokens;
                    values.extend(quote_spanned! {hole.span=>
                        __ri::fill::<__ri::values::#value_type, _>(&#tokens, __ri::Place::#place),
                    });
                    texts.extend(quote!(#text,));
                    text.clear();
                }
                None => text.push(c),
            }
        }
        quote! {
            __ri::#constructor("", "", [#actions], [#resources], [#conditions])
                .__filled(&[#texts #text], &[#values])
        }
    };
    let policy = excepted(policy, exceptions(lowered));
    quote!(#patterns #policy)
}

/// The policy with what its author vouched for.
fn excepted(policy: TokenStream, exceptions: Vec<Exception>) -> TokenStream {
    if exceptions.is_empty() {
        return policy;
    }
    let mut list = TokenStream::new();
    for exception in exceptions {
        list.extend(match exception {
            Exception::Unlisted { name, reason } => quote!(__ri::unlisted(#name, #reason),),
            Exception::Accepted {
                id,
                statement,
                reason,
            } => {
                let statement = match statement {
                    Some(number) => quote!(::core::option::Option::Some(#number)),
                    None => quote!(::core::option::Option::None),
                };
                quote!(__ri::accepted(#id, #statement, #reason),)
            }
        });
    }
    // A constant of its own, so that the list lives for ever in the body of a function too.
    quote! {
        const __RI_EXCEPTIONS: &[__ri::Exception] = &[#list];
        #policy.__except(__RI_EXCEPTIONS)
    }
}

fn messages(diagnostics: &[Diagnostic]) -> TokenStream {
    let mut messages = TokenStream::new();
    for diagnostic in diagnostics {
        messages.extend(message(diagnostic));
    }
    messages
}

/// An error, or a warning in the only way that a macro on stable Rust has: the use of something deprecated.
fn message(diagnostic: &Diagnostic) -> TokenStream {
    let text = diagnostic.text();
    let span = diagnostic.span;
    if diagnostic.denied {
        quote_spanned!(span=> ::core::compile_error! { #text })
    } else {
        quote_spanned! {span=>
            const _: () = {
                #[deprecated(note = #text)]
                #[allow(non_upper_case_globals)]
                const rekognition_iam: () = ();
                rekognition_iam
            };
        }
    }
}

fn exceptions(lowered: &Lowered) -> Vec<Exception> {
    let mut exceptions = Vec::new();
    for unlisted in &lowered.unlisted {
        exceptions.push(Exception::Unlisted {
            name: unlisted.name.clone(),
            reason: unlisted.reason.clone(),
        });
    }
    for accepted in &lowered.accepted {
        exceptions.push(Exception::Accepted {
            id: accepted.id,
            statement: accepted.statement,
            reason: accepted.reason.clone(),
        });
    }
    exceptions
}

/// Runs the rules and puts what they find on tokens.
fn judge(kind: PolicyKind, lowered: &Lowered, errors: &mut Errors) {
    let mut unlisted = vec![lower::REPORTED];
    for known in &lowered.unlisted {
        unlisted.push(&known.name);
    }
    let options = Options {
        kind,
        unlisted: &unlisted,
        ..Options::default()
    };
    let findings = if lowered.holes.is_empty() {
        check::check(&lowered.document, &options)
    } else {
        // Values that are not known yet are given ones that no rule minds, and what a rule says of one is left unsaid.
        let found = |sample| check::check(&sampled(lowered, sample), &options);
        let mut findings = found(lower::sample);
        findings.retain(|finding| !lowered.is_hole(finding.place, finding.range.as_ref()));
        // The same for what a rule says of others because of one, such as that a `*` covers them.
        if !findings.is_empty() {
            let others = found(lower::other_sample);
            findings.retain(|finding| {
                others
                    .iter()
                    .any(|other| other.id == finding.id && other.place == finding.place)
            });
        }
        findings
    };

    // One expression can stand for many actions; it is told each thing once, by the first of them.
    let mut told: Vec<Told<'_>> = Vec::new();
    let mut used = vec![false; lowered.accepted.len()];
    for finding in &findings {
        let statement = finding.place.statement();
        let is_accepted =
            |accepted: &Accepted| accepted.id == finding.id && accepted.statement == statement;
        if let Some(at) = lowered.accepted.iter().position(is_accepted) {
            used[at] = true;
            continue;
        }
        let origin = lowered.origin(finding.place);
        let same = |told: &&mut Told<'_>| {
            told.origin == origin
                && told.finding.id == finding.id
                && told.finding.place.statement() == statement
        };
        match told.iter_mut().find(same) {
            Some(told) if origin.is_some() => told.more += 1,
            _ => told.push(Told {
                finding,
                origin,
                more: 0,
            }),
        }
    }
    for told in &told {
        let mut diagnostic = diagnostic(told.finding, span(lowered, told.finding));
        match told.more {
            0 => {}
            1 => diagnostic
                .message
                .push_str(" (and one more action of this group)"),
            more => diagnostic
                .message
                .push_str(&format!(" (and {more} more actions of this group)")),
        }
        errors.add(diagnostic);
    }

    for (at, accepted) in lowered.accepted.iter().enumerate() {
        if used[at] {
            continue;
        }
        let about = match accepted.statement {
            Some(_) => "in this statement",
            None => "in the policy as a whole",
        };
        errors
            .push(
                accepted.span,
                format!("the rule `{}` finds nothing {about}", accepted.id),
            )
            .help("take the `.accept(..)` away");
    }
    listed_anyway(&lowered.unlisted, errors);
}

/// The document with a value for each that is not known yet.
fn sampled(lowered: &Lowered, sample: fn(&lower::Hole, usize) -> String) -> Document<'static> {
    lower::filled(&lowered.document, &mut |number| {
        (lowered.holes.get(number)).map_or_else(String::new, |hole| sample(hole, number))
    })
}

/// A finding, and how many more there are of the same expression.
struct Told<'f> {
    finding: &'f Finding,
    origin: Option<usize>,
    more: usize,
}

/// Complains of names that the catalogue has although they are said to be unlisted.
fn listed_anyway(unlisted: &[lower::Unlisted], errors: &mut Errors) {
    for unlisted in unlisted {
        if let Some((prefix, name)) = unlisted.name.split_once(':') {
            let service = catalogue::service(prefix);
            let action = service.and_then(|service| service.action_ignore_case(name));
            let key = catalogue::global_key(&unlisted.name)
                .or_else(|| service.and_then(|service| service.key(&unlisted.name)));
            if action.is_some() || key.is_some() {
                errors
                    .push(
                        unlisted.span,
                        format!("the catalogue has `{}`", unlisted.name),
                    )
                    .help("write it without `unlisted`, so that it is checked");
            }
        }
    }
}

fn span(lowered: &Lowered, finding: &Finding) -> Span {
    // In JSON the keys share the operator that does not suit one of them; here each has its own.
    let operator = (finding.id == rules::TYPE_MISMATCH.id)
        .then(|| lowered.operator_span(finding.place))
        .flatten();
    operator.unwrap_or_else(|| lowered.span(finding.place, finding.range.as_ref()))
}

fn diagnostic(finding: &Finding, span: Span) -> Diagnostic {
    let mut help = Vec::new();
    for message in &finding.help {
        help.push(message.render(&dialect::Rust));
    }
    Diagnostic {
        span,
        id: Some(finding.id),
        denied: Rule::find(finding.id).is_none_or(|rule| rule.denied_in_rust),
        message: finding.message.render(&dialect::Rust),
        help,
    }
}
