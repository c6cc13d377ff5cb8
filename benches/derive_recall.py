#!/usr/bin/env python3
"""Measures `derive` on public applications: which calls it finds, which it lists as not followed, and which it misses.

usage: derive_recall.py COMMAND [DIRECTORY]

COMMAND is the built `rekognition-iam`. The packages are downloaded with `cargo info`, unpacked into DIRECTORY (a temporary
one unless given) and only read, never built. The other reader is a simple one: a method without arguments that has the name
of an operation of an SDK crate among the package's dependencies, on a chain that ends in `send`, `send_with`,
`into_paginator` or `wait`, outside of test modules. A call that neither `derive` nor its notes have is a silent miss. A call
that was derived is confirmed when its line has a method of an operation of those crates outside of tests.
"""

import json
import os
import pathlib
import re
import subprocess
import sys
import tarfile
import tempfile

PACKAGES = """
alloy-signer-aws aws-throwaway aws_secretsmanager_caching cargo-lambda-deploy cargo-lambda-invoke cobalt-aws coldsnap
deltalake-aws dynamo-es dynamodb-expression iceberg-catalog-glue iceberg-catalog-s3tables icechunk kms-aead
lance-table metrics_cloudwatch modyne omniqueue s3-algo s3find s3rm-rs s3sync s3util-rs secret-vault stu tough-kms
tough-ssm tower-sessions-dynamodb-store tracing-cloudwatch
""".split()

HERE = pathlib.Path(__file__).resolve().parent
SENDERS = re.compile(r"\.\s*(send|send_with|into_paginator|wait|presigned|customize)\s*\(")


def fetch(name, into):
    """Downloads a package and returns its directory."""
    done = subprocess.run(["cargo", "info", name], capture_output=True, text=True, cwd=into)
    version = re.search(r"^version: (\S+)", done.stdout, re.M)
    if not version:
        return None
    version = version[1]
    home = pathlib.Path(os.environ.get("CARGO_HOME", pathlib.Path.home() / ".cargo"))
    for crate in home.glob(f"registry/cache/*/{name}-{version}.crate"):
        with tarfile.open(crate) as archive:
            archive.extractall(into, filter="data")
        return into / f"{name}-{version}"
    return None


def without_tests(text):
    """The text with test modules and functions blanked, lines kept."""
    out = text
    for found in re.finditer(r"#\[(cfg\(test\)|cfg\(all\(test|tokio::test|test\b|rstest)", text):
        brace = text.find("{", found.start())
        semicolon = text.find(";", found.start())
        if brace < 0 or 0 <= semicolon < brace:
            continue
        depth, at = 0, brace
        while at < len(text):
            depth += {"{": 1, "}": -1}.get(text[at], 0)
            if depth == 0:
                break
            at += 1
        blank = re.sub(r"[^\n]", " ", text[found.start() : at + 1])
        out = out[: found.start()] + blank + out[at + 1 :]
    return re.sub(r"//[^\n]*", lambda comment: " " * len(comment[0]), out)


def snake(operation):
    name = re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1_\2", operation)
    return re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name).lower()


def all_operations():
    """The names of the methods of each crate of the SDK, from the data of `derive`."""
    data = HERE / "../codegen/data"
    members = json.loads((data / "operation-members.json").read_text())
    crates = json.loads((data / "sdk-crates.json").read_text())["crates"]
    found = {crate: {snake(operation) for operation in members.get(client, {})} for client, crate in crates.items()}
    actions, service = {}, set()
    for line in (data / "services.txt").read_text().splitlines():
        fields = line.split("\t")
        if fields[0] == "service":
            service = actions.setdefault(fields[1], set())
        elif len(fields[0]) == 1:
            service.add(fields[1])
    names = set()
    for line in (data / "clients.txt").read_text().splitlines():
        fields = line.split("\t")
        if fields[0] == "client":
            names = found.setdefault(fields[2], {snake(action) for action in actions[fields[3]]})
        elif not line.startswith(("#", "wait_until")):
            names.add(snake(fields[0]))
    return found


OPERATIONS = all_operations()


