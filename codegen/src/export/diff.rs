//! The difference of two texts, line by line, for people to read.

/// Lines of context around a change.
const CONTEXT: usize = 3;

/// Beyond this many lines the texts are not compared but shown as replaced: the table would be too large.
const LIMIT: usize = 2_000;

/// What leads from one text to the other, in the unified format without its header of file names.
pub(crate) fn diff(before: &str, after: &str) -> String {
    let before: Vec<&str> = before.lines().collect();
    let after: Vec<&str> = after.lines().collect();
    let lines = compare(&before, &after);

    let mut out = String::new();
    let mut shown_to = 0;
    let mut at = 0;
    let changed = |line: usize| lines.get(line).is_some_and(|(mark, _)| *mark != ' ');
    while let Some(change) = (at..lines.len()).find(|&line| changed(line)) {
        let start = change.saturating_sub(CONTEXT).max(shown_to);
        // One hunk goes on while the next change is near.
        let mut end = change;
        while let Some(next) = (end..lines.len())
            .take(2 * CONTEXT + 1)
            .find(|&line| changed(line))
        {
            end = next + 1;
        }
        let stop = (end + CONTEXT).min(lines.len());
        let count = |range: std::ops::Range<usize>, skip: char| {
            lines
                .get(range)
                .unwrap_or_default()
                .iter()
                .filter(|(mark, _)| *mark != skip)
                .count()
        };
        let place = |skip: char| {
            let length = count(start..stop, skip);
            let first = count(0..start, skip) + usize::from(length > 0);
            format!("{first},{length}")
        };
        out.push_str(&format!("@@ -{} +{} @@\n", place('+'), place('-')));
        for (mark, line) in lines.get(start..stop).unwrap_or_default() {
            out.push(*mark);
            out.push_str(line);
            out.push('\n');
        }
        shown_to = stop;
        at = stop;
    }
    if out.is_empty() {
        out.push_str("only white space at the ends of lines differs\n");
    }
    out
}

/// Each line with ` `, `-` or `+`: the longest common subsequence stays.
fn compare<'t>(before: &[&'t str], after: &[&'t str]) -> Vec<(char, &'t str)> {
    let head = (0..before.len().min(after.len()))
        .take_while(|&line| before.get(line) == after.get(line))
        .count();
    let (old, new) = (
        before.get(head..).unwrap_or_default(),
        after.get(head..).unwrap_or_default(),
    );
    let width = new.len() + 1;
    // longest[o * width + n]: of what is left from line `o` of the old text and `n` of the new one.
    let mut longest = Vec::new();
    let of = |longest: &[u16], o: usize, n: usize| -> u16 {
        longest.get(o * width + n).copied().unwrap_or_default()
    };
    if old.len().max(new.len()) <= LIMIT {
        longest = vec![0_u16; (old.len() + 1) * width];
        for (o, old) in old.iter().enumerate().rev() {
            for (n, new) in new.iter().enumerate().rev() {
                let length = if old == new {
                    of(&longest, o + 1, n + 1) + 1
                } else {
                    of(&longest, o + 1, n).max(of(&longest, o, n + 1))
                };
                if let Some(slot) = longest.get_mut(o * width + n) {
                    *slot = length;
                }
            }
        }
    }
    let length = |o: usize, n: usize| of(&longest, o, n);

    let mut lines: Vec<(char, &str)> = before.iter().take(head).map(|line| (' ', *line)).collect();
    let (mut o, mut n) = (0, 0);
    loop {
        match (old.get(o), new.get(n)) {
            (None, None) => break,
            (Some(line), Some(other)) if line == other => {
                lines.push((' ', line));
                (o, n) = (o + 1, n + 1);
            }
            (Some(line), other) if other.is_none() || length(o + 1, n) >= length(o, n + 1) => {
                lines.push(('-', line));
                o += 1;
            }
            (_, Some(line)) => {
                lines.push(('+', line));
                n += 1;
            }
            (Some(_), None) => break,
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_changes_with_their_surroundings() {
        let before = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";
        let after = "1\n2\n3\n4\nfive\n6\n7\n8\n9\n10\n";
        assert_eq!(
            diff(before, after),
            "@@ -2,8 +2,9 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n 9\n+10\n"
        );
    }

    #[test]
    fn parts_what_lies_apart() {
        let before: String = (1..=30).map(|line| format!("{line}\n")).collect();
        let after = before.replacen("1\n", "one\n", 1).replace("30", "thirty");
        assert_eq!(
            diff(&before, &after),
            "@@ -1,4 +1,4 @@\n-1\n+one\n 2\n 3\n 4\n@@ -27,4 +27,4 @@\n 27\n 28\n 29\n-30\n+thirty\n"
        );
    }

    #[test]
    fn shows_what_came_and_went() {
        assert_eq!(diff("", "a\n"), "@@ -0,0 +1,1 @@\n+a\n");
        assert_eq!(diff("a\n", ""), "@@ -1,1 +0,0 @@\n-a\n");
        assert!(diff("a", "a\n").starts_with("only white space"));
    }

    #[test]
    fn copes_with_long_texts() {
        let long = "x\n".repeat(LIMIT + 1);
        let shown = diff(&long, "y\n");
        assert_eq!(shown.lines().count(), LIMIT + 3);
    }
}
