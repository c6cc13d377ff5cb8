//! Functions of lists, sets, and maps.

use super::{Call, listed};
use crate::input::hcl::convert::{alike, distinct, set};
use crate::input::hcl::instances::entries;
use crate::input::hcl::value::{Form, Key, Kind, List, Members, Unknown, Value};

pub(super) fn call(call: &Call<'_>, name: &str) -> Option<Value> {
    match name {
        "concat" => concat(call),
        "merge" => merge(call),
        "flatten" => {
            let (mut items, mut more) = (Vec::new(), None);
            flatten(call.argument(0)?, &mut items, &mut more)?;
            Some(call.made(Kind::of_list(items, more, Form::Structure)))
        }
        "compact" => {
            let list = listed(call.argument(0)?)?;
            let items = (list.items.iter())
                .filter(|item| !item.is_null() && item.as_string().as_deref() != Some(""))
                .cloned();
            Some(call.list_of(items.collect(), list.more.clone()))
        }
        "distinct" => {
            let list = listed(call.argument(0)?)?;
            let items = distinct(&alike(&list.items, &[]));
            Some(call.list_of(items, list.more.clone()))
        }
        "toset" => {
            let list = listed(call.argument(0)?)?;
            Some(call.made(set(&list.items, list.more.clone())))
        }
        "tolist" => {
            let list = listed(call.argument(0)?)?;
            let items = alike(&list.items, &[]);
            Some(call.list_of(items, list.more.clone()))
        }
        "tomap" => {
            let Kind::Map(map) = &call.argument(0)?.kind else {
                return None;
            };
            let values: Vec<Value> = map.members.iter().map(|(_, value)| value.clone()).collect();
            let keys = map.members.iter().map(|(key, _)| key.clone());
            let members = keys.zip(alike(&values, &[])).collect();
            Some(call.made(Kind::of_map(members, map.more.clone(), Form::Collection)))
        }
        "setunion" | "setintersection" | "setsubtract" => sets(call, name),
        "reverse" => {
            let list = call.list(0)?;
            let items = list.items.iter().rev().cloned().collect();
            let form = match list.form {
                Form::Set => Form::Collection,
                form => form,
            };
            Some(call.made(Kind::of_list(items, None, form)))
        }
        "sort" => {
            let items = call.list(0)?.items.iter();
            let texts = items.map(|item| Some((item.as_string()?, item)));
            let mut texts = texts.collect::<Option<Vec<_>>>()?;
            texts.sort_by(|(one, _), (other, _)| one.cmp(other));
            // They are strings, whatever they were.
            let items = texts.into_iter().map(|(text, item)| match item.kind {
                Kind::Bool(_) | Kind::Number(_) => Value::text(text, item.place),
                _ => item.clone(),
            });
            Some(call.list_of(items.collect(), None))
        }
        "slice" => {
            let (from, to) = (call.number(1)?, call.number(2)?);
            let list = call.list(0)?;
            let items = (list.items.get(from as usize..to as usize))
                .filter(|_| list.form != Form::Set && from >= 0.0);
            Some(items.map_or_else(
                || call.invalid(),
                |items| call.made(Kind::of_list(items.to_vec(), None, list.form)),
            ))
        }
        "element" => {
            let (list, number) = (call.list(0)?, call.number(1)?);
            if list.items.is_empty() || list.form == Form::Set {
                return Some(call.invalid());
            }
            let number = number.rem_euclid(list.items.len() as f64);
            list.items.get(number as usize).cloned()
        }
        "index" => {
            let (list, value) = (call.list(0)?, call.argument(1)?);
            let same: Option<Vec<bool>> =
                list.items.iter().map(|item| item.equals(value)).collect();
            let found =
                (same?.into_iter().position(|same| same)).filter(|_| list.form != Form::Set);
            Some(found.map_or_else(
                || call.invalid(),
                |found| call.made(Kind::Number(found as f64)),
            ))
        }
        "one" => match call.list(0)?.items.as_slice() {
            [] => Some(call.made(Kind::Null)),
            [only] => Some(only.clone()),
            _ => Some(call.invalid()),
        },
        "length" => {
            let length = match &call.argument(0)?.kind {
                Kind::List(list) if list.more.is_none() => list.items.len(),
                Kind::Map(map) if map.is_closed() => map.members.len(),
                Kind::Text(text) => text.all_known()?.chars().count(),
                _ => return None,
            };
            Some(call.made(Kind::Number(length as f64)))
        }
        "contains" => {
            let (list, value) = (listed(call.argument(0)?)?, call.argument(1)?);
            let same: Vec<Option<bool>> =
                list.items.iter().map(|item| item.equals(value)).collect();
            if same.contains(&Some(true)) {
                return Some(call.made(Kind::Bool(true)));
            }
            let sure = list.more.is_none() && !same.contains(&None);
            sure.then(|| call.made(Kind::Bool(false)))
        }
        "keys" => {
            let (entries, form) = (entries(call.argument(0)?)?, call.form(0)?);
            let keys = entries.into_iter().map(|(key, _)| call.text(key)).collect();
            Some(call.made(Kind::of_list(keys, None, form)))
        }
        "values" => {
            let (entries, form) = (entries(call.argument(0)?)?, call.form(0)?);
            let values = entries.into_iter().map(|(_, value)| value).collect();
            Some(call.made(Kind::of_list(values, None, form)))
        }
        "lookup" => {
            let Kind::Map(map) = &call.argument(0)?.kind else {
                return None;
            };
            let name = call.string(1)?;
            match map.get(&name) {
                Some(value) => Some(value.clone()),
                None if !map.is_closed() => None,
                None => Some(call.argument(2).cloned().unwrap_or_else(|| call.invalid())),
            }
        }
        "zipmap" => {
            let (keys, values) = (call.list(0)?, call.list(1)?);
            let mut members = Members::default();
            for (key, value) in keys.items.iter().zip(&values.items) {
                members.insert(Key::new(key.as_string()?, key.place), value.clone());
            }
            Some(call.made(members.into_map(None, values.form)))
        }
        "coalescelist" => {
            for number in 0..call.arguments.len() {
                if !call.list(number)?.items.is_empty() {
                    return call.argument(number).cloned();
                }
            }
            Some(call.invalid())
        }
        "range" => range(call),
        "setproduct" => setproduct(call),
        "alltrue" | "anytrue" => {
            let values: Option<Vec<bool>> =
                call.list(0)?.items.iter().map(Value::as_bool).collect();
            let value = match name {
                "alltrue" => values?.into_iter().all(|value| value),
                _ => values?.into_iter().any(|value| value),
            };
            Some(call.made(Kind::Bool(value)))
        }
        "sum" => {
            let values: Option<Vec<f64>> =
                call.list(0)?.items.iter().map(Value::as_number).collect();
            Some(call.made(Kind::Number(values?.into_iter().sum())))
        }
        _ => None,
    }
}

