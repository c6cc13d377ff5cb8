#!/usr/bin/env python3
"""Writes operation-members.json: the members of each operation's request, by the names of the Rust SDK's setters.

usage: operation_members.py BOTOCORE

BOTOCORE is the directory of an unpacked botocore (`pip download --no-deps botocore`, then unzip). Names only, no text.
"""

import datetime
import gzip
import json
import pathlib
import sys

HERE = pathlib.Path(__file__).parent
# Words that the Rust SDK keeps together whatever their case.
WHOLE = ["ipv4", "ipv6", "sigv4", "mib", "gib", "kib", "ttl"]


def ends_acronym(word, char, peek, double):
    if not (word[-1].isupper() and char.isupper() and peek.islower()):
        return False
    if peek == "s" and not double.islower():
        return False
    return not (peek == "v" and double.isdigit())


def snake(name):
    """The name of a setter, as the Rust SDK's generator makes it."""
    words, word = [], ""
    lower = name == name.lower()
    for at, char in enumerate(name):
        peek, double = name[at + 1 : at + 2], name[at + 2 : at + 3]
        rest = (word + name[at:]).lower()
        whole = any(rest.startswith(known) for known in WHOLE) and word.lower() not in WHOLE
        if not char.isalnum():
            if word:
                words.append(word)
            word = ""
            continue
        if not word:
            word = char
            continue
        split = (
            not whole
            and (
                (word[-1].islower() or word[-1].isdigit()) and char.isupper()
                or lower and word[-1].isdigit() and char.islower()
                or word.lower() in WHOLE
            )
            or ends_acronym(word, char, peek, double)
        )
        if split:
            words.append(word)
            word = char
        else:
            word += char
    if word:
        words.append(word)
    return "_".join(word.lower() for word in words).replace("_mib_ps", "_mibps")


def model(data, client):
    version = sorted(path for path in (data / client).iterdir() if path.is_dir())[-1]
    for path in version.glob("service-2.json*"):
        opener = gzip.open if path.suffix == ".gz" else open
        with opener(path, "rt", encoding="utf-8") as file:
            return json.load(file)
    raise SystemExit(f"no model of {client}")


def main():
    botocore = pathlib.Path(sys.argv[1])
    version = next(line for line in (botocore / "__init__.py").read_text().splitlines() if line.startswith("__version__"))
    clients = json.loads((HERE / "sdk-crates.json").read_text())["crates"]
    version = version.split(chr(39))[1]
    page = f"https://github.com/boto/botocore/tree/{version}/botocore/data"
    lines = [f'"botocore":"{version}"', f'"evidence":"{page}"', f'"date":"{datetime.date.today()}"']
    for client in sorted(clients):
        found = model(botocore / "data", client)
        operations = []
        for name, operation in sorted(found["operations"].items()):
            shape = found["shapes"].get(operation.get("input", {}).get("shape"), {})
            required = shape.get("required", [])
            members = [snake(member) + ("*" if member in required else "") for member in shape.get("members", {})]
            operations.append(f'"{name}":"{" ".join(sorted(members))}"')
        lines.append(f'"{client}":{{\n' + ",\n".join(operations) + "\n}")
    (HERE / "operation-members.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    main()
