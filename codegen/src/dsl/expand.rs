//! The expansions of the macros.

#[cfg(feature = "evaluate")]
use proc_macro2::TokenTree;
use proc_macro2::{Delimiter, Ident, Literal, Punct, Spacing, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
#[cfg(feature = "evaluate")]
use rekognition_iam_runtime::check::Subject;
use rekognition_iam_runtime::check::{About, Rule};
use rekognition_iam_runtime::document::{Document, PolicyKind};
use rekognition_iam_runtime::json;
use rekognition_iam_runtime::values::Place;

use super::errors::{Diagnostic, Errors};
use super::judge::judge;
use super::lower::{self, Lowered, Whole};
use super::tokens::Tokens;
use super::{Exception, constants, exceptions, parse};

/// The expansion of `policy!` or a related macro. `facade` is the path of the crate `rekognition-iam` in the user's crate.
///
/// An expression: the policy itself, in a block if there is more than that, such as errors.
#[must_use]
pub fn expand(kind: PolicyKind, facade: &TokenStream, input: TokenStream) -> TokenStream {
    expand_with(kind, facade, input, |text| {
        Literal::string(text).into_token_stream()
    })
}

/// The same, with a function that makes a string literal of the JSON of most policies. The compiler reads a raw string, which the crate
/// `proc_macro2` checks first: that, or to escape the text, takes a macro as long as to write it.
#[must_use]
pub fn expand_with(
    kind: PolicyKind,
    facade: &TokenStream,
    input: TokenStream,
    literal: fn(&str) -> TokenStream,
) -> TokenStream {
    let mut errors = Errors::default();
    let tree = parse::parse(input, &mut errors);
    let lowered = lower::lower(kind, &tree, &mut errors);
    judge(kind, &lowered, &mut errors);
    lower::invisible_characters(&tree, &mut errors);
    // Nothing that refuses the policy, in the input or by a rule.
    let whole = lowered.whole(&errors);
    let diagnostics = errors.into_list();
    if let (Ok(whole), []) = (&whole, diagnostics.as_slice())
        && is_plain(whole.lowered)
    {
        let json = literal(&json::to_minified(whole.document));
        let program = program(whole.document);
        let private = quote!(#facade::__private::);
        return call(kind, &private, json, &program, &whole.lowered.typed);
    }
    let (messages, policy) = match (whole, refused(&diagnostics)) {
        (Ok(whole), None) => (messages(&diagnostics), emit(kind, whole)),
        (_, Some((messages, error))) => {
            let used = used_names(kind, &lowered, &diagnostics);
            (messages, quote!(#used #error))
        }
        // Anyone who has no policy has reported an error.
        (Err(_), None) => {
            let text = "internal error: part of this policy was not processed\nhelp: this is a bug in rekognition-iam; please report it with the policy";
            (TokenStream::new(), quote!(::core::compile_error!(#text)))
        }
    };
    quote! {{
        use #facade::__private as __ri;
        #messages
        #policy
    }}
}

/// Whether the expansion is one call, as that of most policies is. A block, with an import in it, costs the compiler more.
fn is_plain(lowered: &Lowered) -> bool {
    let typed = &lowered.typed;
    lowered.holes.is_empty()
        && lowered.unlisted.is_empty()
        && lowered.accepted.is_empty()
        && !typed.names_ours
        && typed.patterns.is_empty()
        && typed.modules.checks().is_empty()
}

/// The errors of a policy that is refused: all but the last one as items, and the last one as the value. To rustc such a
/// value has every type, so nothing that is done with the policy is reported as well. `None` when the policy is right.
pub(super) fn refused(diagnostics: &[Diagnostic]) -> Option<(TokenStream, TokenStream)> {
    let at = diagnostics
        .iter()
        .rposition(|diagnostic| diagnostic.denied)?;
    let (before, rest) = diagnostics.split_at(at);
    let (last, after) = rest.split_first()?;
    let mut items = messages(before);
    items.extend(messages(after));
    let text = last.text();
    Some((
        items,
        quote_spanned!(last.span=> ::core::compile_error!(#text)),
    ))
}

/// Statements that use every name of a refused policy that is right, so that no import and no variable is called unused.
fn used_names(kind: PolicyKind, lowered: &Lowered, diagnostics: &[Diagnostic]) -> TokenStream {
    let lower::Typed {
        actions,
        patterns,
        modules: _,
        resources,
        conditions,
        names_ours: _,
    } = &lowered.typed;
    let constructor = constructor(kind);
    // An operator that does not suit its key would be reported once more, by rustc.
    let is_doubtful =
        |rule: &Rule| matches!(rule.about, About::OperatorOfKey | About::SetOperatorOfKey);
    let mut clear = true;
    for diagnostic in diagnostics {
        clear &= !diagnostic.rule.is_some_and(is_doubtful);
    }
    let conditions = clear.then_some(conditions);
    let mut variables = TokenStream::new();
    for hole in &lowered.holes {
        let tokens = &hole.tokens;
        variables.extend(quote!(let _ = &#tokens;));
    }
    quote! {
        #patterns
        #variables
        let _ = __ri::#constructor("", "", false && __ri::typed([#actions], [#resources], [#conditions]));
    }
}

/// The expansion of `assert_policy!(POLICY: guarantees..)` and `assert_policy!([POLICY, BOUNDARY]: guarantees..)`: items, one
/// for each thing to prove. The facade's macro has a constant around them.
///
/// `same_line` says whether two spans begin in one line, which the compiler alone knows.
#[cfg(feature = "evaluate")]
#[must_use]
pub fn expand_assert(
    facade: &TokenStream,
    input: TokenStream,
    same_line: impl Fn(Span, Span) -> bool,
) -> TokenStream {
    let mut errors = Errors::default();
    let (head, rest) = behind_colon(input, &mut errors);
    let first = head.clone().into_iter().next();
    let about = lower::about::About::read(head, &mut errors);
    let tree = parse::parse(rest, &mut errors);
    let guarantees = lower::guarantees::guarantees(&about, &tree, &mut errors);
    judge(PolicyKind::Identity, &guarantees.lowered, &mut errors);
    lower::invisible_characters(&tree, &mut errors);
    // The names in a guarantee must be right; what it says about them is not a grant.
    let diagnostics: Vec<_> = (errors.into_list().into_iter())
        .filter(|diagnostic| {
            diagnostic.denied && diagnostic.subject().is_none_or(Subject::is_of_requests)
        })
        .map(of_a_guarantee)
        .collect();
    let mut messages = messages(&diagnostics);
    // Who reads the first line of the macro alone would take its guarantees for proved.
    if let Some(first) = first.map(|token| token.span())
        && !diagnostics.is_empty()
        && !(diagnostics.iter()).any(|diagnostic| same_line(diagnostic.span, first))
    {
        let text = "nothing is proved here until these guarantees have no error";
        messages.extend(quote_spanned!(first=> ::core::compile_error! { #text }));
    }
    // The names that are right are used whatever else is wrong, so that no import is called unused.
    let patterns = &guarantees.lowered.typed.patterns;
    let actions = &guarantees.lowered.typed.actions;
    let resources = &guarantees.lowered.typed.resources;
    let proofs = diagnostics.is_empty().then_some(guarantees.proofs);
    let modules = (diagnostics.is_empty()).then(|| guarantees.lowered.typed.modules.checks());
    let set = diagnostics.is_empty().then(|| about.set());
    quote! {
        use #facade::__private as __ri;
        #messages
        const _: () = {
            #modules
            #patterns
            let _ = false && __ri::typed([#actions], [#resources], []);
        };
        #set
        #proofs
    }
}

/// A rule about a resource that an action cannot have is about what a statement grants and about other statements. A
/// guarantee has neither.
#[cfg(feature = "evaluate")]
fn of_a_guarantee(mut diagnostic: Diagnostic) -> Diagnostic {
    if diagnostic.subject() == Some(Subject::ActionOnResource) {
        "no request for this action has such a resource, so this guarantee checks nothing"
            .clone_into(&mut diagnostic.message);
        (diagnostic.help).retain(|help| help.starts_with("it works on "));
        diagnostic.help.push(
            "name a resource that the action works on, or remove `.on(..)` if there is none"
                .to_owned(),
        );
    }
    diagnostic
}

/// What is before the colon, the path of a policy or a list of them, and what is after it. Nothing before it when there is
/// none.
#[cfg(feature = "evaluate")]
pub(super) fn behind_colon(input: TokenStream, errors: &mut Errors) -> (TokenStream, TokenStream) {
    let mut policy = Vec::new();
    let mut rest = input.into_iter();
    while let Some(token) = rest.next() {
        if let TokenTree::Punct(punct) = &token
            && punct.as_char() == ':'
        {
            // Two of them are in a path, one after it.
            if punct.spacing() == Spacing::Joint {
                policy.push(token);
                policy.extend(rest.next());
                continue;
            }
            if policy.is_empty() {
                break;
            }
            return (policy.into_iter().collect(), rest.collect());
        }
        policy.push(token);
    }
    errors
        .push(
            Span::call_site(),
            "expected a policy name, a colon, and its guarantees",
        )
        .help("write, for example, `assert_policy!(POLICY: never(rekognition::DeleteCollection))`");
    (TokenStream::new(), rest.collect())
}

/// The function that makes a policy of this kind.
fn constructor(kind: PolicyKind) -> Ident {
    Ident::new(&kind.name().replace('-', "_"), Span::call_site())
}

/// `__ri::identity("json", "program", false && __ri::typed([actions], [resources], [conditions]))`, where `private` is the path of the
/// module `__private` and the colons after it.
pub(super) fn call(
    kind: PolicyKind,
    private: &TokenStream,
    json: impl ToTokens,
    program: &str,
    typed: &lower::Typed,
) -> TokenStream {
    let mut values = Tokens::with_capacity(5);
    values.group(Delimiter::Bracket, typed.actions.clone());
    for list in [&typed.resources, &typed.conditions] {
        values.punct(',');
        values.group(Delimiter::Bracket, list.clone());
    }
    let mut arguments = Tokens::with_capacity(12);
    arguments.0.extend(json.into_token_stream());
    arguments.punct(',');
    arguments.string(program);
    arguments.punct(',');
    arguments.ident("false");
    arguments.push(Punct::new('&', Spacing::Joint));
    arguments.punct('&');
    arguments.0.extend(private.clone());
    arguments.ident("typed");
    arguments.parentheses(values);
    let mut tokens = Tokens::with_capacity(12);
    tokens.0.extend(private.clone());
    tokens.push(constructor(kind));
    tokens.parentheses(arguments);
    tokens.into()
}

/// What evaluation needs of a document, while it is asked for at all.
pub(super) fn program(document: &Document<'_>) -> String {
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
fn emit(kind: PolicyKind, Whole { lowered, document }: Whole<'_>) -> TokenStream {
    let lower::Typed {
        actions,
        patterns,
        modules,
        resources,
        conditions,
        names_ours: _,
    } = &lowered.typed;
    let modules = modules.checks();
    let constructor = constructor(kind);
    let json = json::to_minified(document);
    if lowered.holes.is_empty() {
        let program = program(document);
        let policy = call(kind, &quote!(__ri::), &json, &program, &lowered.typed);
        let policy = excepted(policy, exceptions(lowered));
        return quote!(#modules #patterns #policy);
    }
    if (lowered.holes.iter()).all(|hole| hole.constant && !hole.of_self) {
        return constant(kind, lowered, document, &json);
    }
    // A value that may not be there is one error on its own token, whatever type the policy was to have; and a policy
    // of another type than it was to have is an error on the whole, not on a value.
    //
    // One call in the other, because a variable of the expansion for each costs the compiler twice as much. What is ours in
    // them has no span of the author's, whose names would otherwise be looked for.
    let name = |name| Ident::new(name, Span::call_site());
    let mut given = quote!(__ri::Right);
    let mut text = String::new();
    for c in json.chars() {
        let Some(hole) = lower::hole_of(c).and_then(|hole| lowered.holes.get(hole)) else {
            text.push(c);
            continue;
        };
        let value_type = name(hole.kind);
        let tokens = if hole.constant {
            let checked = constants::checked(hole, &text);
            quote!(const { #checked })
        } else {
            hole.tokens.clone()
        };
        let put = name(match hole.place {
            Place::Pattern => "pattern",
            Place::Plain => "plain",
            Place::Principal => "principal",
        });
        let rest = quote!(#text, &mut __ri_filled);
        given = quote_spanned! {hole.span=>
            __ri::#put::<__ri::values::#value_type, _, _>(#given, &#tokens, #rest)
        };
        text.clear();
    }
    let policy = quote!(__ri::#constructor("", "", false && __ri::typed([#actions], [#resources], [#conditions])));
    let policy = excepted(policy, exceptions(lowered));
    quote! {
        #modules
        #patterns
        let mut __ri_filled = __ri::Filled::new();
        let __ri_given = #given;
        #policy.__filled(__ri_filled, #text, __ri_given)
    }
}

/// A policy all of whose values are constants is one too: the compiler checks them and puts them into the document.
fn constant(
    kind: PolicyKind,
    lowered: &Lowered,
    document: &Document<'_>,
    json: &str,
) -> TokenStream {
    let lower::Typed {
        actions,
        patterns,
        modules,
        resources,
        conditions,
        names_ours: _,
    } = &lowered.typed;
    let modules = modules.checks();
    let constructor = constructor(kind);
    let mut values = TokenStream::new();
    for (number, hole) in lowered.holes.iter().enumerate() {
        let mark = json
            .char_indices()
            .find(|(_, c)| lower::hole_of(*c) == Some(number));
        let before = mark.and_then(|(at, _)| json.get(..at)).unwrap_or_default();
        let value = constants::checked(hole, before);
        values.extend(quote!(#value,));
    }
    let expanded = |template: &str, sizes: TokenStream| {
        quote! {{
            const LENGTH: ::core::primitive::usize = __ri::expanded_len(#template, __RI_VALUES);
            const BYTES: [::core::primitive::u8; LENGTH] = __ri::expanded(#template, &[#sizes], __RI_VALUES);
            __ri::text(&BYTES)
        }}
    };
    let json = expanded(json, TokenStream::new());
    #[cfg(feature = "evaluate")]
    let program = {
        use rekognition_iam_runtime::evaluate::Program;
        let (template, open) = Program::template(document);
        let mut sizes = TokenStream::new();
        for (at, length) in open {
            sizes.extend(quote!((#at, #length),));
        }
        expanded(&template, sizes)
    };
    #[cfg(not(feature = "evaluate"))]
    let program = {
        let _ = document;
        quote!("")
    };
    let policy = quote!(__ri::#constructor(#json, #program, false && __ri::typed([#actions], [#resources], [#conditions])));
    let policy = excepted(policy, exceptions(lowered));
    quote! {
        #modules
        #patterns
        const __RI_VALUES: &[__ri::Constant] = &[#values];
        #policy
    }
}

/// The policy with what its author vouched for.
pub(super) fn excepted(policy: TokenStream, exceptions: Vec<Exception>) -> TokenStream {
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

pub(super) fn messages(diagnostics: &[Diagnostic]) -> TokenStream {
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
