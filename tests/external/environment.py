"""Python packages for the scripts beside this file: in an environment of their own, below the target folder."""

import fcntl
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def ensure(*packages):
    """Runs the calling script again where the packages are. Where they cannot be had, says so loudly and ends it well."""
    if os.environ.get("REKOGNITION_IAM_EXTERNAL") == "ready":
        return
    target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    folder = target / "external"
    python = folder / "bin" / "python"
    script = Path(sys.argv[0]).name
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        # Scripts that run at the same time install one after the other.
        with open(folder.with_suffix(".lock"), "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not python.exists():
                subprocess.run([sys.executable, "-m", "venv", folder], check=True)
            install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *packages]
            subprocess.run(install, check=True, timeout=300)
    except (OSError, subprocess.SubprocessError) as error:
        print(f"\n*** SKIPPED {script}: the Python packages {', '.join(packages)} cannot be installed here")
        print(f"*** {error}\n")
        sys.exit(0)
    sys.stdout.flush()
    os.environ["REKOGNITION_IAM_EXTERNAL"] = "ready"
    os.execv(python, [str(python), *sys.argv])
