//! Guarantees: the entries of `assert_policy!`.

use proc_macro2::{Delimiter, Ident, Literal, Span, TokenStream};
use quote::{quote, quote_spanned};
use rekognition_iam_runtime::document::{Document, Effect, List, PolicyKind, Text};
use rekognition_iam_runtime::suggest;

use super::common::module_and_name;
use super::conditions::value;
use super::{Lowered, LoweredStatement, Lowerer, REPORTED, any_resource};
use crate::dsl::errors::Errors;
use crate::dsl::syntax::{Expr, Items, Path, Primary};
use crate::dsl::tokens::Tokens;

const GUARANTEES: [&str; 5] = ["allows", "denies", "never", "only_on", "no_wider_than"];

/// Guarantees, lowered: the names in them as a document for the rules about names, and the proofs.
pub(crate) struct Guarantees {
    pub(crate) lowered: Lowered,
    /// One constant for each thing to prove.
    pub(crate) proofs: TokenStream,
}

/// Lowers the guarantees about the policy of this path.
pub(crate) fn guarantees(policy: &TokenStream, input: &Items, errors: &mut Errors) -> Guarantees {
    let mut lowerer = Lowerer::new(PolicyKind::Identity, errors);
    let mut statements = Vec::new();
    let mut spans = Vec::new();
    let mut proofs = TokenStream::new();
    if input.items.is_empty() && !policy.is_empty() {
        lowerer
            .errors
            .push(Span::call_site(), "nothing is asserted of this policy")
            .help("as in `assert_policy!(POLICY: never(rekognition::DeleteCollection))`");
    }
    for item in &input.items {
        let mut is_proved = false;
        if let Some((lowered, proof)) = lowerer.guarantee(policy, item) {
            statements.push(lowered.statement);
            spans.push(lowered.spans);
            is_proved = !proof.is_empty();
            proofs.extend(proof);
        }
        // An empty list would be a promise about nothing, which always holds.
        if !is_proved && lowerer.errors.is_empty() {
            lowerer
                .errors
                .push(item.span(), "this guarantee is about nothing")
                .help("name an action or a resource in it");
        }
    }
    // What stands for a variable is no text that a policy could allow: `never` would hold of it, whatever its value is.
    for hole in &lowerer.holes {
        lowerer
            .errors
            .push(
                hole.span,
                format!(
                    "`{}` cannot stand in a guarantee, which is proved before it has a value",
                    hole.name
                ),
            )
            .help("write the value out, or `*` for every value");
    }
    Guarantees {
        lowered: Lowered {
            misread: false,
            document: Document {
                version: Some(Text::Borrowed("2012-10-17")),
                id: None,
                statements: List::bracketed(statements),
            },
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

/// What stands behind the head of a guarantee.
#[derive(Default)]
struct Chain {
    has_resource: bool,
    principal: Option<Literal>,
    /// Entries of a request's context, a comma behind each.
    context: Tokens,
}

impl Lowerer<'_> {
    fn guarantee(
        &mut self,
        policy: &TokenStream,
        expr: &Expr,
    ) -> Option<(LoweredStatement, TokenStream)> {
        let (path, args) = match &expr.primary {
            Primary::Call(path, args) => (path, args),
            Primary::Unknown(..) => return None,
            _ => {
                self.errors
                    .push(expr.span(), "expected a guarantee")
                    .help("as in `never(rekognition::DeleteCollection)`");
                return None;
            }
        };
        let name = path.text();
        let span = path.span();
        let mut result = LoweredStatement::new(Effect::Allow, span);
        match name.as_str() {
            "allows" | "denies" | "never" => self.actions(args, &mut result),
            "only_on" => {
                self.resources(args, &mut result);
            }
            "no_wider_than" => {}
            _ => {
                self.errors.push(span, format!("no guarantee `{name}`"));
                match suggest::nearest(&name, GUARANTEES) {
                    Some(near) => self.last_help(format!("did you mean `{near}(..)`?")),
                    None => self.last_help(
                        "there are `allows(..)`, `denies(..)`, `never(..)`, `only_on(..)` and `no_wider_than(..)`",
                    ),
                }
                return None;
            }
        }
        if result.statement.actions.not {
            self.errors
                .push(
                    result.spans.lists.actions,
                    format!("`not(..)` cannot stand in `{name}(..)`"),
                )
                .help("name the actions themselves, or a pattern of them");
            return None;
        }
        let chain = self.chain(&name, expr, &mut result)?;
        if (result.statement.resources.as_ref()).is_some_and(|resources| resources.not) {
            self.errors
                .push(
                    result.spans.lists.resources,
                    format!("`not(..)` cannot stand in `{name}(..)`"),
                )
                .help("name the resources themselves, or a pattern of them");
            return None;
        }
        let proofs = self.proofs(policy, path, args, &result, &chain)?;
        // What is proved of the document is not what it grants: the rules about names look at it, no others.
        if result.statement.resources.is_none() {
            result.statement.resources = Some(any_resource());
        }
        if result.statement.actions.values.items.is_empty() {
            result.statement.actions.values = List::shortest(vec![Text::Borrowed(REPORTED)]);
        }
        Some((result, proofs))
    }

    /// What a guarantee of this name has to prove.
    fn proofs(
        &mut self,
        policy: &TokenStream,
        path: &Path,
        args: &Items,
        names: &LoweredStatement,
        chain: &Chain,
    ) -> Option<TokenStream> {
        let span = path.span();
        let resources: Vec<String> = (names.statement.resources.iter())
            .flat_map(|element| &element.values)
            .map(ToString::to_string)
            .collect();
        match path.text().as_str() {
            "never" => {
                let any = ["*".to_string()];
                let on = if chain.has_resource {
                    resources.as_slice()
                } else {
                    &any
                };
                let mut proofs = TokenStream::new();
                for action in &names.statement.actions.values {
                    if action == REPORTED {
                        continue;
                    }
                    let action = action.as_ref();
                    for resource in on {
                        let call = quote!(never(#policy.__program(), #action, #resource));
                        proofs.extend(proof(span, &call));
                    }
                }
                Some(proofs)
            }
            "only_on" if resources.is_empty() => None,
            "only_on" => Some(proof(
                span,
                &quote!(only_on(#policy.__program(), &[#(#resources),*])),
            )),
            "no_wider_than" => {
                let [
                    Expr {
                        primary: Primary::Path(baseline),
                        calls,
                    },
                ] = args.items.as_slice()
                else {
                    self.errors
                        .push(args.span, "`no_wider_than` takes the name of one policy")
                        .help("as in `no_wider_than(BASELINE)`, where `BASELINE` is a `static` or `const`");
                    return None;
                };
                if baseline.open || !calls.is_empty() {
                    return None;
                }
                let baseline = &baseline.tokens;
                let call = quote!(no_wider_than(#policy.__program(), #(#baseline)*.__program()));
                Some(proof(span, &call))
            }
            _ => self.request(policy, path, args, &resources, chain),
        }
    }

    /// `.on(..)`, `.with(..)` and `.principal(..)` behind a guarantee.
    fn chain(&mut self, name: &str, expr: &Expr, result: &mut LoweredStatement) -> Option<Chain> {
        let known: &[&str] = match name {
            "allows" | "denies" => &["on", "with", "principal"],
            "never" => &["on"],
            _ => &[],
        };
        let mut chain = Chain::default();
        for call in &expr.calls {
            let method = call.name.as_ref()?;
            let text = method.to_string();
            let Some(args) = &call.args else {
                self.unfinished_call(method, &text, known.contains(&text.as_str()), known);
                return None;
            };
            if !known.contains(&text.as_str()) {
                self.errors
                    .push(method.span(), format!("`{name}(..)` has no `.{text}(..)`"));
                if !known.is_empty() {
                    self.help_nearest(&text, known, &|near| format!("`.{near}(..)`"));
                }
                return None;
            }
            match text.as_str() {
                "on" => {
                    self.resources(args, result);
                    chain.has_resource = true;
                }
                "principal" => {
                    let (_, literal) = self.one_string(method, args)?;
                    chain.principal = Some(literal.clone());
                }
                _ => self.context(method, args, &mut chain)?,
            }
        }
        Some(chain)
    }

    /// `.with(key, values..)`
    fn context(&mut self, method: &Ident, args: &Items, chain: &mut Chain) -> Option<()> {
        let [key, values @ ..] = args.items.as_slice() else {
            self.errors
                .push(method.span(), "`with` takes a condition key and its values")
                .help("as in `.with(aws::SourceVpc, \"vpc-1a2b3c4d\")`");
            return None;
        };
        let (_, _, typed) = self.key(key)?;
        let mut list = Tokens::default();
        for item in values {
            let Some(text) = value(item) else {
                self.not_a_string(item, "value");
                return None;
            };
            let mut literal = Literal::string(&text);
            literal.set_span(item.span());
            list.push(literal);
            list.punct(',');
        }
        if list.0.is_empty() {
            self.errors
                .push(method.span(), "the value is missing in `with(..)`");
            return None;
        }
        let mut values = Tokens::default();
        values.group(Delimiter::Bracket, list);
        let entry =
            quote!(__ri::Entry::new(__ri::Key::of(#typed.key()), __ri::Values::Many(&#values)));
        chain.context.0.extend(entry);
        chain.context.punct(',');
        Some(())
    }

    /// The proofs of `allows(..)` and `denies(..)`: one for each resource.
    fn request(
        &mut self,
        policy: &TokenStream,
        head: &Path,
        args: &Items,
        resources: &[String],
        chain: &Chain,
    ) -> Option<TokenStream> {
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
            self.errors
                .push(args.span, format!("`{name}` takes one action, as a path"))
                .help(format!(
                    "as in `{name}(rekognition::IndexFaces).on(rekognition::collection(\"us-east-1\", \"123456789012\", \"staff\"))`; `never(..)` takes patterns"
                ));
            return None;
        };
        let any = ["*".to_string()];
        let resources = if chain.has_resource { resources } else { &any };
        let principal = match &chain.principal {
            Some(principal) => quote!(__ri::Some(#principal)),
            None => quote!(__ri::None),
        };
        let function = Ident::new(&name, Span::call_site());
        let context = &chain.context;
        let mut proofs = TokenStream::new();
        for resource in resources {
            let request =
                quote!(__ri::RequestRef::new(#(#action)*, #resource, #principal, &[#context]));
            proofs.extend(proof(
                head.span(),
                &quote!(#function(#policy.__program(), &#request)),
            ));
        }
        Some(proofs)
    }
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
