//! `services.table`: all services as bytes. The runtime's module `catalogue::table` describes the format and reads it.

use std::collections::BTreeMap;
use std::path::Path;

use super::Error;
use super::overlay::Overlay;
use super::tables::{Action, Key, Service, Tables};

/// The name of the file.
pub(super) const FILE: &str = "services.table";

const SECTIONS: usize = 22;

// The sections that are written to in more than one place, by their number.
const ABOUT: usize = 1;
const SERVICES: usize = 2;
const ACTIONS: usize = 3;
const NOTICES: usize = 4;
const RESOURCES: usize = 5;
const FORMATS: usize = 6;
const KEYS: usize = 7;
const KEY_LISTS: usize = 8;
const KEY_LIST_ITEMS: usize = 9;
const RESOURCE_LISTS: usize = 10;
const RESOURCE_LIST_ITEMS: usize = 11;
const VARIABLES: usize = 12;
const GRAMMARS: usize = 13;
const RANGES: usize = 14;
const WORDS: usize = 15;
const OPERATIONS: usize = 16;
const METHODS: usize = 17;
const AUTHORIZED: usize = 18;
const CONTEXT_KEYS: usize = 19;
const CONTEXT_VALUES: usize = 20;
const BORROWED: usize = 21;

/// The bytes of the table.
pub(super) fn render(tables: &Tables, overlay: &Overlay) -> Result<Vec<u8>, Error> {
    let file = Path::new(FILE);
    let error = |message: String| Error::new(file, "", message);
    Writer::default().table(tables, overlay).map_err(error)
}

#[derive(Default)]
struct Section {
    bytes: Vec<u8>,
    records: usize,
}

#[derive(Default)]
struct Writer {
    texts: Texts,
    sections: [Section; SECTIONS],
    key_lists: BTreeMap<Vec<usize>, u16>,
    /// Resource types, whether required, and the key list of each.
    resource_lists: BTreeMap<Vec<(usize, bool, u16)>, u16>,
    grammars: BTreeMap<String, u16>,
}

/// A field of a record.
enum Field<'a> {
    Text(&'a str),
    U8(u8),
    U16(u16),
    /// The number of the record that the section will get next.
    Next(usize),
    U32(usize),
}

