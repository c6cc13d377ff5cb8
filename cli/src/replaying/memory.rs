//! What is remembered of questions that were answered, within bounds.

use std::rc::Rc;

use crate::trail::hash::FastMap;

/// Values by their keys, of two generations: what was asked for since the last one began, and what was remembered before.
///
/// A trail has thousands of questions that are asked again and again, and objects in S3 that are asked about once. What is
/// asked again stays, and the rest goes.
#[derive(Debug)]
pub(super) struct Memory<V> {
    young: FastMap<String, Rc<V>>,
    old: FastMap<String, Rc<V>>,
    /// The most of a generation.
    most: usize,
}

impl<V> Memory<V> {
    pub(super) fn new(most: usize) -> Self {
        Self {
            young: FastMap::default(),
            old: FastMap::default(),
            most,
        }
    }

    pub(super) fn get(&mut self, key: &str) -> Option<Rc<V>> {
        if let Some(value) = self.young.get(key) {
            return Some(Rc::clone(value));
        }
        let (key, value) = self.old.remove_entry(key)?;
        self.keep(key, Rc::clone(&value));
        Some(value)
    }

    pub(super) fn insert(&mut self, key: &str, value: V) -> Rc<V> {
        let value = Rc::new(value);
        self.keep(key.to_owned(), Rc::clone(&value));
        value
    }

    fn keep(&mut self, key: String, value: Rc<V>) {
        if self.young.len() >= self.most {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(key, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_again_stays() {
        let mut memory = Memory::new(10);
        memory.insert("often", 0);
        for number in 1..100 {
            memory.insert(&number.to_string(), number);
            assert_eq!(memory.get("often").as_deref(), Some(&0));
        }
        assert_eq!(memory.get("1"), None);
        assert!(memory.young.len() + memory.old.len() <= 20);
    }
}
