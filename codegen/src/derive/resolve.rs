//! What a path in a module represents: through imports, globs and the modules around it.

use super::names::{DEPTH, Def, Names, TypeItem};
use super::packages::Krate;
use super::sdk::Client;
use super::types::is_library;

/// More names than any path leads through. Globs of modules that import each other could go on for ever.
const STEPS: usize = 4096;

impl Names<'_> {
    /// What a path in a module represents as a type or module.
    pub(super) fn ty(&self, module: usize, path: &[String]) -> Option<Def> {
        self.steps.set(STEPS);
        self.resolve(module, path, false, 0)
    }

    /// What a path in a module represents as a value.
    pub(super) fn path_value(&self, module: usize, path: &[String]) -> Option<Def> {
        self.steps.set(STEPS);
        self.resolve(module, path, true, 0)
    }

    fn resolve(&self, module: usize, path: &[String], value: bool, depth: usize) -> Option<Def> {
        if depth > DEPTH {
            return None;
        }
        let (first, rest) = path.split_first()?;
        let here = self.modules.get(module)?;
        let mut def = match first.as_str() {
            "" => {
                let (name, rest) = rest.split_first()?;
                return self.in_crate(module, name, rest, value, depth);
            }
            "crate" | "$crate" => Def::Module(here.root),
            "self" => Def::Module(self.enclosing(module)?),
            "super" => Def::Module(self.modules.get(self.enclosing(module)?)?.parent?),
            name => {
                let in_values = value && rest.is_empty();
                match self.lexical(module, name, in_values, depth) {
                    Some(def) => def,
                    None => return self.in_crate(module, name, rest, value, depth),
                }
            }
        };
        for (number, name) in rest.iter().enumerate() {
            let last = number + 1 == rest.len();
            def = self.member(def, name, value && last, depth)?;
        }
        Some(def)
    }

    /// A path that begins with the name of a crate, as the package of this module calls it.
    fn in_crate(
        &self,
        module: usize,
        name: &str,
        rest: &[String],
        value: bool,
        depth: usize,
    ) -> Option<Def> {
        let package = self.package_of(module)?;
        let (root, external) = match package.names.get(name) {
            Some(Krate::Package(number)) => {
                let found = self.packages.get(*number)?;
                (found.root, found.crate_name.as_str())
            }
            Some(Krate::External(external)) => (None, external.as_str()),
            None if package.crate_name == name => (package.root, name),
            None => (None, name),
        };
        if let Some(root) = root {
            let mut def = Def::Module(root);
            for (number, name) in rest.iter().enumerate() {
                let last = number + 1 == rest.len();
                def = self.member(def, name, value && last, depth)?;
            }
            return Some(def);
        }
        let path: Vec<String> = std::iter::once(external.to_owned())
            .chain(rest.iter().cloned())
            .collect();
        Some(Def::External(path.into()))
    }

    /// The module that is no block.
    fn enclosing(&self, mut module: usize) -> Option<usize> {
        for _ in 0..=self.modules.len() {
            let here = self.modules.get(module)?;
            if !here.is_block {
                return Some(module);
            }
            module = here.parent?;
        }
        None
    }

    /// A single name as it is seen from a module: its own, in a block also those around it.
    fn lexical(&self, module: usize, name: &str, value: bool, depth: usize) -> Option<Def> {
        let mut module = module;
        for _ in 0..=self.modules.len() {
            if let Some(def) = self.named(module, name, value, depth) {
                return Some(def);
            }
            let here = self.modules.get(module)?;
            if !here.is_block {
                return None;
            }
            module = here.parent?;
        }
        None
    }

    /// A name in a module itself.
    fn named(&self, module: usize, name: &str, value: bool, depth: usize) -> Option<Def> {
        self.steps.set(self.steps.get().checked_sub(1)?);
        let here = self.modules.get(module)?;
        if let Some(entries) = here.names.get(name) {
            let own = if value { &entries.value } else { &entries.ty };
            if own.is_some() {
                return own.clone();
            }
            if let Some(import) = &entries.import {
                let found = self.import_target(module, name, import, value, depth + 1);
                if found.is_some() {
                    return found;
                }
            }
        }
        for (_, target) in &here.globs {
            let found = match target {
                Some(Def::Module(target)) if *target != module && depth < DEPTH => {
                    self.named(*target, name, value, depth + 1)
                }
                Some(Def::Type(target)) => self.variant(*target, name),
                _ => None,
            };
            if found.is_some() {
                return found;
            }
        }
        // What a glob of another crate holds is not known; of the SDK's crates it is `Client` and the modules.
        here.globs.iter().find_map(|(_, target)| match target {
            Some(Def::External(path)) if self.is_sdk(path) => {
                let known = ["Client", "Config", "types", "operation", "client", "config"];
                let is_type = path.last().is_some_and(|last| last == "types");
                (known.contains(&name)
                    || is_type
                        && !is_prelude(name)
                        && name.chars().next().is_some_and(char::is_uppercase))
                .then(|| joined(path, name))
            }
            _ => None,
        })
    }

    /// The client whose crate a path leads into, and how many of its names lead there: `aws_sdk_s3::..`, and
    /// `bridge::aws_sdk_s3::..` of a crate that exports it.
    pub(super) fn sdk_crate(&self, path: &[String]) -> Option<(Client, usize)> {
        let (first, rest) = path.split_first()?;
        if let Some(client) = self.sdk.client(first) {
            return Some((client, 1));
        }
        if is_library(first) {
            return None;
        }
        (rest.iter().enumerate())
            .find_map(|(number, name)| Some((self.sdk.client(name)?, number + 2)))
    }

    fn is_sdk(&self, path: &[String]) -> bool {
        self.sdk_crate(path).is_some()
    }

    /// Finds what glob imports lead to. One may be found through another, so this goes on until nothing new turns up;
    /// a look-up never follows a glob that is not known yet, and so none in a circle.
    pub(super) fn follow_globs(&mut self) {
        for _ in 0..DEPTH {
            let mut found = Vec::new();
            for (module, here) in self.modules.iter().enumerate() {
                for (number, (path, known)) in here.globs.iter().enumerate() {
                    self.steps.set(STEPS);
                    let target = self.resolve(module, path, false, 0);
                    if target.is_some() && target != *known {
                        found.push((module, number, target));
                    }
                }
            }
            if found.is_empty() {
                return;
            }
            for (module, number, target) in found {
                let glob =
                    (self.modules.get_mut(module)).and_then(|module| module.globs.get_mut(number));
                if let Some((_, known)) = glob {
                    *known = target;
                }
            }
        }
    }

    fn import_target(
        &self,
        module: usize,
        name: &str,
        import: &[String],
        value: bool,
        depth: usize,
    ) -> Option<Def> {
        if depth > DEPTH {
            return None;
        }
        // `use rek;` or `use a::rek` where the name is also its own alias must not find itself.
        if let [only] = import
            && only == name
        {
            return self.in_crate(module, only, &[], value, depth);
        }
        self.resolve(module, import, value, depth)
    }

    fn member(&self, def: Def, name: &str, value: bool, depth: usize) -> Option<Def> {
        match def {
            Def::Module(module) => match name {
                "self" => Some(Def::Module(module)),
                "super" => Some(Def::Module(self.modules.get(module)?.parent?)),
                name => self.named(module, name, value, depth + 1),
            },
            Def::External(path) => Some(joined(&path, name)),
            Def::Type(number) => self.variant(number, name),
            Def::Variant(..) | Def::Function(_) | Def::Value(_) => None,
        }
    }

    pub(super) fn variant(&self, number: usize, name: &str) -> Option<Def> {
        match self.types.get(number)?.item {
            TypeItem::Enum(item) => (item.variants.iter())
                .position(|variant| variant.ident == name)
                .map(|variant| Def::Variant(number, variant)),
            _ => None,
        }
    }
}

/// A name of the prelude. The SDK has no types of these names, so no glob of it brings one.
fn is_prelude(name: &str) -> bool {
    const NAMES: [&str; 44] = [
        "Some",
        "None",
        "Ok",
        "Err",
        "Option",
        "Result",
        "String",
        "Vec",
        "Box",
        "Arc",
        "Rc",
        "Self",
        "Into",
        "From",
        "TryInto",
        "TryFrom",
        "AsRef",
        "AsMut",
        "Clone",
        "Copy",
        "Default",
        "Drop",
        "Eq",
        "Ord",
        "PartialEq",
        "PartialOrd",
        "Fn",
        "FnMut",
        "FnOnce",
        "Iterator",
        "IntoIterator",
        "DoubleEndedIterator",
        "ExactSizeIterator",
        "Extend",
        "FromIterator",
        "Future",
        "IntoFuture",
        "Send",
        "Sync",
        "Sized",
        "Unpin",
        "ToOwned",
        "ToString",
        "Debug",
    ];
    NAMES.contains(&name)
}

fn joined(path: &[String], name: &str) -> Def {
    Def::External(path.iter().cloned().chain([name.to_owned()]).collect())
}
