//! `aws_iam_policy_document`: the policy document that the provider makes of its blocks.
//!
//! See `policy_document_data_source.go` and `policy_model.go` of <https://github.com/hashicorp/terraform-provider-aws>.

use hcl_edit::expr::Expression;

use super::env::Env;
use super::instances::{Index, Instance};
use super::json;
use super::module::{Block, Blocks};
use super::value::{Form, Key, Kind, Members, Part, Place, Unknown, Value};
use super::world::Purpose;

impl Env<'_> {
    /// The policy document of an instance of a data source.
    pub(super) fn document(&self, block: &Block, instance: &Instance) -> Value {
        let env = self.of_module(block.place.file);
        let is_any = instance.index == Index::Any;
        env.with(&instance.names, |env| of(env, block, is_any))
    }
}

/// The document of a data source, which is any of those that a plan has.
pub(super) fn of(env: &Env<'_>, block: &Block, is_any: bool) -> Value {
    let body = &block.body;
    let at = block.head;
    let mut merged = Merged {
        version: None,
        id: None,
        statements: Vec::new(),
        more: None,
    };
    for name in ["source_policy_documents", "source_json"] {
        merged.add_all(attribute(env, body, name), at, Replaces::Nothing);
    }
    merged.add(&own(env, body, at), Replaces::Earlier);
    for name in ["override_policy_documents", "override_json"] {
        merged.add_all(attribute(env, body, name), at, Replaces::All);
    }
    let mut members = Members::default();
    let mut add = |name: &str, value: Value| members.insert(Key::new(name, value.place), value);
    add(
        "Version",
        merged
            .version
            .unwrap_or_else(|| Value::text("2012-10-17", at)),
    );
    if let Some(id) = merged.id {
        add("Id", id);
    }
    if is_any && merged.statements.is_empty() {
        // What is read although it is switched off may have any statements when it is not.
        let says = "statements of a document that is switched off";
        merged.more = merged.more.or_else(|| Some(Unknown::new(says)));
    }
    let statements = Kind::of_list(merged.statements, merged.more, Form::Structure);
    add("Statement", Value::new(statements, block.place));
    Value::new(members.into_kind(None), block.place)
}

/// Documents that are merged in their order.
struct Merged {
    version: Option<Value>,
    id: Option<Value>,
    statements: Vec<Value>,
    /// Statements that are not known.
    more: Option<Unknown>,
}

/// Which statements a statement with the same Sid replaces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Replaces {
    /// The provider refuses a second one in the documents to start from.
    Nothing,
    /// Those of the documents before it. The provider refuses a second one in the blocks of a document.
    Earlier,
    All,
}

impl Merged {
    /// Adds the documents of a list, or one.
    fn add_all(&mut self, documents: Option<Value>, at: Place, replaces: Replaces) {
        let Some(documents) = documents else {
            return;
        };
        match &documents.kind {
            Kind::List(list) => {
                for document in &list.items {
                    self.add_text(document, at, replaces);
                }
                if let Some(more) = &list.more {
                    self.more = Some(more.clone());
                }
            }
            _ => self.add_text(&documents, at, replaces),
        }
    }

    fn add_text(&mut self, document: &Value, at: Place, replaces: Replaces) {
        let is_empty = match &document.kind {
            Kind::Null => true,
            Kind::Text(text) => text.all_known().is_some_and(|text| text.trim().is_empty()),
            _ => false,
        };
        if is_empty {
            return;
        }
        match json::decoded(document, document.place_in(at.file).unwrap_or(at)) {
            Some(document) => self.add(&document, replaces),
            None => {
                let says = match &document.kind {
                    Kind::Unknown(unknown) => unknown.clone(),
                    _ => Unknown::new("a document that is not known"),
                };
                self.more = Some(says);
            }
        }
    }

    fn add(&mut self, document: &Value, replaces: Replaces) {
        let Kind::Map(map) = &document.kind else {
            self.more = Some(Unknown::new("a document that is not known"));
            return;
        };
        if let Some(more) = &map.more {
            self.more = Some(more.clone());
        }
        if let Some(version) = map.get("Version") {
            // The higher one counts.
            let text = |value: &Value| value.as_string();
            let is_higher = match (&self.version, text(version)) {
                (Some(known), Some(new)) => text(known).is_none_or(|known| new > known),
                (None, _) => true,
                (Some(_), None) => false,
            };
            if is_higher {
                self.version = Some(version.clone());
            }
        }
        if let Some(id) = map.get("Id") {
            self.id = Some(id.clone());
        }
        let Some(statements) = map.get("Statement") else {
            return;
        };
        let replaced = match replaces {
            Replaces::Nothing => 0,
            Replaces::Earlier => self.statements.len(),
            Replaces::All => usize::MAX,
        };
        match &statements.kind {
            Kind::List(list) => {
                for statement in &list.items {
                    self.statement(statement, replaced);
                }
                if let Some(more) = &list.more {
                    self.more = Some(more.clone());
                }
            }
            Kind::Unknown(unknown) => self.more = Some(unknown.clone()),
            _ => self.statement(statements, replaced),
        }
    }