impl Writer {
    fn put(&mut self, section: usize, fields: &[Field<'_>]) -> Result<(), String> {
        let long = |number: usize| u32::try_from(number).map(u32::to_le_bytes);
        let mut bytes = Vec::new();
        for field in fields {
            match field {
                Field::Text(text) => bytes.extend(self.texts.place(text)?),
                Field::U8(number) => bytes.push(*number),
                Field::U16(number) => bytes.extend(number.to_le_bytes()),
                Field::Next(section) => {
                    let next = self.sections.get(*section).map(|section| section.records);
                    bytes.extend(long(next.ok_or("no such section")?).map_err(text_of)?);
                }
                Field::U32(number) => bytes.extend(long(*number).map_err(text_of)?),
            }
        }
        let section = (self.sections.get_mut(section)).ok_or("no such section")?;
        section.bytes.extend(bytes);
        section.records += 1;
        Ok(())
    }

    fn table(mut self, tables: &Tables, overlay: &Overlay) -> Result<Vec<u8>, String> {
        use Field::{Next, Text, U8, U16};
        let mut services: Vec<&Service> = tables.all().collect();
        services.sort_by(|a, b| a.prefix.cmp(&b.prefix));
        self.texts = Texts::of(&services, tables, overlay);

        self.put(ABOUT, &[Text(&overlay.as_of), Text(&overlay.source)])?;
        self.grammars(overlay)?;
        for service in &services {
            self.service_record(&service.prefix)?;
            for action in &service.actions {
                self.action(action, service, overlay)?;
            }
            for kind in &service.resources {
                let keys = self.key_list(&kind.keys)?;
                self.put(RESOURCES, &[Text(&kind.name), Next(FORMATS), U16(keys)])?;
                for format in &kind.formats {
                    self.put(FORMATS, &[Text(&format.text)])?;
                }
            }
            for key in &service.keys {
                self.key(key)?;
            }
            for operation in &service.operations {
                let fields = [Text(&operation.name), Next(METHODS), Next(AUTHORIZED)];
                self.put(OPERATIONS, &fields)?;
                for (client, method) in &operation.sdk {
                    self.put(METHODS, &[Text(client), Text(method)])?;
                }
                for action in &operation.authorizes {
                    let fields = [
                        Text(&action.service),
                        Text(&action.name),
                        Next(CONTEXT_KEYS),
                    ];
                    self.put(AUTHORIZED, &fields)?;
                    for (key, values) in &action.context {
                        self.put(CONTEXT_KEYS, &[Text(key), Next(CONTEXT_VALUES)])?;
                        for value in values {
                            self.put(CONTEXT_VALUES, &[Text(value)])?;
                        }
                    }
                }
            }
            for variable in &service.variables {
                let grammar = variable.facts.grammar.as_ref();
                let grammar = grammar.and_then(|name| self.grammars.get(name)).copied();
                if grammar.is_some() || !variable.facts.slashes {
                    let slashes = u8::from(variable.facts.slashes);
                    let fields = [
                        Text(&variable.name),
                        U8(slashes),
                        U16(grammar.unwrap_or(u16::MAX)),
                    ];
                    self.put(VARIABLES, &fields)?;
                }
            }
        }
        self.borrowed(&services)?;

        // The records that end the others.
        self.service_record("")?;
        self.put(RESOURCES, &[Text(""), Next(FORMATS), U16(0)])?;
        self.put(KEY_LISTS, &[Next(KEY_LIST_ITEMS)])?;
        self.put(RESOURCE_LISTS, &[Next(RESOURCE_LIST_ITEMS)])?;
        self.put(
            GRAMMARS,
            &[Text(""), Next(RANGES), Next(WORDS), U16(0), U16(0)],
        )?;
        self.put(OPERATIONS, &[Text(""), Next(METHODS), Next(AUTHORIZED)])?;
        self.put(AUTHORIZED, &[Text(""), Text(""), Next(CONTEXT_KEYS)])?;
        self.put(CONTEXT_KEYS, &[Text(""), Next(CONTEXT_VALUES)])?;
        self.finish()
    }

    fn service_record(&mut self, prefix: &str) -> Result<(), String> {
        use Field::{Next, Text};
        let firsts = [ACTIONS, RESOURCES, KEYS, OPERATIONS, VARIABLES].map(Next);
        let [actions, resources, keys, operations, variables] = firsts;
        self.put(
            SERVICES,
            &[
                Text(prefix),
                actions,
                resources,
                keys,
                operations,
                variables,
            ],
        )
    }

    fn action(
        &mut self,
        action: &Action,
        service: &Service,
        overlay: &Overlay,
    ) -> Result<(), String> {
        use Field::{Text, U8, U16, U32};
        let lifecycle = overlay.lifecycle.get(&service.prefix);
        let notice = lifecycle.and_then(|actions| actions.get(&action.name));
        let level = super::tables::Level::ALL
            .iter()
            .position(|level| *level == action.level);
        let mut flags = u8::try_from(level.unwrap_or_default()).map_err(text_of)?;
        flags |= u8::from(action.required_together) << 3 | u8::from(action.disputed) << 4;
        if let Some(notice) = notice {
            flags |= if notice.ended { 1 << 5 } else { 2 << 5 };
            let number = self.sections[ACTIONS].records;
            self.put(NOTICES, &[U32(number), Text(&notice.date)])?;
        }
        let mut kinds = Vec::new();
        for kind in &action.resources {
            kinds.push((kind.index, kind.required, self.key_list(&kind.keys)?));
        }
        let (keys, kinds) = (self.key_list(&action.keys)?, self.resource_list(kinds)?);
        self.put(
            ACTIONS,
            &[Text(&action.name), U8(flags), U16(keys), U16(kinds)],
        )
    }

    fn key(&mut self, key: &Key) -> Result<(), String> {
        use Field::{Text, U8};
        let mut types = 0;
        for value in &key.types {
            types |= 1 << *value as u8;
        }
        let flags =
            u8::from(key.multivalued) | u8::from(key.sensitive) << 1 | u8::from(key.declared) << 2;
        let (mut before, mut after) = (u8::MAX, 0);
        if key.parts.placeholder.is_some() {
            before = u8::try_from(key.parts.before.len()).map_err(text_of)?;
            after = u8::try_from(key.parts.after.len()).map_err(text_of)?;
        }
        self.put(
            KEYS,
            &[Text(&key.name), U8(types), U8(flags), U8(before), U8(after)],
        )
    }

    /// The number of a key list. Equal lists are written once, whatever services they belong to.
    fn key_list(&mut self, keys: &[usize]) -> Result<u16, String> {
        if let Some(&number) = self.key_lists.get(keys) {
            return Ok(number);
        }
        let number = u16::try_from(self.sections[KEY_LISTS].records).map_err(text_of)?;
        self.put(KEY_LISTS, &[Field::Next(KEY_LIST_ITEMS)])?;
        for &key in keys {
            let key = u16::try_from(key).map_err(text_of)?;
            self.put(KEY_LIST_ITEMS, &[Field::U16(key)])?;
        }
        self.key_lists.insert(keys.to_vec(), number);
        Ok(number)
    }

    fn resource_list(&mut self, kinds: Vec<(usize, bool, u16)>) -> Result<u16, String> {
        if let Some(&number) = self.resource_lists.get(&kinds) {
            return Ok(number);
        }
        let number = u16::try_from(self.sections[RESOURCE_LISTS].records).map_err(text_of)?;
        self.put(RESOURCE_LISTS, &[Field::Next(RESOURCE_LIST_ITEMS)])?;
        for &(index, required, keys) in &kinds {
            let index = u16::try_from(index).map_err(text_of)?;
            if index >= 1 << 15 {
                return Err(format!("{index} resource types are too many for the table"));
            }
            let index = index | u16::from(required) << 15;
            self.put(RESOURCE_LIST_ITEMS, &[Field::U16(index), Field::U16(keys)])?;
        }
        self.resource_lists.insert(kinds, number);
        Ok(number)
    }

    fn grammars(&mut self, overlay: &Overlay) -> Result<(), String> {
        use Field::{Next, Text, U16, U32};
        for (name, grammar) in &overlay.grammars {
            let number = u16::try_from(self.grammars.len()).map_err(text_of)?;
            self.grammars.insert(name.clone(), number);
            let (min, max) = (U16(grammar.min), U16(grammar.max));
            self.put(GRAMMARS, &[Text(name), Next(RANGES), Next(WORDS), min, max])?;
            for &(first, last) in &grammar.chars {
                self.put(RANGES, &[U32(first as usize), U32(last as usize)])?;
            }
            for word in &grammar.words {
                self.put(WORDS, &[Text(word)])?;
            }
        }
        Ok(())
    }

    /// The resource types that a service lists although their ARNs are of another one.
    fn borrowed(&mut self, services: &[&Service]) -> Result<(), String> {
        let mut rows = Vec::new();
        for (number, service) in services.iter().enumerate() {
            for (index, kind) in service.resources.iter().enumerate() {
                for format in &kind.formats {
                    if format.service != service.prefix {
                        rows.push((format.service.as_str(), number, index));
                    }
                }
            }
        }
        rows.sort_unstable();
        rows.dedup();
        for (of, number, index) in rows {
            let number = Field::U16(u16::try_from(number).map_err(text_of)?);
            let index = Field::U16(u16::try_from(index).map_err(text_of)?);
            self.put(BORROWED, &[Field::Text(of), number, index])?;
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Vec<u8>, String> {
        self.sections[0].bytes = std::mem::take(&mut self.texts.all).into_bytes();
        let mut bytes = b"IAMTABLE".to_vec();
        bytes.extend(1_u32.to_le_bytes());
        let mut start = bytes.len() + 8 * SECTIONS;
        for section in &self.sections {
            let length = section.bytes.len();
            bytes.extend(u32::try_from(start).map_err(text_of)?.to_le_bytes());
            bytes.extend(u32::try_from(length).map_err(text_of)?.to_le_bytes());
            start += length;
        }
        for section in self.sections {
            bytes.extend(section.bytes);
        }
        Ok(bytes)
    }
}

fn text_of(error: std::num::TryFromIntError) -> String {
    format!("the table's format has too few bits for this catalogue: {error}")
}

/// All texts of the table, those that are the start or the end of another one inside of it.
#[derive(Default)]
struct Texts {
    all: String,
    places: BTreeMap<String, usize>,
}

impl Texts {
    fn of(services: &[&Service], tables: &Tables, overlay: &Overlay) -> Self {
        let mut names = std::collections::BTreeSet::from([
            String::new(),
            overlay.as_of.clone(),
            overlay.source.clone(),
        ]);
        for service in services {
            names.insert(service.prefix.clone());
            names.extend(service.actions.iter().map(|action| action.name.clone()));
            for kind in &service.resources {
                names.insert(kind.name.clone());
                for format in &kind.formats {
                    names.extend([format.text.clone(), format.service.clone()]);
                }
            }
            names.extend(service.keys.iter().map(|key| key.name.clone()));
            names.extend(
                service
                    .variables
                    .iter()
                    .map(|variable| variable.name.clone()),
            );
            for operation in &service.operations {
                names.insert(operation.name.clone());
                for (client, method) in &operation.sdk {
                    names.extend([client.clone(), method.clone()]);
                }
                for action in &operation.authorizes {
                    names.extend([action.service.clone(), action.name.clone()]);
                    for (key, values) in &action.context {
                        names.insert(key.clone());
                        names.extend(values.iter().cloned());
                    }
                }
            }
        }
        for (name, grammar) in &overlay.grammars {
            names.insert(name.clone());
            names.extend(grammar.words.iter().cloned());
        }
        let notices = overlay.lifecycle.values().flat_map(BTreeMap::values);
        names.extend(notices.map(|notice| notice.date.clone()));
        names.extend(tables.global_keys.iter().map(|key| key.name.clone()));

        // A text is the start of another one exactly when it is the start of the next in order; with the characters turned
        // around, the same tells ends.
        let names: Vec<String> = names.into_iter().collect();
        let mut inside: BTreeMap<String, String> = BTreeMap::new();
        let mut turned: Vec<(String, &String)> = Vec::new();
        for (index, name) in names.iter().enumerate() {
            match names.get(index + 1) {
                Some(next) if next.starts_with(name.as_str()) => {
                    inside.insert(name.clone(), next.clone());
                }
                _ => turned.push((name.chars().rev().collect(), name)),
            }
        }
        turned.sort();
        let mut texts = Self::default();
        for (index, (reversed, name)) in turned.iter().enumerate() {
            match turned.get(index + 1) {
                Some((next, whole)) if next.starts_with(reversed.as_str()) => {
                    inside.insert((*name).clone(), (*whole).clone());
                }
                _ => {
                    texts.places.insert((*name).clone(), texts.all.len());
                    texts.all.push_str(name);
                }
            }
        }
        // Each chain of inclusions ends at a text that has its place.
        for name in &names {
            let mut whole = name;
            while let Some(next) = inside.get(whole) {
                whole = next;
            }
            if let Some(start) = texts.places.get(whole).copied()
                && let Some(at) = whole.find(name.as_str())
            {
                texts.places.insert(name.clone(), start + at);
            }
        }
        texts
    }

    fn place(&self, text: &str) -> Result<[u8; 4], String> {
        let start = self
            .places
            .get(text)
            .ok_or_else(|| format!("`{text}` is not among the texts of the table"))?;
        let length =
            u8::try_from(text.len()).map_err(|_| format!("`{text}` is longer than 255 bytes"))?;
        match u32::try_from(*start).map(u32::to_le_bytes) {
            Ok([a, b, c, 0]) => Ok([a, b, c, length]),
            _ => Err("the texts of the table are longer than 16 MiB".to_owned()),
        }
    }
}
