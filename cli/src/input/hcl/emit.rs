//! The values of a file as a tree: what Terraform's configuration in JSON would say, with everything evaluated that the files
//! say, and the rest as references in strings.

mod configuration;
mod sections;
mod texts;
mod used;

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::rc::Rc;

use rekognition_iam_runtime::json::Span;

use self::sections::Sections;
use self::texts::{escaped, holds_policy, others, pieces, reference, shown};
use super::arguments;
use super::document::each_block;
use super::env::Env;
use super::instances::Instance;
use super::module::{Block, Blocks};
use super::names::TEMPLATE_FILE;
use super::scope::Scope;
use super::shared::uses_of;
use super::template;
use super::value::{self, FileId, Key, Kind, List, Part, Place, Text, Value};
use super::world::Purpose;
use crate::input::positions::Positions;
use crate::input::tree::{self, Called, Id, Node, Style, Tree};
use crate::input::{properties, stack};

/// Arguments of all blocks, which are about Terraform and not about what it makes.
const META: [&str; 8] = [
    "count",
    "for_each",
    "provider",
    "providers",
    "depends_on",
    "lifecycle",
    "source",
    "version",
];

/// A member of documents that others are merged with.
pub(crate) const SOURCE: &str = "source";

/// Branches that are checked, each by itself.
const MAX_BRANCHES: usize = 16;

/// Modules that are read for one file.
const MAX_CALLED: usize = 50;

pub(super) struct Emitter<'t, 'e> {
    pub(super) tree: Tree<'t>,
    own: FileId,
    text: &'t str,
    env: Env<'e>,
    /// What the references of the module that is written start with.
    address: String,
    /// Whether what is written is in the JSON of something else, where the JSON of a value is a text.
    in_json: bool,
    /// Whether something that may be a policy was written.
    is_policy: bool,
    /// The variables whose defaults are in policies.
    pub(super) defaults: BTreeSet<String>,
    /// The arguments of modules that were read as statements.
    pub(super) assumed: BTreeSet<String>,
}

/// Which attributes of a body are written.
#[derive(Debug, Clone, Copy)]
enum Take<'n> {
    All,
    /// Those in which there may be a policy.
    Policies,
    /// The same of the arguments of a module of this name that is not on disk.
    Arguments(&'n str),
}

impl<'t, 'e> Emitter<'t, 'e> {
    pub(super) fn new(text: &'t str, own: FileId, env: Env<'e>) -> Self {
        Self {
            tree: Tree::new(text),
            own,
            text,
            env,
            address: String::new(),
            in_json: false,
            is_policy: false,
            defaults: BTreeSet::new(),
            assumed: BTreeSet::new(),
        }
    }

    /// Writes the blocks of the file, and what references need to know of the others.
    pub(super) fn module(&mut self) {
        self.calls();
        let module = Rc::clone(&self.env.scope.module);
        let (own, others): (Vec<&Block>, Vec<&Block>) =
            (module.blocks.iter()).partition(|block| block.place.file == self.own);
        let mut sections = Sections::default();
        for block in own {
            self.env.world.defaults.take();
            self.is_policy = false;
            self.block(&mut sections, block);
            if self.is_policy {
                self.defaults.extend(self.env.world.defaults.take());
            }
        }
        let root = self.sections(sections);
        self.tree.roots.push(root);
        let mut sections = Sections::default();
        let used = self.used(&others);
        for block in others {
            if let ("resource" | "data", [kind, name]) =
                (block.ident.as_str(), block.labels.as_slice())
            {
                if used.iter().any(|used| std::ptr::eq(*used, block)) {
                    // What is worth a note is noted for its own file.
                    let notes = self.env.world.notes.borrow().clone();
                    let env = self.env.of_module(block.place.file);
                    self.resource(&env, &mut sections, block, Span::default());
                    self.env.world.notes.replace(notes);
                    continue;
                }
                let id = self.outline(block, kind);
                sections.add(&block.ident, kind, name, id, block.head);
            }
        }
        self.tree.context = Some(self.sections(sections));
    }

