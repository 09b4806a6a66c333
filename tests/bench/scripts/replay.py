"""`python replay.py FILE URL`: sends what was recorded again, one after the other in a bare loop, to a sandbox that
answers likewise, and prints the seconds, uploads left out."""

import base64
import http.client
import json
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

sent = json.loads(Path(sys.argv[1]).read_text("utf-8"))
calls = [(one["method"], one["path"], base64.b64decode(one["body"]) or None, one["headers"]) for one in sent]
connection = http.client.HTTPConnection(urlsplit(sys.argv[2]).netloc)
seconds, unlike = 0.0, 0
for one, call in zip(sent, calls, strict=True):
    begun = time.perf_counter()
    connection.request(*call)
    response = connection.getresponse()
    response.read()
    seconds += 0.0 if one["upload"] else time.perf_counter() - begun
    unlike += response.status != one["status"]
if unlike:
    sys.exit(f"{unlike} of {len(sent)} replies were others than those of the apply")
print(seconds)
