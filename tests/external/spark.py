#!/usr/bin/env python3
"""Replays a made-up trail with Apache Spark in local mode, and with one process: both have the same report, byte for byte. A worker
that is killed in the middle of its files is started again by Spark, and nothing is counted twice.

usage: tests/external/spark.py COMMAND

Needs Java and PySpark from PyPI, which is installed by its name; prints that it was skipped if one of them is not there. Spark uses
the loopback interface alone.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import environment

if not shutil.which("java"):
    print("\n*** SKIPPED spark.py: there is no java here\n")
    sys.exit(0)
environment.ensure("pyspark>=4,<5", "setuptools<81")

sys.path.insert(0, str(environment.ROOT / "benches"))
import trail  # noqa: E402  (there only now)

COMMAND = str(Path(sys.argv[1] if len(sys.argv) > 1 else environment.ROOT / "target/debug/rekognition-iam").resolve())
SCRIPT = environment.ROOT / "examples/spark/replay.py"
POLICY = {"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Action": ["rekognition:Detect*", "rekognition:Start*"], "Resource": "*"},
    {"Effect": "Deny", "Action": "s3:PutObject", "Resource": "*", "Condition": {"StringNotEquals": {"aws:PrincipalOrgID": "o-abc1234567"}}}]}

# Kills itself the first time that it has a certain file, as if its machine were gone, after it has printed a part of its result.
KILLED = """#!/usr/bin/env python3
import os, signal, subprocess, sys
text = sys.stdin.read() if "--files-from" in sys.argv else ""
if {victim!r} in text:
    try:
        os.close(os.open({marker!r}, os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        pass
    else:
        # The worker of Spark, which started this.
        print('{{"replay":1,', flush=True)
        os.kill(os.getppid(), signal.SIGKILL)
        os.kill(os.getpid(), signal.SIGKILL)
done = subprocess.run([{command!r}, *sys.argv[1:]], input=text, text=True)
sys.exit(done.returncode)
"""


def main():
    with tempfile.TemporaryDirectory() as place:
        place = Path(place)
        policy = place / "policy.json"
        policy.write_text(json.dumps(POLICY))
        files = trail.write(place / "trail", records=2000, files=12, packed=True)
        # A trail of the organization has some of the events as well.
        for file in files[::4]:
            name, end = file.name.split(".", 1)
            copy = place / "trail/AWSLogs/o-abc1234567" / f"{name}copy.{end}"
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(file, copy)
        pattern = str(place / "trail/**/*.json.gz")
        alone = subprocess.run([COMMAND, "replay", "--policy", policy, "--format", "json", place / "trail"], capture_output=True, text=True)
        assert alone.returncode == 0, alone.stderr
        assert json.loads(alone.stdout)["records"] == 2000
        assert json.loads(alone.stdout)["repeated"] > 0

        surroundings = {**os.environ, "SPARK_LOCAL_IP": "127.0.0.1", "PYSPARK_PYTHON": sys.executable, "PYSPARK_DRIVER_PYTHON": sys.executable}
        surroundings.pop("SPARK_HOME", None)
        spark = [str(Path(sys.executable).parent / "spark-submit"), "--master", "local[2,4]", "--driver-memory", "1g",
                 "--conf", "spark.ui.enabled=false", "--conf", "spark.driver.bindAddress=127.0.0.1", "--conf", "spark.driver.host=127.0.0.1"]

        def run(command, parts):
            done = subprocess.run([*spark, str(SCRIPT), "--command", command, "--policy", str(policy), "--trail", pattern, "--format", "json",
                                   "--parts", str(parts)], capture_output=True, text=True, env=surroundings, timeout=300)
            assert done.returncode == 0, done.stderr[-3000:]
            return done.stdout

        for parts in (1, 5):
            assert run(COMMAND, parts) == alone.stdout, f"{parts} parts differ from one process"
        marker = place / "killed"
        killer = place / "killer.py"
        killer.write_text(KILLED.format(victim=files[3].name, marker=str(marker), command=COMMAND))
        killer.chmod(0o755)
        assert run(str(killer), 4) == alone.stdout, "the part of a killed worker was counted twice, or not at all"
        assert marker.exists(), "no worker was killed"
    print("spark: 1 and 5 parts and a killed worker give the report of one process")


if __name__ == "__main__":
    main()
