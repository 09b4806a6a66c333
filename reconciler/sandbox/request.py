"""An HTTP request becomes a Call: version, path and one flat set of parameters."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from reconciler.sandbox import multipart
from reconciler.sandbox.errors import GraphError
from reconciler.sandbox.wire import Call, Upload, parse_json, shallow

_VERSION = re.compile(r"v[0-9]{1,3}\.[0-9]{1,2}$")
_MOST_PAIRS = 10_000
_METHODS = {"GET", "POST", "DELETE"}
_BRACKETS = re.compile(r"\[([^\]]*)\]")


def read(method: str, url: str, headers: Mapping[str, str], body: bytes) -> Call:
    lower = {name.lower(): value for name, value in headers.items()}
    try:
        split = urlsplit(url)
        pairs: list[tuple[str, Any]] = list(form_pairs(split.query))
        more, files = _body(lower.get("content-type", ""), body) if body else ([], {})
        params = nest([*pairs, *more])
    except (ValueError, RecursionError) as problem:
        raise GraphError("bad_body", why=type(problem).__name__) from None
    version, path = split_version(unquote(split.path))
    overridden = method == "POST" and "method" in params
    method = _method(method, params)
    overridden = overridden and "method" not in params
    host = split.netloc or lower.get("host", "127.0.0.1")
    base = f"{split.scheme or 'http'}://{host}"
    return Call(method, path, version, params, files, lower, base, overridden=overridden)


def split_version(path: str) -> tuple[str, str]:
    parts = [part for part in path.split("/") if part]
    if parts and _VERSION.match(parts[0]):
        return parts[0], "/".join(parts[1:])
    return "", "/".join(parts)


def _method(method: str, params: dict[str, Any]) -> str:
    wanted = str(params.get("method", "")).upper()
    if method == "POST" and wanted in _METHODS:
        del params["method"]
        return wanted
    return "GET" if method == "HEAD" else method


def _body(content_type: str, body: bytes) -> tuple[list[tuple[str, Any]], dict[str, Upload]]:
    kind = content_type.partition(";")[0].strip().lower()
    if kind == "multipart/form-data":
        fields, files = multipart.parse(body, content_type)
        return list(fields), files
    text = body.decode("utf-8")
    return _json_pairs(text) if kind == "application/json" else list(form_pairs(text)), {}


def form_pairs(text: str) -> list[tuple[str, str]]:
    return parse_qsl(text, keep_blank_values=True, max_num_fields=_MOST_PAIRS)


def _json_pairs(text: str) -> list[tuple[str, Any]]:
    value = parse_json(text)
    if not isinstance(value, dict):
        raise ValueError("not an object")
    return list(value.items())


def nest(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """``a[b]=1`` and ``a[0]=1`` become structures, as PHP clients send them."""
    params: dict[str, Any] = {}
    for name, value in pairs:
        if "[" in name and name.endswith("]"):
            _place(params, name, value)
        else:
            params[name] = value
    if not shallow(params):
        raise ValueError("too deep")
    return params


def _place(params: dict[str, Any], name: str, value: Any) -> None:
    base = name[: name.index("[")]
    keys = _BRACKETS.findall(name)
    current = params.setdefault(base, [] if keys[0] in ("", "0") else {})
    for key, after in zip(keys, [*keys[1:], None], strict=True):
        empty: Any = value if after is None else ([] if after in ("", "0") else {})
        current = _step(current, key, empty)


def _step(current: Any, key: str, empty: Any) -> Any:
    if isinstance(current, list):
        if key.isdecimal() and len(key) < 6 and int(key) < len(current):
            return current[int(key)]
        current.append(empty)
        return empty
    if isinstance(current, dict):
        return current.setdefault(key, empty)
    return {}
