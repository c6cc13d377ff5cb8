#!/usr/bin/env python3
"""The listing of the services without a module (`codegen/data/services.txt`) is what the npm package of the data has.

Gets the package in the version that the listing names, with `npm pack`, and runs the test that compares the two. Where npm or its
registry cannot be had, says so and ends well.
"""

import os
import re
import subprocess
import sys
import tarfile
import tempfile

import environment

LISTING = environment.ROOT / "codegen/data/services.txt"
TEST = ["cargo", "test", "--quiet", "-p", "xtask", "--test", "it"]


def main():
    with LISTING.open(encoding="utf-8") as lines:
        name, version = re.search(r"`(\S+)` (\S+)", lines.readline()).groups()
    with tempfile.TemporaryDirectory() as folder:
        try:
            pack = ["npm", "pack", "--silent", f"{name}@{version}"]
            packed = subprocess.run(pack, cwd=folder, check=True, capture_output=True, text=True, timeout=300)
        except (OSError, subprocess.SubprocessError) as error:
            print(f"\n*** SKIPPED reference.py: {name} {version} cannot be had here\n*** {error}\n")
            return
        with tarfile.open(os.path.join(folder, packed.stdout.split()[-1])) as archive:
            archive.extractall(folder, filter="data")
        found = dict(os.environ, IAM_DATA=os.path.join(folder, "package"))
        test = subprocess.run([*TEST, "the_listing"], cwd=environment.ROOT, env=found, check=False)
    if test.returncode:
        sys.exit("codegen/data/services.txt is not what the package has")
    print(f"codegen/data/services.txt is what {name} {version} has")


main()