    /// Writes the modules that the file calls.
    fn calls(&mut self) {
        let own = self.own;
        let module = Rc::clone(&self.env.scope.module);
        let blocks = (module.blocks.iter())
            .filter(|block| block.place.file == own && block.ident == "module");
        for block in blocks {
            let Some(name) = block.labels.first() else {
                continue;
            };
            let head = block.head;
            if self.is_off(self.env, block, name) {
                continue;
            }
            for (_, scope) in self.env.calls(name).iter().flat_map(|calls| calls.iter()) {
                self.called(scope, &format!("module.{name}"), head);
            }
        }
    }

    /// Whether a call is switched off, which is noted.
    fn is_off(&self, env: Env<'_>, block: &Block, name: &str) -> bool {
        let is_off = self.env.world.purpose == Purpose::Check && is_off(&env, block);
        if is_off && env.calls(name).is_some() {
            self.env.world.note(format!(
                "{}module.{name} was not checked with its arguments: its `count` is 0",
                env.scope.address
            ));
        }
        is_off
    }

    fn called(&mut self, scope: &Rc<Scope>, path: &str, head: Place) {
        if self.tree.calls.len() >= MAX_CALLED {
            self.env.world.note(format!(
                "more than {MAX_CALLED} modules are called; the rest was not checked"
            ));
            return;
        }
        let root = self.blocks_of(scope, head);
        let alone = (self.env.world.purpose == Purpose::Check).then(|| {
            let world = self.env.world;
            // What is worth a note is noted with the arguments of the call.
            let (notes, elsewhere) = (
                world.notes.borrow().clone(),
                world.elsewhere.borrow().clone(),
            );
            let scope = Scope::root(Rc::clone(&scope.module));
            let root = self.blocks_of(&scope, head);
            world.notes.replace(notes);
            world.elsewhere.replace(elsewhere);
            root
        });
        self.tree.calls.push(Called {
            path: path.to_string(),
            address: scope.address.clone(),
            directory: scope.module.directory.display().to_string(),
            root,
            alone,
        });
        let env = Env { scope, ..self.env };
        for block in scope
            .module
            .blocks
            .iter()
            .filter(|block| block.ident == "module")
        {
            let Some(name) = block.labels.first() else {
                continue;
            };
            if self.is_off(env, block, name) {
                continue;
            }
            for (_, inner) in env.calls(name).iter().flat_map(|calls| calls.iter()) {
                self.called(inner, &format!("{path}.module.{name}"), head);
            }
        }
    }

    /// Writes the resources and data sources of a module.
    fn blocks_of(&mut self, scope: &Rc<Scope>, head: Place) -> Id {
        let address = std::mem::replace(&mut self.address, scope.address.clone());
        let mut sections = Sections::default();
        for block in &scope.module.blocks {
            let env = Env {
                scope,
                file: block.place.file,
                ..self.env
            };
            if matches!(block.ident.as_str(), "resource" | "data") {
                self.resource(&env, &mut sections, block, span(head));
            }
        }
        self.address = address;
        self.sections(sections)
    }

    /// Writes the instances of a resource or data source, at `around` when it is in another file.
    fn resource(&mut self, env: &Env<'_>, sections: &mut Sections, block: &Block, around: Span) {
        let [kind, name] = block.labels.as_slice() else {
            return;
        };
        let at = match block.place.file == self.own {
            true => span(block.place),
            false => around,
        };
        for instance in env.instances(block) {
            let id = if block.ident == "data" && kind == "aws_iam_policy_document" {
                let document = env.document(block, &instance);
                self.is_policy = true;
                let id = self.value(&document, at);
                let mut members = vec![("json", block.head, id)];
                if is_source(env, name) {
                    let id = self.node(tree::Value::Null, at);
                    members.push((SOURCE, block.head, id));
                }
                self.map(members, at)
            } else if block.ident == "data" && kind == TEMPLATE_FILE {
                // What it makes of its template is checked where it is used.
                self.map::<&str>(Vec::new(), at)
            } else {
                env.with(&instance.names, |env| self.body(env, &block.body, at, 0))
            };
            self.is_instance(id, &instance);
            sections.add(&block.ident, kind, name, id, block.head);
        }
    }

