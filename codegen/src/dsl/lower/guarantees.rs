//! Guarantees: the entries of `assert_policy!`.

use proc_macro2::{Delimiter, Ident, Literal, Span, TokenStream};
use quote::{quote, quote_spanned};
use rekognition_iam_runtime::Operator;
use rekognition_iam_runtime::catalogue;
use rekognition_iam_runtime::document::{Effect, PolicyKind, Text, Value};
use rekognition_iam_runtime::suggest;

use super::about::About;
use super::common::module_and_name;
use super::common::value;
use super::conditions::{Values, unlisted_key};
use super::draft::Head;
use super::draft::{Draft, Parts, Sketch};
use super::lowered::Lowered;
use super::lowerer::Lowerer;
use crate::dsl::errors::{Errors, Read};
use crate::dsl::syntax::{Expr, Items, Path, Primary};
use crate::dsl::tokens::Tokens;

const GUARANTEES: [&str; 5] = ["allows", "denies", "never", "only_on", "no_wider_than"];

/// Guarantees, lowered: the names in them as a document for the rules about names, and the proofs.
pub(crate) struct Guarantees {
    pub(crate) lowered: Lowered,
    /// One constant for each thing to prove.
    pub(crate) proofs: TokenStream,
}

/// Lowers the guarantees about a policy or several.
pub(crate) fn guarantees(about: &About, input: &Items, errors: &mut Errors) -> Guarantees {
    let mut lowerer = Lowerer::new(PolicyKind::Identity, errors);
    let mut drafts = Vec::new();
    let mut gap = None;
    let mut proofs = TokenStream::new();
    if input.items.is_empty() && !matches!(about, About::Unread) {
        lowerer
            .errors
            .push(Span::call_site(), "expected a guarantee about this policy")
            .help("write, for example, `assert_policy!(POLICY: never(rekognition::DeleteCollection))`");
    }
    if let (Some(call), Some(path)) = (about.says_something(), about.paths().first()) {
        let span =
            (path.clone().into_iter().last()).map_or_else(Span::call_site, |last| last.span());
        proofs.extend(proof(span, &call));
    }
    for item in &input.items {
        let mut is_proved = false;
        match lowerer.guarantee(about, item) {
            Ok((draft, proof)) => {
                drafts.push(draft);
                is_proved = !proof.is_empty();
                proofs.extend(proof);
            }
            Err(reported) => gap = Some(reported),
        }
        // An empty list would be a promise about nothing, which always holds.
        if !is_proved && lowerer.errors.is_empty() {
            lowerer
                .errors
                .push(
                    item.span(),
                    "this guarantee has no actions and no resources",
                )
                .help("add an action or a resource");
        }
    }
    // What represents a variable is not a text that a policy could allow: `never` would hold of it, whatever its value is.
    for hole in &lowerer.holes {
        lowerer
            .errors
            .push(
                hole.span,
                format!(
                    "`{}` is not allowed in a guarantee: its value is not known when the guarantee is proved",
                    hole.name
                ),
            )
            .help("write the value itself, or `*` for every value");
    }
    let head = Head {
        version: Some(Text::Borrowed("2012-10-17")),
        id: None,
        alone: false,
    };
    let (sketch, spans) = Sketch::of(PolicyKind::Identity, head, drafts, gap);
    Guarantees {
        lowered: Lowered {
            misread: false,
            sketch,
            spans,
            version: None,
            typed: lowerer.typed,
            unlisted: lowerer.unlisted,
            accepted: Vec::new(),
            holes: lowerer.holes,
        },
        proofs,
    }
}

/// What is after the head of a guarantee.
#[derive(Default)]
struct Chain {
    has_resource: bool,
    principal: Option<Literal>,
    /// Entries of a request's context, a comma after each.
    context: Tokens,
}

