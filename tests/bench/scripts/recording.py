"""What goes out to the sandbox, so that it can be sent again in a bare loop."""

import base64
import json
import time
from pathlib import Path
from typing import Any

import requests


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

    def write(self, file: Path) -> None:
        file.write_text(json.dumps(self.sent), "utf-8")
