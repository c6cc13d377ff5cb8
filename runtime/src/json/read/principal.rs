//! `Principal` and `NotPrincipal`.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::vec::Vec;

use super::reader::{At, Reader, Step, shortened};
use super::statement::Name;
use crate::check::rules;
use crate::document::{List, Place, PrincipalKind, PrincipalSet, Principals, Text};
use crate::json::lex::{Kind, Span};
use crate::suggest::{certain_word, nearest_of};

impl<'t> Reader<'t> {
    /// Nothing when the value cannot be read.
    pub(super) fn principals(&mut self, at: At, name: Name) -> Step<Option<Principals<'t>>> {
        let place = Place::Principals(at.s);
        let kind = self.lexer.kind()?;
        let set = match kind {
            Kind::String => {
                let (text, span) = self.lexer.string()?;
                self.places.put(place, span);
                if text == "*" {
                    PrincipalSet::Anyone
                } else {
                    self.principal_format(at, name, kind, span);
                    self.bare_principal(at, text, span)
                }
            }
            Kind::Object => PrincipalSet::Listed(self.principal_kinds(at, name)?),
            Kind::Number | Kind::Bool | Kind::Null | Kind::List => {
                let span = self.lexer.skip()?;
                self.places.put(place, span);
                self.principal_format(at, name, kind, span);
                return Ok(None);
            }
        };
        let not = name.not();
        Ok(Some(Principals { not, set }))
    }

    /// A string where an object belongs: most often the ARN of a role or an account's number, which `AWS` would hold.
    #[cold]
    fn bare_principal(&mut self, at: At, text: Text<'t>, span: Span) -> PrincipalSet<'t> {
        self.places.put(Place::Principal(at.s, 0, 0), span);
        let kind = if text.ends_with(".amazonaws.com") {
            PrincipalKind::Service
        } else {
            PrincipalKind::Aws
        };
        let names = List::shortest(alloc::vec![text]);
        PrincipalSet::Listed(alloc::vec![(kind, names)])
    }

    #[cold]
    fn principal_format(&mut self, at: At, name: Name, kind: Kind, span: Span) {
        let held = match kind {
            Kind::String => format!(
                "a string, {}",
                shortened(span.of(self.lexer.text()).trim_matches('"'))
            ),
            other @ (Kind::Number | Kind::Bool | Kind::Null | Kind::List | Kind::Object) => {
                other.words().to_owned()
            }
        };
        let place = Place::Principals(at.s);
        let path = at.path(&[name.text()]);
        let message = format!("`{}` cannot be {held}", name.text());
        self.report(&rules::INVALID_PRINCIPAL_FORMAT, place, span, path, message)
            .finding
            .help("write `\"*\"`, or an object: `{\"AWS\": ..}`, `{\"Service\": ..}`, `{\"Federated\": ..}`, or `{\"CanonicalUser\": ..}`");
    }

    /// The object that lists principals by their kinds.
    fn principal_kinds(
        &mut self,
        at: At,
        name: Name,
    ) -> Step<Vec<(PrincipalKind, List<Text<'t>>)>> {
        let start = self.lexer.offset();
        self.lexer.open(b'{')?;
        let mut kinds = Vec::new();
        let mut go_on = !self.lexer.closes(b'}');
        while go_on {
            let (key, span) = self.lexer.name()?;
            let kind =
                principal_kind(&key).or_else(|| self.no_principal_kind(at, name, &key, span));
            match kind {
                Some(kind) => {
                    let (s, k) = (at.s, kinds.len());
                    let keys = [name.text(), kind.name()];
                    let names = self.texts(at, &keys, |n| Place::Principal(s, k, n))?;
                    kinds.push((kind, names));
                }
                None => drop(self.lexer.skip()?),
            }
            go_on = self.lexer.more(b'}')?;
        }
        let whole = Span::new(start, self.lexer.offset());
        self.places.put(Place::Principals(at.s), whole);
        Ok(kinds)
    }

    /// Reports a kind of principal that there is not, and says which one was probably meant.
    #[cold]
    fn no_principal_kind(
        &mut self,
        at: At,
        name: Name,
        key: &str,
        span: Span,
    ) -> Option<PrincipalKind> {
        let kinds = PrincipalKind::ALL.map(PrincipalKind::name);
        let near = nearest_of(key, &kinds);
        let certain = certain_word(key, &kinds);
        let place = Place::Principals(at.s);
        let path = at.path(&[name.text(), key]);
        let message = format!("unknown principal type `{}`", key.escape_debug());
        let choice = "the types are `AWS`, `Service`, `Federated`, and `CanonicalUser`";
        self.report(&rules::INVALID_PRINCIPAL_KEY, place, span, path, message)
            .meant(key, near, certain, choice);
        principal_kind(near?)
    }
}

fn principal_kind(name: &str) -> Option<PrincipalKind> {
    PrincipalKind::ALL
        .into_iter()
        .find(|kind| kind.name() == name)
}
