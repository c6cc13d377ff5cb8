#!/usr/bin/env python3
"""The files of a release, from an unoptimized build: the archive is where `cargo binstall` looks, and pip installs the wheel."""

import os
import subprocess
import sys
import tarfile
import tempfile
import tomllib
import venv
from pathlib import Path

import environment

environment.ensure("maturin>=1.9,<2")

ROOT = environment.ROOT
BIN = Path(sys.executable).parent
DIST = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")).absolute() / "dist"

PAGES = ["rekognition-iam.1", "rekognition-iam-check.1", "rekognition-iam-explain-denied.1"]


def works(command):
    """The program runs, and it is the one that was just built."""
    done = subprocess.run([command, "--version"], check=True, capture_output=True, text=True)
    version = tomllib.loads((ROOT / "Cargo.toml").read_text())["workspace"]["package"]["version"]
    assert done.stdout == f"rekognition-iam {version}\n", done.stdout
    bad = '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "rekognition:Detect", "Resource": "*"}}'
    done = subprocess.run([command, "check", "-"], input=bad, capture_output=True, text=True)
    assert done.returncode == 1 and "INVALID_ACTION" in done.stdout, done
    return version


def archive(directory):
    host = subprocess.run(["rustc", "--version", "--verbose"], check=True, capture_output=True, text=True).stdout
    metadata = tomllib.loads((ROOT / "cli/Cargo.toml").read_text())["package"]["metadata"]["binstall"]
    values = {
        "repo": "https://github.com/rekognition-iam/rekognition-iam",
        "name": "rekognition-iam-cli",
        "bin": "rekognition-iam",
        "binary-ext": "",
        "target": next(line[6:] for line in host.splitlines() if line.startswith("host: ")),
        "version": tomllib.loads((ROOT / "Cargo.toml").read_text())["workspace"]["package"]["version"],
    }

    def named(template):
        for name, text in values.items():
            template = template.replace("{ " + name + " }", text)
        assert "{" not in template, template
        return template

    with tarfile.open(DIST / named(metadata["pkg-url"]).rsplit("/", 1)[1]) as file:
        file.extractall(directory, filter="data")
    command = Path(directory) / named(metadata["bin-dir"])
    works(command)
    names = {path.name for path in command.parent.rglob("*")}
    missing = {*PAGES, "LICENSE-MIT", "LICENSE-APACHE", "README.md", "_rekognition-iam", "rekognition-iam.fish"} - names
    assert not missing, missing


def wheel(directory):
    (file,) = DIST.glob("*.whl")
    venv.create(directory, with_pip=True)
    subprocess.run([f"{directory}/bin/python", "-m", "pip", "install", "--quiet", "--no-index", file], check=True)
    works(f"{directory}/bin/rekognition-iam")
    for name in [*(f"man/man1/{page}" for page in PAGES), "bash-completion/completions/rekognition-iam"]:
        assert (Path(directory) / "share" / name).stat().st_size > 500, name
    (metadata,) = Path(directory).glob("lib/python*/site-packages/rekognition_iam-*.dist-info/METADATA")
    shown = metadata.read_text()
    assert "License-Expression: MIT OR Apache-2.0" in shown and "Summary: Checks" in shown, shown


env = os.environ | {"PATH": f"{BIN}:{os.environ['PATH']}"}
done = subprocess.run([ROOT / ".ci/dist", "dev"], env=env, capture_output=True, text=True)
if done.returncode != 0:
    sys.exit(done.stdout + done.stderr)
with tempfile.TemporaryDirectory() as directory:
    archive(directory)
with tempfile.TemporaryDirectory() as directory:
    wheel(directory)
print("the archive and the wheel contain the command, its manual, and its completions")