impl Lowerer<'_> {
    fn guarantee(&mut self, about: &About, expr: &Expr) -> Read<(Draft, TokenStream)> {
        let (path, args) = match &expr.primary {
            Primary::Call(path, args) => (path, args),
            Primary::Unknown(_, _, reported) => return Err(*reported),
            Primary::Path(_) | Primary::Literal(..) | Primary::List(_) | Primary::Place(_) => {
                if let Some(reported) = expr.reported() {
                    return Err(reported);
                }
                return (self.errors)
                    .push(expr.span(), "expected a guarantee")
                    .help("write, for example, `never(rekognition::DeleteCollection)`")
                    .err();
            }
        };
        let name = path.text();
        let span = path.span();
        let mut result = Draft::new(Effect::Allow, span);
        match name {
            "allows" | "denies" | "never" => self.actions(args, &mut result),
            "only_on" => self.resources(args, &mut result),
            "no_wider_than" => {}
            _ => {
                let reported = (self.errors)
                    .push(span, format!("no guarantee `{name}`"))
                    .err();
                match suggest::nearest(name, GUARANTEES) {
                    Some(near) => self.last_help(format!("did you mean `{near}(..)`?")),
                    None => self.last_help(
                        "the guarantees are `allows(..)`, `denies(..)`, `never(..)`, `only_on(..)`, and `no_wider_than(..)`",
                    ),
                }
                return reported;
            }
        }
        if result.actions.not {
            return (self.errors)
                .push(
                    result.spans.lists.actions,
                    format!("`not(..)` is not allowed in `{name}(..)`"),
                )
                .help("name the actions themselves, or a pattern of them")
                .err();
        }
        let chain = self.chain(name, expr, &mut result)?;
        // The rules look at a statement about what is asked. These two ask about any action.
        if matches!(name, "only_on" | "no_wider_than") {
            result.actions = Parts::any();
        }
        let is_not = |read: &Read<Parts>| read.as_ref().is_ok_and(|parts| parts.not);
        if result.resources.as_ref().is_some_and(is_not) {
            return (self.errors)
                .push(
                    result.spans.lists.resources,
                    format!("`not(..)` is not allowed in `{name}(..)`"),
                )
                .help("name the resources themselves, or a pattern of them")
                .err();
        }
        let proofs = self.proofs(about, path, args, &result, &chain);
        let proofs = result.took(proofs).unwrap_or_default();
        // What is proved of the document is not what it grants: the rules about names look at it, no others.
        if result.resources.is_none() {
            result.resources = Some(Ok(Parts::any()));
        }
        Ok((result, proofs))
    }

    /// What a guarantee of this name has to prove.
    fn proofs(
        &mut self,
        about: &About,
        path: &Path,
        args: &Items,
        names: &Draft,
        chain: &Chain,
    ) -> Read<TokenStream> {
        let span = path.span();
        let resources = match &names.resources {
            Some(Ok(parts)) => understood(parts)?,
            Some(Err(reported)) => return Err(*reported),
            None => Vec::new(),
        };
        let actions = understood(&names.actions)?;
        match path.text() {
            "never" | "only_on" if resources.iter().any(|resource| resource.contains('$')) => {
                (self.errors)
                    .push(
                        names.spans.lists.resources,
                        "a policy variable is not allowed in a guarantee: its value is not known when the guarantee is proved",
                    )
                    .help("write the value itself, or `*` for every value")
                    .err()
            }
            "never" => {
                let any = ["*".to_string()];
                let on = if chain.has_resource {
                    resources.as_slice()
                } else {
                    &any
                };
                let mut proofs = TokenStream::new();
                for action in actions {
                    for resource in on {
                        let call = about.call(&quote!(never), &quote!(#action, #resource));
                        proofs.extend(proof(span, &call));
                    }
                }
                Ok(proofs)
            }
            "only_on" if resources.is_empty() => Ok(TokenStream::new()),
            "only_on" if resources.iter().any(|resource| is_everything(resource)) => (self.errors)
                .push(
                    names.spans.lists.resources,
                    "this guarantee holds for every policy, because `*` is every resource",
                )
                .help("name the resources that the policy should be limited to")
                .err(),
            "only_on" => Ok(proof(
                span,
                &about.call(&quote!(only_on), &quote!(&[#(#resources),*])),
            )),
            "no_wider_than" => {
                if let Some(reported) = args.items.iter().find_map(Expr::reported) {
                    return Err(reported);
                }
                let baseline = match args.items.as_slice() {
                    [
                        Expr {
                            primary: Primary::Path(baseline),
                            calls,
                        },
                    ] if !baseline.open && calls.is_empty() => baseline,
                    _ => {
                        return (self.errors)
                            .push(args.span, "`no_wider_than` requires the name of one policy")
                            .help("write, for example, `no_wider_than(BASELINE)`, where `BASELINE` is a `static` or `const`")
                            .err();
                    }
                };
                let baseline = &baseline.tokens;
                let written = quote!(#(#baseline)*).to_string();
                if matches!(about, About::One(path) if path.to_string() == written) {
                    return (self.errors)
                        .push(
                            args.span,
                            "no policy is wider than itself, so this guarantee checks nothing",
                        )
                        .help("name another policy to compare with")
                        .err();
                }
                let call = about.call(&quote!(no_wider_than), &quote!(#(#baseline)*.__program()));
                Ok(proof(span, &call))
            }
            _ => self.request(about, path, args, names, chain),
        }
    }

    /// `.on(..)`, `.with(..)` and `.principal(..)` after a guarantee.
    fn chain(&mut self, name: &str, expr: &Expr, result: &mut Draft) -> Read<Chain> {
        let known: &[&str] = match name {
            "allows" | "denies" => &["on", "with", "principal"],
            "never" => &["on"],
            _ => &[],
        };
        let mut chain = Chain::default();
        for call in &expr.calls {
            let method = call.name.as_ref().map_err(|reported| *reported)?;
            let text = method.to_string();
            let Some(args) = &call.args else {
                let known_method = known.contains(&text.as_str());
                return Err(self.unfinished_call(method, &text, known_method, known));
            };
            if !known.contains(&text.as_str()) {
                let message = format!("`{name}(..)` has no method `.{text}(..)`");
                let reported = self.errors.push(method.span(), message).err();
                if !known.is_empty() {
                    self.help_nearest(&text, known, &|near| format!("`.{near}(..)`"));
                }
                return reported;
            }
            match text.as_str() {
                "on" if chain.has_resource => {
                    return (self.errors)
                        .push(method.span(), "this guarantee already has `.on(..)`")
                        .help("list all resources in one `.on(..)`")
                        .err();
                }
                "on" => {
                    self.resources(args, result);
                    chain.has_resource = true;
                }
                "principal" => {
                    let (text, literal) = self.one_string(method, args)?;
                    if chain.principal.is_some() {
                        return (self.errors)
                            .push(method.span(), "this guarantee already has a principal")
                            .err();
                    }
                    if !text.contains(['*', '?', '$'])
                        && !rekognition_iam_runtime::evaluate::is_caller(&text)
                    {
                        return (self.errors)
                            .push(
                                literal.span(),
                                format!("`{}` is not a principal that can make a request", text.escape_debug()),
                            )
                            .help("write the ARN of a user, a role, or a session, an account ID, or a service principal")
                            .help("for example, `.principal(\"arn:aws:iam::123456789012:role/indexer\")`")
                            .err();
                    }
                    if text.contains(['*', '?', '$']) {
                        return (self.errors)
                            .push(
                                literal.span(),
                                "expected one principal without wildcards",
                            )
                            .help("write, for example, `.principal(\"arn:aws:iam::123456789012:role/indexer\")`")
                            .err();
                    }
                    chain.principal = Some(literal.clone());
                }
                _ => self.context(method, args, &mut chain, result)?,
            }
        }
        Ok(chain)
    }

    /// `.with(key, values..)`
    fn context(
        &mut self,
        method: &Ident,
        args: &Items,
        chain: &mut Chain,
        result: &mut Draft,
    ) -> Read<()> {
        let [key, values @ ..] = args.items.as_slice() else {
            return (self.errors)
                .push(
                    method.span(),
                    "`with` requires a condition key and its values",
                )
                .help("write, for example, `.with(aws::SourceVpc, \"vpc-1a2b3c4d\")`")
                .err();
        };
        if let Some(call) = key.calls.first() {
            self.stray_call(call, "the key of `with(..)`")?;
        }
        let (name, key_span, typed) = self.key(key)?;
        let given = (result.conditions.iter())
            .flat_map(|block| &block.keys)
            .any(|(other, _)| other.eq_ignore_ascii_case(&name));
        if given {
            return (self.errors)
                .push(key_span, "this guarantee already has values for this key")
                .help("list all values in one `.with(..)`")
                .err();
        }
        let operator = compared_with(&name);
        let mut list = Tokens::default();
        let mut compared = Vec::new();
        for item in values {
            let Some(text) = value(item) else {
                return Err(self.not_a_string(item, "value"));
            };
            // No request has a pattern where AWS sets the value. What callers choose, such as a prefix, may look like one.
            if name
                .get(..4)
                .is_some_and(|start| start.eq_ignore_ascii_case("aws:"))
                && text.contains(['*', '?', '$'])
            {
                return (self.errors)
                    .push(item.span(), "expected a value without wildcards and policy variables")
                    .help("write a value that a request can have; to prove something of all requests, use `never(..)`")
                    .err();
            }
            let mut literal = Literal::string(&text);
            literal.set_span(item.span());
            list.push(literal);
            list.punct(',');
            compared.push((Value::String(Text::Owned(text)), item.span()));
        }
        if list.0.is_empty() {
            return (self.errors)
                .push(method.span(), "expected a value in `with(..)`")
                .err();
        }
        // A request has the key as a condition would compare it, so the rules about keys and their values look at it.
        let compared = Values {
            bracketed: false,
            items: compared,
        };
        let spans = (method.span(), None);
        self.add_condition(
            (operator.name().to_string(), spans),
            (name, key_span),
            compared,
            result,
        )?;
        let mut values = Tokens::default();
        values.group(Delimiter::Bracket, list);
        let entry =
            quote!(__ri::Entry::new(__ri::Key::of(#typed.key()), __ri::Values::Many(&#values)));
        chain.context.0.extend(entry);
        chain.context.punct(',');
        Ok(())
    }

    /// Whether a request can name this resource: one that is no pattern, or `*` for an action that is asked for without one.
    fn one_resource(&mut self, name: &str, names: &Draft, resource: &str) -> Read<()> {
        let span = names.spans.lists.resources;
        let pushed = if resource == "*" {
            let action = understood(&names.actions)?
                .into_iter()
                .next()
                .unwrap_or_default();
            let known = (action.split_once(':'))
                .and_then(|(service, name)| catalogue::service(service)?.action(name));
            if !known.is_some_and(catalogue::ActionInfo::has_resource) {
                return Ok(());
            }
            (self.errors)
                .push(
                    span,
                    format!("every request for `{action}` names a resource, so this guarantee checks nothing"),
                )
                .help(format!("name a resource, with `{name}(..).on(..)`"))
        } else if resource.contains(['*', '?', '$']) {
            (self.errors)
                .push(
                    span,
                    format!("`{name}(..)` is about one request, and no request names a resource with a wildcard or a policy variable"),
                )
                .help("write a resource that a request can name")
        } else {
            return Ok(());
        };
        // That an action is allowed on all resources cannot be proved.
        match name {
            "denies" => pushed
                .help("to prove it for all resources, use `never(..)`")
                .err(),
            _ => pushed.err(),
        }
    }

    /// The proofs of `allows(..)` and `denies(..)`: one for each resource.
    fn request(
        &mut self,
        about: &About,
        head: &Path,
        args: &Items,
        names: &Draft,
        chain: &Chain,
    ) -> Read<TokenStream> {
        let name = head.text();
        let action = match args.items.as_slice() {
            [
                Expr {
                    primary: Primary::Path(path),
                    calls,
                },
            ] if calls.is_empty() => known_action(path),
            _ => None,
        };
        let Some(action) = action else {
            return (self.errors)
                .push(args.span, format!("`{name}` requires one action, as a path"))
                .help(format!(
                    "write, for example, `{name}(rekognition::IndexFaces).on(rekognition::collection(\"us-east-1\", \"123456789012\", \"staff\"))`; only `never(..)` accepts patterns"
                ))
                .err();
        };
        let resources = match &names.resources {
            Some(Ok(parts)) => understood(parts)?,
            Some(Err(reported)) => return Err(*reported),
            None => vec!["*".to_string()],
        };
        for resource in &resources {
            self.one_resource(name, names, resource)?;
        }
        let principal = match &chain.principal {
            Some(principal) => quote!(__ri::Some(#principal)),
            None => quote!(__ri::None),
        };
        let function = Ident::new(name, Span::call_site());
        let mut context = chain.context.0.clone();
        // A request without a key that every request has cannot be made: what is said of it would be said of nothing.
        if name == "denies" {
            for key in catalogue::keys_of_every_request() {
                let given = (names.conditions.iter())
                    .flat_map(|block| &block.keys)
                    .any(|(known, _)| known.eq_ignore_ascii_case(key));
                let follows = chain.principal.is_some()
                    && ["aws:PrincipalAccount", "aws:PrincipalType", "aws:userid"].contains(key);
                if !given && !follows {
                    let key = unlisted_key(&Literal::string(key));
                    context.extend(
                        quote!(__ri::Entry::new(__ri::Key::of(#key.key()), __ri::Values::Unknown),),
                    );
                }
            }
        }
        let context: TokenStream = context.into_iter().collect();
        let mut proofs = TokenStream::new();
        for resource in resources {
            let request =
                quote!(__ri::RequestRef::new(#(#action)*, #resource, #principal, &[#context]));
            proofs.extend(proof(
                head.span(),
                &about.call(&quote!(#function), &quote!(&#request)),
            ));
        }
        Ok(proofs)
    }
}

/// Whether a pattern of resources is of all there are.
fn is_everything(resource: &str) -> bool {
    let is_open = |field: &str| !field.is_empty() && field.bytes().all(|byte| byte == b'*');
    is_open(resource)
        || resource
            .strip_prefix("arn:")
            .is_some_and(|rest| rest.split(':').all(is_open))
}

/// An operator that suits the type of the key: that of its first type, or the one of strings.
fn compared_with(key: &str) -> Operator {
    let kind = catalogue::key(key).and_then(|key| key.types.first().copied());
    (Operator::ALL.into_iter())
        .find(|operator| kind.is_some_and(|kind| operator.family().suits(kind)))
        .unwrap_or(Operator::StringEquals)
}

/// The texts of entries that were all understood.
fn understood(parts: &Parts) -> Read<Vec<String>> {
    let mut texts = Vec::new();
    for item in &parts.items {
        texts.push(item.as_deref().map_err(|reported| *reported)?.to_string());
    }
    Ok(texts)
}

/// The tokens of a path to an action; the rules say when there is no such action.
fn known_action(path: &Path) -> Option<&[proc_macro2::TokenTree]> {
    module_and_name(path)?;
    Some(&path.tokens)
}

/// A constant that fails to compile when the proof does not hold.
fn proof(span: Span, call: &TokenStream) -> TokenStream {
    quote_spanned! {span=>
        const _: () = {
            const __RI_PROOF: __ri::prove::Proof = __ri::prove::#call;
            ::core::assert!(__RI_PROOF.holds(), "{}", __RI_PROOF.message());
        };
    }
}