    /// Remembers which instance of a block a node is.
    fn is_instance(&mut self, id: Id, instance: &Instance) {
        let index = instance.index.shown();
        self.tree.instances.extend(index.map(|index| (id, index)));
    }

    fn block(&mut self, sections: &mut Sections, block: &Block) {
        let env = Env {
            file: block.place.file,
            ..self.env
        };
        match (block.ident.as_str(), block.labels.as_slice()) {
            ("resource" | "data" | "ephemeral", [_, _]) => {
                self.resource(&env, sections, block, span(block.place));
            }
            ("module", [name]) => {
                let take = match env.calls(name) {
                    // Its other arguments are read in the module.
                    Some(_) => Take::Policies,
                    None => Take::Arguments(name),
                };
                for instance in env.instances(block) {
                    let id = env.with(&instance.names, |env| {
                        self.body_of(env, &block.body, span(block.place), 0, take)
                    });
                    self.is_instance(id, &instance);
                    sections.add(&block.ident, "", name, id, block.head);
                }
            }
            ("variable", [name]) => {
                if let Some(default) = block.body.attribute("default") {
                    let value = env.value(&default.value);
                    if !holds_policy(&value) {
                        return;
                    }
                    let id = self.value(&value, span(default.name_place));
                    let id = self.map(vec![("default", default.name_place, id)], span(block.place));
                    sections.add(&block.ident, "", name, id, block.head);
                }
            }
            ("locals", _) => {
                for attribute in &block.body.attributes {
                    let value = env.local(&attribute.name, attribute.name_place);
                    if !holds_policy(&value) {
                        continue;
                    }
                    let id = self.value(&value, span(attribute.name_place));
                    sections.add("locals", "", &attribute.name, id, attribute.name_place);
                }
            }
            _ if self.of_configuration(&env, sections, block) => {}
            (ident, labels) => {
                let id = self.body(&env, &block.body, span(block.place), 0);
                let name = labels.first().map_or("", String::as_str);
                sections.add(ident, "", name, id, block.head);
            }
        }
    }

    /// What references need to know of a block in another file: its name, and which documents it uses.
    fn outline(&mut self, block: &Block, kind: &str) -> Id {
        let mut members = Vec::new();
        let policies = properties::of(kind).filter_map(|(path, _)| path.split(['.', '[']).next());
        let names: BTreeSet<&str> = (policies.chain(stack::name_argument(kind)))
            .chain(["path"])
            .collect();
        for attribute in &block.body.attributes {
            if !names.contains(attribute.name.as_str()) {
                continue;
            }
            let env = Env {
                file: attribute.file,
                ..self.env
            };
            // A block with instances has names that depend on them. What a policy is, is evaluated where it is checked.
            let is_name = Some(attribute.name.as_str()) == stack::name_argument(kind);
            let value = match env.instances(block).as_slice() {
                [only] if is_name => env.with(&only.names, |env| env.value(&attribute.value)),
                _ => env.unknown(&attribute.value),
            };
            if let Some(text) = shown(&value) {
                let id = self.text_node(text, Span::default());
                members.push((attribute.name.as_str(), attribute.name_place, id));
            }
        }
        self.map(members, Span::default())
    }

    /// A body as an object: its attributes, and a list of objects for the blocks of each name.
    fn body(&mut self, env: &Env<'_>, body: &Blocks, at: Span, depth: usize) -> Id {
        self.body_of(env, body, at, depth, Take::All)
    }

