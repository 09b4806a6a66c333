"""On PYTHONPATH, it sends what a programme asks of graph.facebook.com through ``requests`` to $GRAPH_URL."""

import os

try:
    from requests.sessions import Session
except ImportError:
    pass
else:
    _send = Session.send

    def _local(self, request, **options):
        for host in ("https://graph.facebook.com", "https://graph-video.facebook.com"):
            request.url = request.url.replace(host, os.environ["GRAPH_URL"], 1)
        return _send(self, request, **options)

    Session.send = _local
