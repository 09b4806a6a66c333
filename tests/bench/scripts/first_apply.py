"""`python first_apply.py ROOT URL FILE`: applies what ROOT declares at a sandbox that has nothing of it, writes every
request into FILE, and prints the seconds that it took, uploads left out. One account after the other, so that the
requests have one order."""

import base64
import json
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import requests

from reconciler.__main__ import collect_seldom
from reconciler.run.apply import apply
from reconciler.run.request import Request

root, url, file = Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3])


class Recording(requests.adapters.HTTPAdapter):
    """What goes out, in order, and how long uploads took."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[dict[str, Any]] = []
        self.uploading = 0.0

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:  # type: ignore[override]
        begun = time.perf_counter()
        response = super().send(request, **options)
        kind = str(request.headers.get("Content-Type", ""))
        is_upload = kind.startswith("multipart/")
        self.uploading += time.perf_counter() - begun if is_upload else 0.0
        body = request.body.encode() if isinstance(request.body, str) else request.body or b""
        headers = {
            name: str(request.headers[name]) for name in ("Authorization", "Content-Type") if name in request.headers
        }
        self.sent.append(
            {
                "method": request.method,
                "path": request.path_url,
                "headers": headers,
                "body": base64.b64encode(body).decode(),
                "upload": is_upload,
                "status": response.status_code,
            }
        )
        return response


collect_seldom()
recording = Recording()
environment = {"META_GRAPH_URL": url, "META_ACCESS_TOKEN": "bench"}
begun = time.perf_counter()
applied = apply(Request(root, datetime.now(UTC), environment, adapter=recording, parallelism=1))
seconds = time.perf_counter() - begun - recording.uploading
failed = [result.error for result in applied.results if result.error] or applied.planned.failures
if failed or not applied.planned.plan.changes:
    sys.exit(f"the apply has failed, or had nothing to do: {failed}")
file.write_text(json.dumps(recording.sent), "utf-8")
print(seconds)