    fn body_of(
        &mut self,
        env: &Env<'_>,
        body: &Blocks,
        at: Span,
        depth: usize,
        take: Take<'_>,
    ) -> Id {
        let mut members = Vec::new();
        for attribute in &body.attributes {
            if depth == 0 && META.contains(&attribute.name.as_str()) {
                // That there may be none, or several, is all that is known after this.
                if matches!(attribute.name.as_str(), "count" | "for_each") {
                    let id = self.node(tree::Value::Null, at);
                    members.push((attribute.name.as_str(), attribute.name_place, id));
                }
                continue;
            }
            let env = Env {
                file: attribute.file,
                ..*env
            };
            let mut value = env.value(&attribute.value);
            let around = match attribute.file == self.own {
                true => span(attribute.name_place),
                false => at,
            };
            if let Take::Arguments(module) = take
                && let Some(documents) = arguments::with_documents(&env, &value)
            {
                let name = &attribute.name;
                self.assumed.insert(format!("module.{module}.{name}"));
                value = documents;
            }
            if !matches!(take, Take::All) && !holds_policy(&value) {
                continue;
            }
            let id = self.value(&value, around);
            members.push((attribute.name.as_str(), attribute.name_place, id));
        }
        let mut names: Vec<(&str, Place)> = Vec::new();
        for block in &body.blocks {
            let name = block.kind();
            let is_meta = depth == 0 && matches!(name, "lifecycle" | "provisioner" | "connection");
            if !is_meta && !names.iter().any(|(known, _)| *known == name) {
                names.push((name, block.head));
            }
        }
        if depth < tree::MAX_DEPTH / 4 {
            for (name, head) in names {
                let mut items = Vec::new();
                each_block(env, body, name, &mut |env, body, place, _| {
                    let inner = match place.file == self.own {
                        true => span(place),
                        false => at,
                    };
                    items.push(self.body(env, body, inner, depth + 1));
                });
                let id = self.node(tree::Value::List(items), span(head));
                members.push((name, head, id));
            }
        }
        self.map(members, at)
    }

    fn sections(&mut self, sections: Sections) -> Id {
        let mut out = Vec::new();
        for (section, kinds) in sections.0 {
            let mut of_section = Vec::new();
            for (kind, names) in kinds {
                let mut of_kind = Vec::new();
                for (name, head, ids) in names {
                    let id = match ids.as_slice() {
                        &[only] => only,
                        _ => self.node(tree::Value::List(ids), span_in(head, self.own)),
                    };
                    of_kind.push((name, head, id));
                }
                match kind.as_str() {
                    // These sections have no types.
                    "" => of_section.extend(of_kind),
                    _ => {
                        let head = of_kind.first().map(|(_, head, _)| *head);
                        let id = self.map(of_kind, Span::default());
                        of_section.extend(head.map(|head| (kind, head, id)));
                    }
                }
            }
            let head = of_section.first().map(|(_, head, _)| *head);
            let id = self.map(of_section, Span::default());
            out.extend(head.map(|head| (section, head, id)));
        }
        self.map(out, Span::default())
    }

    fn map<N: AsRef<str>>(&mut self, members: Vec<(N, Place, Id)>, at: Span) -> Id {
        let members = (members.into_iter())
            .map(|(name, place, id)| {
                let key = self.text_node(name.as_ref().to_string(), span_in(place, self.own));
                (key, id)
            })
            .collect();
        self.node(tree::Value::Map(members), at)
    }

    fn node(&mut self, value: tree::Value<'t>, span: Span) -> Id {
        self.tree.add(Node {
            span,
            tag: None,
            value,
        })
    }

    fn text_node(&mut self, text: String, span: Span) -> Id {
        self.node(tree::Value::Text(Cow::Owned(text), Style::Computed), span)
    }