def operations(folder):
    """The names of the methods of the clients that a package depends on or names, and the clients that are not known."""
    crates = set(re.findall(r"\baws-sdk-[a-z0-9]+\b", (folder / "Cargo.toml").read_text())) - {"aws-sdk-rust"}
    for path in folder.glob("src/**/*.rs"):
        crates |= {f"aws-sdk-{name}" for name in re.findall(r"\baws_sdk_([a-z0-9]+)\b", path.read_text(errors="replace"))}
    names = set().union(*(OPERATIONS.get(crate, set()) for crate in crates))
    return names, {crate[8:] for crate in crates - set(OPERATIONS)}


def confirmed(folder, names, place, method):
    """Whether a call that was derived is one by its text alone: a method of a client of the package, outside of tests."""
    file, line = place.rsplit(":", 1)
    lines = without_tests((folder / file).read_text(errors="replace")).split("\n")
    text = lines[int(line) - 1]
    if method.startswith("wait_until_") or "AssumeRoleProvider" in text:
        return True
    # A request that a user of the package begins is a call where it is sent.
    return method in names and (re.search(rf"(\.|::)\s*{method}\b", text) or SENDERS.search(text)) is not None


def candidates(folder, names):
    for path in sorted(folder.rglob("*.rs")):
        shown = path.relative_to(folder).as_posix()
        if not shown.startswith("src/"):
            continue
        text = without_tests(path.read_text(errors="replace"))
        if "#![cfg(test)]" in text:
            continue
        for found in re.finditer(r"\.\s*([a-z_0-9]+)\s*\(\s*\)", text):
            if found[1] not in names:
                continue
            # The chain goes on to the end of the statement.
            rest = text[found.end() : found.end() + 4000]
            end = re.search(r";\s*\n|\n\s*\n", rest)
            if SENDERS.search(rest[: end.start() + 1 if end else None]):
                yield shown, text.count("\n", 0, found.start(1)) + 1, found[1]


def main():
    command = str(pathlib.Path(sys.argv[1]).resolve())
    into = pathlib.Path(sys.argv[2] if len(sys.argv) > 2 else tempfile.mkdtemp())
    into.mkdir(parents=True, exist_ok=True)
    total = found_total = listed_total = silent_total = extra_total = calls_total = confirmed_total = lines = 0
    for name in PACKAGES:
        folder = fetch(name, into)
        if folder is None:
            print(f"{name}: cannot be downloaded")
            continue
        names, others = operations(folder)
        done = subprocess.run([command, "derive", "--calls", "--manifest-path", str(folder)], capture_output=True, text=True)
        calls = {tuple(line.rsplit(": ", 1)) for line in done.stdout.splitlines()}
        notes = re.findall(r"^not followed: (.+?):(\d+):\d+: (.*)$", done.stderr, re.M)
        noted = {(file, int(line)) for file, line, _ in notes}
        lines += sum(path.read_text(errors="replace").count("\n") for path in folder.rglob("src/**/*.rs"))
        wanted = set(candidates(folder, names))
        hit = {(file, line, method) for file, line, method in wanted if (f"{file}:{line}", method) in calls}
        listed = {one for one in wanted - hit if (one[0], one[1]) in noted}
        silent = wanted - hit - listed
        known = {(f"{file}:{line}", method) for file, line, method in wanted}
        extra = {call for call in calls if call not in known}
        wrong = sorted(call for call in calls if not confirmed(folder, names, *call))
        print(
            f"{folder.name}: {len(calls)} calls, {len(notes)} notes; {len(hit)} of {len(wanted)} found, {len(listed)} listed, "
            f"{len(silent)} missed silently, {len(extra)} more than the other reader"
            + (f"; other services: {', '.join(sorted(others))}" if others else "")
        )
        for file, line, method in sorted(silent):
            print(f"  missed: {file}:{line}: {method}")
        for place, method in wrong:
            print(f"  not confirmed: {place}: {method}")
        total, found_total, listed_total = total + len(wanted), found_total + len(hit), listed_total + len(listed)
        silent_total, extra_total, calls_total = silent_total + len(silent), extra_total + len(extra), calls_total + len(calls)
        confirmed_total += len(calls) - len(wrong)
    print(
        f"\n{total} calls of the other reader: {found_total} found, {listed_total} listed, {silent_total} missed silently; "
        f"{calls_total} calls in all, {extra_total} more than the other reader has, {confirmed_total} confirmed; {lines} lines"
    )


if __name__ == "__main__":
    main()