fn concat(call: &Call<'_>) -> Option<Value> {
    let (mut items, mut more) = (Vec::new(), None);
    for argument in call.arguments {
        match &argument.kind {
            Kind::List(list) if list.form == Form::Set => return Some(call.invalid()),
            Kind::List(list) => {
                items.extend(list.items.iter().cloned());
                more = more.or_else(|| list.more.clone());
            }
            Kind::Unknown(unknown) => more = Some(unknown.clone()),
            Kind::Null
            | Kind::Bool(_)
            | Kind::Number(_)
            | Kind::Text(_)
            | Kind::Map(_)
            | Kind::Json(_) => return Some(call.invalid()),
        }
    }
    // Lists of one type are a list. With a tuple among them, they are a tuple.
    let lists = || call.arguments.iter().filter_map(listed);
    let has_texts = |list: &List| {
        !list.items.is_empty()
            && (list.items.iter()).all(|item| matches!(item.kind, Kind::Text(_) | Kind::Json(_)))
    };
    let form = if lists().count() < call.arguments.len() || lists().any(|it| it.form == Form::Open)
    {
        Form::Open
    } else if lists().any(|list| list.form == Form::Structure) {
        Form::Structure
    } else if lists().all(has_texts) || call.arguments.len() == 1 {
        Form::Collection
    } else {
        Form::Open
    };
    Some(call.made(Kind::of_list(items, more, form)))
}