    /// Adds a statement, instead of the one that has its Sid among the first `replaced`.
    fn statement(&mut self, statement: &Value, replaced: usize) {
        let sid = sid(statement);
        let same = sid.and_then(|sid| {
            (self.statements.iter_mut().take(replaced))
                .find(|known| self::sid(known).as_ref() == Some(&sid))
        });
        match same {
            Some(known) => *known = statement.clone(),
            None => self.statements.push(statement.clone()),
        }
    }
}

/// The Sid of a statement, unless it is empty or not known.
fn sid(statement: &Value) -> Option<String> {
    let Kind::Map(map) = &statement.kind else {
        return None;
    };
    map.get("Sid")?.as_string().filter(|sid| !sid.is_empty())
}

/// An attribute, unless it is null, which is as if it were not there.
fn attribute(env: &Env<'_>, body: &Blocks, name: &str) -> Option<Value> {
    let attribute = body.attribute(name)?;
    let env = Env {
        file: attribute.file,
        ..*env
    };
    Some(env.value(&attribute.value)).filter(|value| !value.is_null())
}

/// What the blocks of a data source say by themselves.
fn own(env: &Env<'_>, body: &Blocks, at: Place) -> Value {
    let mut members = Members::default();
    let mut add = |name: &str, value: Value| members.insert(Key::new(name, value.place), value);
    let version = attribute(env, body, "version");
    add(
        "Version",
        version.unwrap_or_else(|| Value::text("2012-10-17", at)),
    );
    if let Some(id) = attribute(env, body, "policy_id").filter(|id| !is_empty_text(id)) {
        add("Id", id);
    }
    let mut statements = Vec::new();
    let more = each_block(env, body, "statement", &mut |env, body, place, maybe| {
        statements.push(statement(env, body, place).maybe(maybe));
    });
    add(
        "Statement",
        Value::new(Kind::of_list(statements, more, Form::Structure), at),
    );
    Value::new(members.into_kind(None), at)
}

fn is_empty_text(value: &Value) -> bool {
    value.as_string().is_some_and(|text| text.is_empty())
}

