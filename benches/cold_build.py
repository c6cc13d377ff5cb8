#!/usr/bin/env python3
"""What the facade costs a user to build from nothing, against a crate that depends on thiserror alone.

usage: benches/cold_build.py [--runs N] [--features a,b] [--command build|check|release] [--base COMMIT]

Builds an empty crate with each dependency in an empty target folder, in turn, dependencies downloaded before, and prints
the CPU seconds and the ratio that the project holds itself to (at most 1.1). With --base, another commit is built too.

Cargo compiles the packages of a registry without incremental compilation and without lints. It would compile ours with both,
because they are in local directories here, so both are off.
"""
import argparse, os, pathlib, resource, shutil, statistics, subprocess, tempfile

COMMANDS = {"build": ["build"], "check": ["check"], "release": ["build", "--release"]}
ROOT = pathlib.Path(__file__).resolve().parent.parent

def cpu(cmd, cwd, env):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(cmd, cwd=cwd, env=env, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stderr[-3000:])
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
arguments.add_argument("--runs", type=int, default=5)
arguments.add_argument("--features", help="features of the facade; without it, the default ones")
arguments.add_argument("--command", choices=["build", "check", "release"], default="build")
arguments.add_argument("--base", metavar="COMMIT", help="a commit to compare with")
args = arguments.parse_args()
extra = "" if args.features is None else ", default-features = false, features = [" + ", ".join(f'"{f}"' for f in args.features.split(",") if f) + "]"
WAYS = {"thiserror": 'thiserror = "2"', "rekognition-iam": f'rekognition-iam = {{ path = "{ROOT}"{extra} }}'}
with tempfile.TemporaryDirectory() as folder:
    if args.base:
        base = pathlib.Path(folder, "base")
        base.mkdir()
        packed = subprocess.run(["git", "archive", args.base], cwd=ROOT, check=True, capture_output=True).stdout
        subprocess.run(["tar", "x"], cwd=base, input=packed, check=True)
        WAYS[args.base] = f'rekognition-iam = {{ path = "{base}"{extra} }}'
    times = {way: [] for way in WAYS}
    for way, dependency in WAYS.items():
        crate = pathlib.Path(folder, way)
        (crate / "src").mkdir(parents=True)
        (crate / "Cargo.toml").write_text(f'[package]\nname = "cold"\nversion = "0.1.0"\nedition = "2024"\n[dependencies]\n{dependency}\n[workspace]\n')
        (crate / "src/lib.rs").write_text("")
        cpu(["cargo", "fetch", "--quiet"], crate, os.environ)
    for _ in range(args.runs):
        for way in WAYS:
            target = pathlib.Path(folder, "target")
            env = dict(os.environ, CARGO_TARGET_DIR=str(target), CARGO_INCREMENTAL="0", RUSTFLAGS="--cap-lints allow")
            times[way].append(cpu(["cargo", *COMMANDS[args.command], "--quiet", "--offline"], pathlib.Path(folder, way), env))
            shutil.rmtree(target)
for way, runs in times.items():
    print(f"{way:16} {statistics.median(runs):.2f} s CPU ({min(runs):.2f} to {max(runs):.2f})")
print(f"ratio {statistics.median(times['rekognition-iam']) / statistics.median(times['thiserror']):.2f}")
