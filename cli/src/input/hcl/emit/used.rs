//! Blocks of other files that say what is checked between resources.

use super::Emitter;
use crate::input::hcl::module::Block;
use crate::input::hcl::shared::uses_of;

impl Emitter<'_, '_> {
    /// The roles of other files that this file names, and the documents that these name: the role must trust what uses it.
    pub(super) fn used<'b>(&self, others: &[&'b Block]) -> Vec<&'b Block> {
        let of = |section: &str, kind: &str| {
            let of = |block: &&&'b Block| {
                block.ident == section && block.labels.first().is_some_and(|label| label == kind)
            };
            others.iter().filter(of).copied().collect::<Vec<_>>()
        };
        let named_in = |block: &Block, text: &str| match block.labels.as_slice() {
            [kind, name] => !uses_of(&format!("{kind}.{name}"), text).is_empty(),
            _ => false,
        };
        let roles: Vec<&Block> = (of("resource", "aws_iam_role").into_iter())
            .filter(|role| named_in(role, self.text))
            .collect();
        let texts: Vec<String> = (roles.iter())
            .filter_map(|role| {
                let file = self.env.world.file(role.place.file)?;
                Some(file.text.get(role.place.start..role.place.end)?.to_string())
            })
            .collect();
        if texts.is_empty() {
            return roles;
        }
        let documents = of("data", "aws_iam_policy_document").into_iter();
        let documents = documents.filter(|block| texts.iter().any(|text| named_in(block, text)));
        roles.into_iter().chain(documents).collect()
    }
}
