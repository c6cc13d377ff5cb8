#!/usr/bin/env python3
"""AWS's linter for CloudFormation takes every exported template: those of the example and those of tests/templates.

It knows the resources and their properties from AWS's own schemas, reads the policies in them, and translates SAM.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import environment

# A release that finds more is welcome, one that changes its command line is not.
environment.ensure("cfn-lint>=1.58,<2")

FOLDERS = ["examples/policies/policies", "tests/templates/cloudformation", "tests/templates/sam"]


def lint(files):
    """The exit code, with warnings as errors, and what is printed."""
    command = [Path(sys.executable).parent / "cfn-lint", "--non-zero-exit-code", "warning", "--template", *files]
    done = subprocess.run(command, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def main():
    files = [
        file
        for folder in FOLDERS
        for file in sorted((environment.ROOT / folder).glob("*.template.json"))
    ]
    assert len(files) > 20, f"only {len(files)} templates found"

    # The linter does look: without its parameters, a template uses names that mean nothing.
    template = json.loads((environment.ROOT / FOLDERS[1] / "bucket.template.json").read_text())
    del template["Parameters"]
    with tempfile.NamedTemporaryFile("w", suffix=".template.json") as broken:
        json.dump(template, broken)
        broken.flush()
        if lint([broken.name])[0] == 0:
            sys.exit("the linter took a template without its parameters")

    code, printed = lint(files)
    if code != 0:
        sys.exit(printed or f"cfn-lint ended with {code}")
    print(f"cfn-lint takes {len(files)} templates")


main()
