use std::time::Instant;

use super::is_plain;
use crate::fuzzing::{self, Random};
use crate::input::tree::yaml::parsed;

const SEEDS: [&str; 6] = [
    "name: build\non:\n  push:\n    branches: [main, 'a b']\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n      - name: test 1\n        run: |\n          ./x --y\n\n          echo done\n      - uses: a/b@v1 # c\n",
    "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  labels: {app: x, b: \"y\"}\nspec:\n  containers:\n  - name: a\n    image: a/b:1.2\n    env:\n    - name: A\n      value: \"a: b\"\n    - - x\n      - y\n",
    "# comment\n---\na: >-\n  folded\n  text\nb:\nc: ~\n---\n- 1\n-\n  k: v\n- \"x\"\n",
    "a:\n  - b\n  - c: d\n    e:\n    - f\n    - g\n  -  h: i\n     j: [1, {k: l, m: []}]\n",
    "'a b': 1\n\"c\": 'd'\ne f: $(x)\ng: -1\nh: a:b\n",
    "x: |+\n    deep\n   \n\n     more\n# c\ny: 1\n",
];

const TOKENS: [&str; 30] = [
    " ", "  ", "\n", "\n  ", "\n- ", "- ", ": ", ":", "#", " #", "'", "\"", "{", "}", "[", "]",
    ", ", "|", ">", "|-", "---\n", "...", "&a ", "*a", "!t ", "? ", "%", "a", "a: ", "\t",
];

fn changed(random: &mut Random) -> String {
    let mut text = random.one_of(&SEEDS).to_string();
    for _ in 0..random.below(4) {
        let at = random.below(text.len() + 1);
        match random.below(5) {
            0 if at < text.len() => {
                text.remove(at);
            }
            1 => {
                let other = random.one_of(&SEEDS);
                let from = random.below(other.len());
                let to = (from + random.below(40)).min(other.len());
                text.insert_str(at, other.get(from..to).unwrap());
            }
            2 => {
                // The indentation of a line.
                let before = text.get(..at).unwrap();
                let start = before.rfind('\n').map_or(0, |at| at + 1);
                match text.as_bytes().get(start) == Some(&b' ') && random.below(2) == 0 {
                    true => drop(text.remove(start)),
                    false => text.insert(start, ' '),
                }
            }
            3 => text.truncate(at),
            _ => text.insert_str(at, random.one_of(&TOKENS)),
        }
    }
    text
}

#[test]
fn the_seeds_are_plain() {
    for seed in SEEDS {
        assert!(is_plain(seed), "{seed}");
    }
}

#[test]
fn what_is_not_plain_is_for_the_parser() {
    for text in [
        "a: b: c\n",
        "a: 'b' c\n",
        "a: b\n  c: d\n",
        "a:\n  b: c\n d: e\n",
        "- a\nb: c\n",
        "a: b\n- c\n",
        "a: |\n    b\n  c\n",
        "a: {b\n",
        "a: [b, }\n",
        "a: {{ b }}\n",
        "a: - b\n",
        "a: *b\n",
        "a: &b c\n",
        "a: !b c\n",
        "a: \"\\q\"\n",
        "a\n",
        "a: @b\n",
        "a:\tb\n",
        "? a\n",
        "--- a\n",
    ] {
        assert!(!is_plain(text), "{text}");
    }
}

#[test]
fn fuzz_what_is_plain_is_yaml() {
    let mut random = Random::seeded();
    let end = fuzzing::end();
    let (mut runs, mut plain) = (0, 0);
    while runs < 20_000 || Instant::now() < end {
        let text = changed(&mut random);
        if is_plain(&text) {
            plain += 1;
            assert!(parsed(&text).is_ok(), "run {runs}:\n{text}");
        }
        runs += 1;
    }
    // Otherwise it would say nothing.
    assert!(plain > runs / 20, "{plain} of {runs}");
}