    /// A value, which is at `around` when it comes from another file.
    fn value(&mut self, value: &Value, around: Span) -> Id {
        let at = value.place_in(self.own).map_or(around, span);
        match &value.kind {
            Kind::Null => self.node(tree::Value::Null, at),
            Kind::Bool(_) | Kind::Number(_) => {
                let text = value.as_string().unwrap_or_default();
                self.text_node(text, at)
            }
            Kind::Text(text) => self.text(text, value.place, at),
            Kind::Unknown(unknown) => self.text_node(reference(&unknown.says), at),
            Kind::Json(json) => match &json.document {
                // It is checked where its blocks are.
                Some(document) if !self.in_json && self.has(document) => {
                    self.text_node(format!("${{{document}.json}}"), at)
                }
                _ if self.in_json => {
                    let text = value::text(&json.value);
                    self.text(&text, value.place, at)
                }
                _ => {
                    self.in_json = true;
                    let id = self.value(&json.value, at);
                    self.in_json = false;
                    id
                }
            },
            Kind::List(list) => {
                let items = list.items.iter().map(|item| self.value(item, at)).collect();
                self.list(items, list, at)
            }
            Kind::Map(map) => {
                let mut members = Vec::with_capacity(map.members.len());
                for (key, value) in &map.members {
                    self.is_policy |= key.text.is("Statement");
                    let is_statements = key.text.is("Statement");
                    let key = self.key(key, at);
                    let id = match &value.kind {
                        Kind::List(list) if is_statements => self.statements(value, list, at),
                        _ => self.value(value, at),
                    };
                    members.push((key, id));
                }
                if let Some(more) = &map.more {
                    let key = self.text_node(others(more), at);
                    members.push((key, self.node(tree::Value::Null, at)));
                }
                self.node(tree::Value::Map(members), at)
            }
        }
    }

    /// A list with these items, and others if there may be some.
    fn list(&mut self, mut items: Vec<Id>, list: &List, at: Span) -> Id {
        let more = list.more.as_ref().map(others);
        items.extend(more.map(|more| self.text_node(more, at)));
        self.node(tree::Value::List(items), at)
    }

    /// The statements of a policy. Those that may not be there are never there together: each is in another branch of what
    /// CloudFormation calls `Fn::If`.
    fn statements(&mut self, value: &Value, list: &List, around: Span) -> Id {
        let at = value.place_in(self.own).map_or(around, span);
        let count = list.items.iter().filter(|item| item.may_be_absent).count();
        let branches = count.clamp(2, MAX_BRANCHES);
        let mut number = 0;
        let mut items = Vec::with_capacity(list.items.len());
        for item in &list.items {
            let id = self.value(item, at);
            items.push(match item.may_be_absent {
                false => id,
                true => {
                    number += 1;
                    self.branch(id, number % branches, branches)
                }
            });
        }
        self.list(items, list, at)
    }

    /// A value in one of several branches, of which the others have nothing.
    fn branch(&mut self, id: Id, number: usize, count: usize) -> Id {
        let at = self.tree.node(id).span;
        let mut branch = None;
        for position in 0..count {
            let own = match position == number {
                true => id,
                false => self.node(tree::Value::List(Vec::new()), Span::default()),
            };
            branch = Some(match branch {
                None => own,
                Some(others) => {
                    let name = self.text_node("Fn::If".to_string(), at);
                    let condition = self.text_node(String::new(), at);
                    let parts = self.node(tree::Value::List(vec![condition, own, others]), at);
                    self.node(tree::Value::Map(vec![(name, parts)]), at)
                }
            });
        }
        branch.unwrap_or(id)
    }

    /// Whether a document is one of the module that is written, or of one that was.
    fn has(&self, document: &str) -> bool {
        let calls = self.tree.calls.iter().map(|call| call.address.as_str());
        calls.chain([self.address.as_str()]).any(|address| {
            (document.strip_prefix(address)).is_some_and(|rest| rest.starts_with("data."))
        })
    }

