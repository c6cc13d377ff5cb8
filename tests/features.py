#!/usr/bin/env python3
"""Features are additive: what compiles with a feature compiles with it next to any other.

usage: tests/features.py [--command PATH] [--list]

For each service with a module, this writes policies with one action on one resource of each of its types, as
`rekognition-iam import` writes them, and compiles the policies of all services that are on, in few enough builds that for every two
features each of the four combinations of on and off occurs: with all features, with none, and for each binary digit of a feature's
number with those that have it and with those that do not. Not part of `.ci/run`, which has all features together
(`codegen/tests/it/features.rs`): it takes ten minutes of one core. Exit status 1 when a build fails.
"""
import argparse, json, pathlib, re, shutil, subprocess, sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
CRATE = ROOT / "target/features"
LOCK = ROOT / "runtime/src/catalogue/generated/catalogue.lock"

def modules():
    """Each service with a module, with its resource types: the ARN, and two of the actions that have the type."""
    names = json.loads((ROOT / "codegen/data/modules.json").read_text())["modules"]
    formats, actions = {}, {}
    for line in LOCK.read_text().splitlines():
        if found := re.match(r"resource type (\S+) ([^\t]+)\t([^; ]+)", line):
            formats.setdefault(found[1], {})[found[2]] = found[3]
        elif found := re.match(r"action ([^:\s]+):(\S+)\t(.*)", line):
            for kind in re.findall(r'; "([^"]+)"', found[3]):
                actions.setdefault((found[1], kind), []).append(found[2])
    for service in ["rekognition", *names]:
        yield service, [
            (re.sub(r"\$\{\w+\}", "*", arn).replace("arn:*:", "arn:aws:"), kept[:2])
            for kind, arn in formats.get(service, {}).items()
            # The constructor of a resource of another service is in that service's module, and needs its feature.
            if arn.split(":")[2] == service and (kept := actions.get((service, kind)))
        ]

def write(command):
    """The crate: a module for each service. Returns the features of the services that have one."""
    shutil.rmtree(CRATE, ignore_errors=True)
    (CRATE / "src").mkdir(parents=True)
    with_policies, count = [], 0
    for service, kinds in modules():
        statements = []
        for arn, names in kinds:
            for name in names:
                document = {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": f"{service}:{name}", "Resource": arn}]}
                text = json.dumps(document)
                # What is wrong in itself, such as one of two types that an action needs together, is no program.
                clean = subprocess.run([command, "check", "-q", "--kind", "identity", "--deny", "suggestion", "-"], input=text, text=True, capture_output=True)
                if clean.returncode == 0:
                    statements.append(text)
        if not statements:
            continue
        source = CRATE / "in" / service
        source.mkdir(parents=True)
        for number, text in enumerate(statements):
            (source / f"p{number}.json").write_text(text)
        module = service.replace("-", "_")
        rust = subprocess.run([command, "import", "--kind", "identity", str(source)], text=True, capture_output=True)
        if rust.returncode:
            sys.exit(f"{service}: {rust.stderr}")
        (CRATE / "src" / f"of_{module}.rs").write_text(rust.stdout)
        with_policies.append(service)
        count += len(statements)
    shutil.rmtree(CRATE / "in", ignore_errors=True)
    gate = lambda service: "" if service == "rekognition" else f'#[cfg(feature = "{service}")]\n'
    (CRATE / "src/lib.rs").write_text("".join(f"{gate(service)}pub mod of_{service.replace('-', '_')};\n" for service in with_policies))
    features = [service for service in with_policies if service != "rekognition"] + ["all-services", "compare", "evaluate", "json"]
    (CRATE / "Cargo.toml").write_text(
        '[package]\nname = "features"\nversion = "0.0.0"\nedition = "2024"\npublish = false\n[workspace]\n[dependencies]\n'
        f'rekognition-iam = {{ path = "{ROOT}" }}\n[features]\n'
        + "".join(f'{feature} = ["rekognition-iam/{feature}"]\n' for feature in features)
    )
    shutil.copy(ROOT / "Cargo.lock", CRATE / "Cargo.lock")
    return features, count

def sets(features):
    yield features
    yield []
    for digit in range((len(features) - 1).bit_length()):
        for wanted in (1, 0):
            yield [feature for number, feature in enumerate(features) if number >> digit & 1 == wanted]

def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--command", default=str(ROOT / "target/debug/rekognition-iam"))
    parser.add_argument("--list", action="store_true", help="print the sets of features and compile nothing")
    args = parser.parse_args()
    features, count = write(args.command)
    chosen = list(sets(features))
    for one, features_on in enumerate(features):
        for other in features[one + 1:]:
            seen = {(features_on in on, other in on) for on in chosen}
            assert len(seen) == 4, (features_on, other, seen)
    print(f"{count} policies, {len(features)} features, {len(features) * (len(features) - 1) // 2} pairs in {len(chosen)} builds")
    failed = 0
    for on in chosen:
        print(f"  {len(on)}: {' '.join(on)}", flush=True)
        if args.list:
            continue
        build = subprocess.run(
            ["cargo", "check", "--quiet", "--offline", "--manifest-path", str(CRATE / "Cargo.toml"), "--no-default-features", "--features", ",".join(on)],
            text=True, capture_output=True,
        )
        if build.returncode:
            failed += 1
            print(build.stderr)
    return 1 if failed else 0

if __name__ == "__main__":
    sys.exit(main())