/// Visits the blocks of a name, and those that `dynamic` blocks make, each with whether a plan may leave it out. Returns what other
/// blocks there may be.
pub(super) fn each_block(
    env: &Env<'_>,
    body: &Blocks,
    name: &str,
    visit: &mut dyn FnMut(&Env<'_>, &Blocks, Place, bool),
) -> Option<Unknown> {
    let mut others = None;
    for block in &body.blocks {
        let env = Env {
            file: block.place.file,
            ..*env
        };
        if block.ident == name {
            visit(&env, &block.body, block.place, false);
            continue;
        }
        let is_dynamic =
            block.ident == "dynamic" && block.labels.first().is_some_and(|label| label == name);
        let content = block.body.of("content").next();
        let (true, Some(content), Some(each)) =
            (is_dynamic, content, block.body.attribute("for_each"))
        else {
            continue;
        };
        let iterator = match block.body.attribute("iterator").map(|it| it.value.as_ref()) {
            Some(Expression::Variable(name)) => name.as_str(),
            _ => name,
        };
        let collection = env.value(&each.value);
        let at = each.name_place;
        let (pairs, more) = env.pairs(&collection, at);
        for (key, value) in pairs {
            let maybe = value.may_be_absent;
            // What is like all items has names that do not depend on the block.
            let members = match value.as_unknown().is_some() && collection.as_unknown().is_some() {
                true => ["key", "value"].map(|name| {
                    let says = format!("{iterator}.{name}");
                    (Key::new(name, at), Value::unknown(says, at))
                }),
                false => [(Key::new("key", at), key), (Key::new("value", at), value)],
            };
            let each = Value::new(Kind::of_object(members.to_vec(), None), at);
            env.with(&[(iterator.to_string(), each)], |env| {
                visit(env, &content.body, content.place, maybe);
            });
        }
        others = others.or(more);
    }
    others
}

fn statement(env: &Env<'_>, body: &Blocks, at: Place) -> Value {
    let mut members = Members::default();
    let mut add = |name: &str, value: Value| members.insert(Key::new(name, value.place), value);
    if let Some(sid) = attribute(env, body, "sid").filter(|sid| !is_empty_text(sid)) {
        add("Sid", sid);
    }
    let effect = attribute(env, body, "effect");
    add("Effect", effect.unwrap_or_else(|| Value::text("Allow", at)));
    for (theirs, ours, has_variables) in [
        (["actions", "not_actions"], ["Action", "NotAction"], false),
        (
            ["resources", "not_resources"],
            ["Resource", "NotResource"],
            true,
        ),
    ] {
        let values = theirs
            .map(|theirs| attribute(env, body, theirs).and_then(|value| set(value, has_variables)));
        for (ours, value) in ours.into_iter().zip(one_of(env, values, theirs, at)) {
            if let Some(value) = value {
                add(ours, value);
            }
        }
    }
    let theirs = ["principals", "not_principals"];
    let values = theirs.map(|theirs| principals(env, body, theirs, at));
    let ours = ["Principal", "NotPrincipal"];
    for (ours, value) in ours.into_iter().zip(one_of(env, values, theirs, at)) {
        if let Some(value) = value {
            add(ours, value);
        }
    }
    if let Some(value) = conditions(env, body, at) {
        add("Condition", value);
    }
    Value::new(members.into_kind(None), at)
}

/// Of two elements, of which a statement has one: what is not known may be null, and then the element is not there.
fn one_of(
    env: &Env<'_>,
    values: [Option<Value>; 2],
    names: [&str; 2],
    at: Place,
) -> [Option<Value>; 2] {
    if env.world.purpose != Purpose::Check {
        return values;
    }
    let [Some(one), Some(other)] = values else {
        return values;
    };
    let may_be_absent = |value: &Value| match &value.kind {
        _ if value.may_be_absent => true,
        Kind::Unknown(_) => true,
        Kind::List(list) => list.more.is_some(),
        Kind::Text(text) => text.all_open(),
        Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::Map(_) | Kind::Json(_) => false,
    };
    let is_open = |value: &Value| match &value.kind {
        Kind::List(list) => list.items.iter().all(|item| item.as_unknown().is_some()),
        Kind::Map(map) => map.members.is_empty(),
        _ => true,
    };
    match (may_be_absent(&one), may_be_absent(&other)) {
        // What says nothing is left out first.
        (true, true) if is_open(&one) && !is_open(&other) => [None, Some(other)],
        (true, true) | (false, true) => {
            if !is_open(&other) {
                let [one, other] = names;
                let file = env.world.file(at.file);
                let line = file
                    .and_then(|file| Some(file.text.get(..at.start)?.matches('\n').count() + 1));
                env.world.note(format!(
                    "`{other}` was not checked in the statement in line {}: `{one}` may be there instead",
                    line.unwrap_or(1)
                ));
            }
            [Some(one), None]
        }
        (true, false) => [None, Some(other)],
        (false, false) => [Some(one), Some(other)],
    }
}

/// A set of strings as the provider writes it: the only one without a list, several in descending order.
fn set(value: Value, has_variables: bool) -> Option<Value> {
    let Kind::List(list) = &value.kind else {
        return Some(value);
    };
    let mut items: Vec<Value> = Vec::with_capacity(list.items.len());
    let mut texts = std::collections::HashSet::new();
    for item in &list.items {
        let item = string(item.clone(), has_variables);
        if item.as_string().is_none_or(|text| texts.insert(text)) {
            items.push(item);
        }
    }
    if items.len() == texts.len() {
        items.sort_by_cached_key(|item| std::cmp::Reverse(item.as_string().unwrap_or_default()));
    }
    listed(items, list.more.clone(), &value)
}

/// A list of strings: nothing when it is empty, and the only one without the list.
fn listed(mut items: Vec<Value>, more: Option<Unknown>, whole: &Value) -> Option<Value> {
    match (items.len(), &more) {
        (0, None) => None,
        (1, None) => items.pop(),
        _ => Some(Value {
            kind: Kind::of_list(items, more, Form::Structure),
            ..whole.clone()
        }),
    }
}

/// A value as a string, with the provider's `&{` for policy variables.
fn string(value: Value, has_variables: bool) -> Value {
    let kind = match &value.kind {
        Kind::Bool(_) | Kind::Number(_) => value.to_text().map(Kind::Text),
        Kind::Text(text) if has_variables => Some(Kind::Text(text.replaced("&{", "${"))),
        _ => None,
    };
    match kind {
        Some(kind) => Value { kind, ..value },
        None => value,
    }
}

/// The blocks of principals as one object.
fn principals(env: &Env<'_>, body: &Blocks, name: &str, at: Place) -> Option<Value> {
    // The type, and the identifiers of a block.
    let mut blocks: Vec<(Value, Vec<Value>, Option<Unknown>)> = Vec::new();
    let mut open = None;
    let mut is_certain = false;
    let more = each_block(env, body, name, &mut |env, body, place, maybe| {
        is_certain |= !maybe;
        let kind = attribute(env, body, "type").unwrap_or_else(|| Value::text("", place));
        let identifiers = attribute(env, body, "identifiers");
        let (items, more) = match identifiers.map(|value| set(value, true)) {
            None | Some(None) => (Vec::new(), None),
            Some(Some(value)) => match &value.kind {
                Kind::List(list) => (list.items.clone(), list.more.clone()),
                _ => (vec![value], None),
            },
        };
        // Who is meant depends on what is not known.
        match kind.as_string() {
            Some(_) => blocks.push((kind, items, more)),
            None => open = Some(env.unknown_of(kind.place)),
        }
    });
    let open = open.or(more);
    if blocks.is_empty() {
        return open.map(|open| Value::new(Kind::Unknown(open), at));
    }
    // Anybody, unless others are named too.
    if let ([(kind, items, None)], None) = (blocks.as_slice(), &open)
        && kind.as_string().as_deref() == Some("*")
        && let [only] = items.as_slice()
        && only.as_string().as_deref() == Some("*")
    {
        return Some(only.clone().maybe(!is_certain));
    }
    let mut members = Members::default();
    for (kind, items, more) in blocks {
        let name = kind.as_string().unwrap_or_default();
        let key = key_of(&kind);
        add_to(&mut members, &name, key, items, more);
    }
    Some(Value::new(members.into_kind(open), at).maybe(!is_certain))
}

/// An attribute whose text is the name of a member.
fn key_of(value: &Value) -> Key {
    Key {
        text: value.to_text().unwrap_or_default(),
        place: value.place,
    }
}

/// Adds strings to those that a name has.
fn add_to(members: &mut Members, name: &str, key: Key, items: Vec<Value>, more: Option<Unknown>) {
    let at = items.first().map_or(key.place, |item| item.place);
    let value = match members.get_mut(name) {
        None => {
            let whole = Value::tuple(Vec::new(), at);
            let value = listed(items, more, &whole).unwrap_or(whole);
            return members.insert(key, value);
        }
        Some(value) => value,
    };
    let (mut all, known) = match &value.kind {
        Kind::List(list) => (list.items.clone(), list.more.clone()),
        _ => (vec![value.clone()], None),
    };
    for item in items {
        if !all.iter().any(|known| known.same(&item) == Some(true)) {
            all.push(item);
        }
    }
    value.kind = Kind::of_list(all, known.or(more), Form::Structure);
}

/// The blocks of conditions: those of one operator are one object, and those of one key are one list.
fn conditions(env: &Env<'_>, body: &Blocks, at: Place) -> Option<Value> {
    let mut operators: Vec<(Key, Members)> = Vec::new();
    let mut open = None;
    let mut any = false;
    let more = each_block(env, body, "condition", &mut |env, body, place, _| {
        any = true;
        let text = |name| attribute(env, body, name).unwrap_or_else(|| Value::text("", place));
        let (test, variable) = (text("test"), text("variable"));
        let values = attribute(env, body, "values");
        let (items, more) = match values.as_ref().map(|value| &value.kind) {
            None => (Vec::new(), None),
            Some(Kind::List(list)) => (
                (list.items.iter())
                    .map(|item| string(item.clone(), true))
                    .collect(),
                list.more.clone(),
            ),
            Some(_) => (
                values
                    .into_iter()
                    .map(|value| string(value, true))
                    .collect(),
                None,
            ),
        };
        let (Some(operator), Some(name)) = (test.as_string(), key_name(&variable)) else {
            open = Some(env.unknown_of(place));
            return;
        };
        let found = operators.iter().position(|(key, _)| key.text.is(&operator));
        let at = found.unwrap_or(operators.len());
        if found.is_none() {
            operators.push((key_of(&test), Members::default()));
        }
        if let Some((_, members)) = operators.get_mut(at) {
            add_to(members, &name, key_of(&variable), items, more);
        }
    });
    let open = open.or(more);
    if !any && open.is_none() {
        return None;
    }
    let mut members = Members::default();
    for (key, of_operator) in operators {
        let place = key.place;
        members.insert(key, Value::new(of_operator.into_kind(None), place));
    }
    Some(Value::new(members.into_kind(open), at))
}

/// A name for a condition key, which may be open in part. Nothing when all of it is.
fn key_name(value: &Value) -> Option<String> {
    let text = value.to_text()?;
    let mut out = String::new();
    let mut any = false;
    for part in &text.0 {
        match part {
            Part::Known { text, .. } => {
                any = true;
                out.push_str(text);
            }
            Part::Open(unknown) => out.push_str(&format!("\0{}\0", unknown.says)),
        }
    }
    any.then_some(out)
}
