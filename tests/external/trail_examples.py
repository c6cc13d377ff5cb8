#!/usr/bin/env python3
"""Compares the requests that `replay` reads from example records with a list of the expected ones, in each form of export.

usage: tests/external/trail_examples.py DIRECTORY [COMMAND]

DIRECTORY has CloudTrail records (`*.json`, `AWSLogs`, and other forms in `forms`), and next to them
  cloudtrail-expected.jsonl         the request of each line, as `evaluate --stdin` reads it
  cloudtrail-expected-map.jsonl     the event of each line, and the keys that its record does not show
  cloudtrail-expected-replay.jsonl  what old.json and new.json decide about each
Prints each difference, with the reason where it is on purpose, and exits with 1 if there is another one. Prints that it was skipped
without the directory: the examples are not part of this repository. `cli/tests/it/replay` has records of its own.
"""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# In every request, and not in the list.
ALWAYS = {"aws:EpochTime", "aws:PrincipalArn"}

# What differs on purpose, by the number of the record and the key.
ON_PURPOSE = {
    ("23", "aws:ViaAWSService"): "`invokedBy` does not prove forward access: a service role has it too. Unknown is safe, and true is a guess",
}


def run(*arguments, stdin=None):
    done = subprocess.run([COMMAND, *map(str, arguments)], input=stdin, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        sys.exit(f"{arguments}: exit code {done.returncode}\n{done.stderr}")
    return done.stdout


def lines(text):
    return [json.loads(line) for line in text.splitlines() if line.strip()]


def plain(value):
    """Numbers and Booleans as a request has them, and lists without their order."""
    if isinstance(value, list):
        return sorted(map(str, value)) if len(value) > 1 else plain(value[0]) if value else []
    return str(value).lower() if isinstance(value, bool) else str(value)


def differences(expected, unknown, found):
    for member in ["principal", "action", "resource", "resource_account"]:
        if plain(expected.get(member)) != plain(found.get(member)):
            yield member, f"{member} is {found.get(member)}, but should be {expected.get(member)}"
    of_found = {name.lower(): value for name, value in found.get("context", {}).items()}
    of_expected = {name.lower(): value for name, value in expected.get("context", {}).items()}
    names = {name.lower(): name for name in [*found.get("context", {}), *expected.get("context", {})]}
    not_known = {name.lower() for name in found["unknown"]}
    for key in sorted({*of_found, *of_expected}):
        if key not in of_expected:
            if names[key] not in ALWAYS:
                yield names[key], f"{names[key]} is {of_found[key]}, but the list does not have it"
        elif plain(of_expected[key]) != plain(of_found.get(key)):
            yield names[key], f"{names[key]} is {'unknown' if key in not_known else of_found.get(key)}, but should be {of_expected[key]}"
    for key in unknown:
        if key.lower() not in not_known:
            yield key, f"{key} is {of_found.get(key.lower(), 'absent')}, but should be unknown"


def main():
    requests = {}
    expected = lines((DIRECTORY / "cloudtrail-expected.jsonl").read_text())
    without = set()
    for of in lines((DIRECTORY / "cloudtrail-expected-map.jsonl").read_text()):
        if of["line"] is None:
            without.add(of["eventID"])
        else:
            requests[of["eventID"], of["nth"]] = (of, expected[of["line"] - 1]["request"])
    records = sorted(path for path in DIRECTORY.glob("*.json") if path.name[:2].isdigit())
    forms = {"records": records, "AWSLogs": [DIRECTORY / "AWSLogs"]}
    forms |= {path.name: [path] for path in sorted((DIRECTORY / "forms").iterdir())}
    wrong = on_purpose = compared = 0
    for form, trails in forms.items():
        text = run("replay", "--emit", "requests", *trails)
        seen = {}
        for line in lines(text):
            event, nth = line["id"]["event_id"], line["id"]["nth"]
            seen[event, nth] = line["request"]
            if (event, nth) not in requests:
                print(f"{form}: {event} has a request {nth} that is not expected: {line['request']['action']}")
                wrong += 1
        events = {event for event, _ in seen}
        whole = form in ("records", "AWSLogs")
        for (event, nth), (of, request) in requests.items():
            if (event, nth) not in seen:
                if whole or event in events:
                    print(f"{form}: {of['record']}: request {nth} is missing")
                    wrong += 1
                continue
            compared += 1
            for key, message in differences(request, of["unknown"], seen[event, nth]):
                reason = ON_PURPOSE.get((of["record"][:2], key))
                if not reason:
                    wrong += 1
                elif form == "records":
                    on_purpose += 1
                if not reason or form == "records":
                    print(f"{form}: {of['record']}: {message}" + (f" (on purpose: {reason})" if reason else ""))
    # What the policies decide about the requests as they were read.
    decided = lines((DIRECTORY / "cloudtrail-expected-replay.jsonl").read_text())
    asked = run("replay", "--emit", "requests", *records)
    by_id = {(of["eventID"], of["nth"]): of["line"] for of, _ in requests.values()}
    for policy in ["old", "new"]:
        answers = lines(run("evaluate", "--policy", DIRECTORY / f"{policy}.json", "--stdin", stdin=asked))
        ids = [line["id"] for line in lines(asked)]
        for of, answer in zip(ids, answers, strict=True):
            line = by_id[of["event_id"], of["nth"]]
            want = next(entry for entry in decided if entry["line"] == line)
            got = answer.get("verdict") or answer.get("decision")
            if got != want[policy]:
                print(f"{policy}.json: {want['record']} {want['action']}: {answer}, but should be {want[policy]}")
                wrong += 1
    print(f"{compared} requests compared in {len(forms)} forms, {on_purpose} difference(s) on purpose, {wrong} other(s)")
    sys.exit(1 if wrong else 0)


if len(sys.argv) < 2 or not Path(sys.argv[1]).is_dir():
    print("\n*** SKIPPED trail_examples.py: name the directory with the examples\n")
    sys.exit(0)
DIRECTORY = Path(sys.argv[1]).resolve()
COMMAND = str(Path(sys.argv[2] if len(sys.argv) > 2 else ROOT / "target/debug/rekognition-iam").resolve())
main()