    fn key(&mut self, key: &Key, around: Span) -> Id {
        let at = match key.place.file == self.own {
            true => span(key.place),
            false => around,
        };
        let style = match key.text.all_known() {
            Some(text) if key.place.file == self.own && at.of(self.text) == text => Style::Bare,
            _ => self.style(&key.text, key.place),
        };
        self.node(tree::Value::Text(Cow::Owned(escaped(&key.text)), style), at)
    }

    /// How the file writes a text, if it is one literal.
    fn style(&self, text: &Text, place: Place) -> Style {
        let raw = self.text.get(place.start..place.end).unwrap_or_default();
        let inner = raw.strip_prefix('"').and_then(|raw| raw.strip_suffix('"'));
        let is_literal = |inner: &str| {
            let pieces = template::pieces(inner, true);
            let is_plain = (pieces.iter())
                .all(|(text, .., same)| !same || !(text.contains("${") || text.contains("%{")));
            let all: String = pieces.into_iter().map(|(text, ..)| text).collect();
            is_plain && text.is(&all)
        };
        match inner {
            Some(inner) if place.file == self.own && is_literal(inner) => Style::Template,
            _ => Style::Computed,
        }
    }

    fn text(&mut self, text: &Text, place: Place, at: Span) -> Id {
        let value = escaped(text);
        let is_json = value.trim_start().starts_with('{') && value.contains("\"Statement\"");
        let mut style = self.style(text, place);
        let is_heredoc = at.of(self.text).starts_with("<<");
        if is_json && is_heredoc && style == Style::Computed {
            style = Style::Heredoc;
        }
        let id = self.node(tree::Value::Text(Cow::Owned(value), style), at);
        if is_json {
            self.is_policy = true;
            let positions = self.positions(text, at);
            self.tree.positions.insert(id, positions);
        }
        id
    }

    /// Where each byte of a text, as it is written in the tree, is in the file.
    fn positions(&self, text: &Text, at: Span) -> Positions {
        let mut out = Vec::new();
        let mut end = at.start;
        for (piece, part) in pieces(text) {
            match part {
                Some(Part::Known { place, same, .. }) if place.file == self.own => {
                    for offset in 0..piece.len() {
                        let at = if *same {
                            place.start + offset
                        } else {
                            place.start
                        };
                        out.push(at.min(place.end));
                    }
                    end = place.end;
                }
                Some(Part::Known { .. } | Part::Open(_)) | None => {
                    let start = if text.0.is_empty() { at.start } else { end };
                    out.extend(std::iter::repeat_n(start, piece.len()));
                }
            }
        }
        out.push(end);
        Positions::given(out)
    }
}

fn span(place: Place) -> Span {
    Span::new(place.start, place.end)
}

fn span_in(place: Place, file: FileId) -> Span {
    match place.file == file {
        true => span(place),
        false => Span::default(),
    }
}

/// Whether another document of the module names this one.
fn is_source(env: &Env<'_>, name: &str) -> bool {
    let address = format!("aws_iam_policy_document.{name}");
    let mut documents = (env.scope.module.blocks.iter()).filter(|block| {
        let labels = block.labels.iter().map(String::as_str);
        block.ident == "data" && !labels.eq(["aws_iam_policy_document", name])
    });
    documents.any(|block| {
        let file = env.world.file(block.place.file);
        let text = file.as_ref().map_or("", |file| {
            file.text
                .get(block.place.start..block.place.end)
                .unwrap_or_default()
        });
        !uses_of(&address, text).is_empty()
    })
}

/// Whether the `count` of a call is 0, so that its arguments may be empty where a policy needs them.
fn is_off(env: &Env<'_>, call: &Block) -> bool {
    (call.body.attribute("count"))
        .is_some_and(|count| env.of_module(count.file).value(&count.value).as_number() == Some(0.0))
}
