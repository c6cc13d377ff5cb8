//! The blocks of a file, as the sections of the same configuration in JSON.

use crate::input::hcl::value::Place;
use crate::input::tree::Id;

/// Blocks by section, type, and name, in the order of the text.
#[derive(Default)]
pub(super) struct Sections(pub(super) Vec<(String, Vec<Typed>)>);

/// The blocks of a type, by their names.
pub(super) type Typed = (String, Vec<Named>);

pub(super) type Named = (String, Place, Vec<Id>);

impl Sections {
    pub(super) fn add(&mut self, section: &str, kind: &str, name: &str, id: Id, head: Place) {
        let kinds = at(
            &mut self.0,
            |(known, _)| known == section,
            || (section.to_string(), Vec::new()),
        );
        let Some((_, kinds)) = kinds else { return };
        let names = at(
            kinds,
            |(known, _)| known == kind,
            || (kind.to_string(), Vec::new()),
        );
        let Some((_, names)) = names else { return };
        let ids = at(
            names,
            |(known, ..)| known == name,
            || (name.to_string(), head, Vec::new()),
        );
        if let Some((.., ids)) = ids {
            ids.push(id);
        }
    }
}

/// The item that fits, which is added if there is none.
fn at<T>(items: &mut Vec<T>, fits: impl Fn(&T) -> bool, new: impl FnOnce() -> T) -> Option<&mut T> {
    let found = items.iter().position(fits);
    if found.is_none() {
        items.push(new());
    }
    match found {
        Some(found) => items.get_mut(found),
        None => items.last_mut(),
    }
}
