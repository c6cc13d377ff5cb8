#!/usr/bin/env python3
"""Times `derive` on 400,000 lines of public Rust, and on 20,000 literals.

usage: derive_speed.py COMMAND [--packages DIRECTORY] [--lines N] [--literals N]

COMMAND is the built `rekognition-iam`. The lines are the sources (`src`) of the packages of `derive_recall.py`, each as a module
of one package, repeated until there are enough; DIRECTORY has the packages unpacked, and they are downloaded without it. The
literals are as many calls, each with another collection, and are printed with `--format json`. Prints the seconds of the
process on a core, those of the clock, and the most memory it took.
"""

import argparse
import pathlib
import resource
import shutil
import subprocess
import sys
import tempfile
import time

from derive_recall import PACKAGES, fetch

MANIFEST = """[package]
name = "many"
version = "0.0.0"
edition = "2021"
[workspace]
[dependencies]
"""


def packages(directory, into):
    for name in PACKAGES:
        found = sorted(pathlib.Path(directory).glob(f"{name}-[0-9]*")) if directory else []
        found = found[-1] if found else fetch(name, into)
        if found and (found / "src").is_dir():
            yield found


def crates(package):
    """The lines of the manifest that say which clients a package has."""
    for line in (package / "Cargo.toml").read_text().splitlines():
        section = line.strip().strip("[]").split(".")
        if section[0] == "dependencies" and len(section) == 2 and section[1].startswith("aws-"):
            yield section[1]


def lines_of(temporary):
    return sum(path.read_bytes().count(b"\n") for path in temporary.rglob("*.rs"))


def many_lines(temporary, wanted, directory):
    sources = list(packages(directory, temporary))
    if not sources:
        sys.exit("no package could be read")
    crate = temporary / "many"
    (crate / "src").mkdir(parents=True)
    clients, modules, count = set(), [], 0
    while count < wanted:
        for package in sources:
            if count >= wanted:
                break
            module = f"m{len(modules)}"
            shutil.copytree(package / "src", crate / "src" / module)
            root = crate / "src" / module
            for own in ("lib.rs", "main.rs"):
                if (root / own).exists() and not (root / "mod.rs").exists():
                    (root / own).rename(root / "mod.rs")
            if not (root / "mod.rs").exists():
                shutil.rmtree(root)
                continue
            clients.update(crates(package))
            modules.append(module)
            count += lines_of(root)
    (crate / "src/lib.rs").write_text("".join(f"mod {module};\n" for module in modules))
    (crate / "Cargo.toml").write_text(MANIFEST + "".join(f'{name} = "1"\n' for name in sorted(clients)))
    return crate, f"{count:,} lines"


def many_literals(temporary, wanted):
    crate = temporary / "literals"
    (crate / "src").mkdir(parents=True)
    calls = (f'pub async fn f{n}(c: &Client) {{ c.list_faces().collection_id("c{n}").send().await.unwrap(); }}\n' for n in range(wanted))
    (crate / "src/lib.rs").write_text("use aws_sdk_rekognition::Client;\n" + "".join(calls))
    (crate / "Cargo.toml").write_text(MANIFEST + 'aws-sdk-rekognition = "1"\n')
    return crate, f"{wanted:,} literals"


def measure(command, crate, what):
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    done = subprocess.run([command, "derive", "--format", "json", "--allow-wildcards", "--manifest-path", crate], capture_output=True, text=True)
    after, clock = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic() - start
    core = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    found = done.stdout.count('"Effect"')
    print(f"{what}: {core:.2f} s on a core, {clock:.2f} s, at most {after.ru_maxrss / 1024:.0f} MB, exit {done.returncode}, {found} statements")


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("command")
    arguments.add_argument("--packages")
    arguments.add_argument("--lines", type=int, default=400_000)
    arguments.add_argument("--literals", type=int, default=20_000)
    args = arguments.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        temporary = pathlib.Path(temporary)
        measure(args.command, *many_literals(temporary, args.literals))
        measure(args.command, *many_lines(temporary, args.lines, args.packages))


if __name__ == "__main__":
    main()