fn merge(call: &Call<'_>) -> Option<Value> {
    let mut members = Members::default();
    let mut more: Option<Unknown> = None;
    // Maps of one type are a map. With an object among them, they are an object.
    let forms = || (0..call.arguments.len()).map(|number| call.form(number));
    let form = if forms().any(|form| form == Some(Form::Structure)) {
        Form::Structure
    } else if call.arguments.len() == 1 {
        Form::Collection
    } else {
        Form::Open
    };
    for (number, argument) in call.arguments.iter().enumerate() {
        match &argument.kind {
            Kind::Null => {}
            // What is not known may replace what is before it.
            Kind::Unknown(_) if number > 0 => return None,
            Kind::Unknown(unknown) => more = Some(unknown.clone()),
            Kind::Map(map) => {
                if number > 0
                    && map.more.is_some()
                    && call.purpose == crate::input::hcl::world::Purpose::Read
                {
                    return None;
                }
                more = more.or_else(|| map.more.clone());
                for (key, value) in &map.members {
                    members.insert(key.clone(), value.clone());
                }
            }
            Kind::Bool(_) | Kind::Number(_) | Kind::Text(_) | Kind::List(_) | Kind::Json(_) => {
                return Some(call.invalid());
            }
        }
    }
    Some(call.made(members.into_map(more, form)))
}

fn flatten(value: &Value, items: &mut Vec<Value>, more: &mut Option<Unknown>) -> Option<()> {
    let list = listed(value)?;
    for item in &list.items {
        match &item.kind {
            Kind::List(_) => flatten(item, items, more)?,
            // It may be a list.
            Kind::Unknown(unknown) => *more = Some(unknown.clone()),
            Kind::Null
            | Kind::Bool(_)
            | Kind::Number(_)
            | Kind::Text(_)
            | Kind::Map(_)
            | Kind::Json(_) => items.push(item.clone()),
        }
    }
    if more.is_none() {
        more.clone_from(&list.more);
    }
    (items.len() < 100_000).then_some(())
}

fn sets(call: &Call<'_>, name: &str) -> Option<Value> {
    let lists: Option<Vec<&List>> = (0..call.arguments.len()).map(|at| call.list(at)).collect();
    let lists = lists?;
    let (first, others) = lists.split_first()?;
    if name == "setunion" {
        let items: Vec<Value> = lists
            .iter()
            .flat_map(|list| list.items.iter().cloned())
            .collect();
        return Some(call.made(set(&items, None)));
    }
    let mut kept = Vec::new();
    for item in &first.items {
        let mut in_all = true;
        let mut in_any = false;
        for list in others {
            let same: Option<Vec<bool>> =
                list.items.iter().map(|other| other.equals(item)).collect();
            let is_in = same?.contains(&true);
            in_all &= is_in;
            in_any |= is_in;
        }
        let keeps = match name {
            "setintersection" => in_all,
            _ => !in_any,
        };
        if keeps {
            kept.push(item.clone());
        }
    }
    Some(call.made(set(&kept, None)))
}

fn range(call: &Call<'_>) -> Option<Value> {
    let numbers: Option<Vec<f64>> = call.arguments.iter().map(Value::as_number).collect();
    let (from, to, step) = match *numbers?.as_slice() {
        [to] => (0.0, to, if to < 0.0 { -1.0 } else { 1.0 }),
        [from, to] => (from, to, if to < from { -1.0 } else { 1.0 }),
        [from, to, step] => (from, to, step),
        _ => return None,
    };
    let mut items = Vec::new();
    let mut at = from;
    while (step > 0.0 && at < to) || (step < 0.0 && at > to) {
        // Terraform's own limit.
        if items.len() >= 1024 {
            return Some(call.invalid());
        }
        items.push(call.made(Kind::Number(at)));
        at += step;
    }
    Some(call.list_of(items, None))
}

fn setproduct(call: &Call<'_>) -> Option<Value> {
    let mut out: Vec<Vec<Value>> = vec![Vec::new()];
    for number in 0..call.arguments.len() {
        let list = call.list(number)?;
        if out.len().saturating_mul(list.items.len()) > 10_000 {
            return None;
        }
        out = (out.iter())
            .flat_map(|before| {
                list.items.iter().map(|item| {
                    let mut next = before.clone();
                    next.push(item.clone());
                    next
                })
            })
            .collect();
    }
    let form = match (0..call.arguments.len()).all(|at| call.form(at) == Some(Form::Set)) {
        true => Form::Set,
        false => Form::Collection,
    };
    let items = out.into_iter().map(|items| Value::tuple(items, call.at));
    Some(call.made(Kind::of_list(items.collect(), None, form)))
}
