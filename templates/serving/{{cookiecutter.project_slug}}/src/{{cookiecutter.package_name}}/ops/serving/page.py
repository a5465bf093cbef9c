# ours: kept current by mlops-maturity upgrade
"""The page at `/docs`: what can be asked, complete in itself, with a form to try it."""

from __future__ import annotations

import json
from html import escape
from typing import Any

STYLE = """
:root { color-scheme: light dark; background: Canvas; color: CanvasText }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 50rem; margin: 2rem auto; padding: 0 1rem }
table { border-collapse: collapse; width: 100% }
td, th { padding: .2rem .8rem .2rem 0; text-align: left; vertical-align: top }
pre, textarea { font: .9rem/1.4 ui-monospace, monospace; width: 100%; box-sizing: border-box }
pre { overflow-x: auto }
"""
SCRIPT = """
document.querySelector('form').addEventListener('submit', async (event) => {
  event.preventDefault();
  const form = event.target, headers = { 'Content-Type': 'application/json' };
  if (form.token && form.token.value) headers.Authorization = 'Bearer ' + form.token.value;
  const body = form.body.value;
  const answer = await fetch('predict', { method: 'POST', headers, body });
  const text = await answer.text();
  document.querySelector('output').textContent = answer.status + '\\n' + text;
});
"""


def page(described: dict[str, Any]) -> str:
    """The description as HTML; nothing is loaded from elsewhere."""
    info, parts = described["info"], described["components"]
    predict = described["paths"]["/predict"]["post"]
    content = predict["requestBody"]["content"]["application/json"]
    example = json.dumps(content["example"], indent=2, ensure_ascii=False)
    token = '<p><label>Token <input name="token" type="password" autocomplete="off"></label></p>'
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>{escape(info["title"])}</title><style>{STYLE}</style></head><body><main>
<h1>{escape(info["title"])} {escape(info["version"])}</h1>
<p>{escape(info["description"])} Described for machines by <a href="openapi.json">OpenAPI</a>.</p>
<h2>POST /predict</h2>
<p>{escape(predict["summary"])}: an object, or an array of objects, with these fields.</p>
<table><tr><th>field</th><th>type</th><th>must be there</th></tr>
{_fields(parts["schemas"]["Record"])}</table>
<form>
<p><label for="body">Try it</label></p>
<textarea id="body" name="body" rows="14">{escape(example)}</textarea>
{token if "securitySchemes" in parts else ""}
<p><button>Ask</button></p>
</form>
<pre><output></output></pre>
<table><tr><th>status</th><th>meaning</th></tr>
{_statuses(predict["responses"])}</table>
<h2>Other addresses</h2>
<table><tr><th>address</th><th>what for</th></tr>
{_others(described["paths"])}</table>
</main><script>{SCRIPT}</script></body></html>
"""


def _fields(record: dict[str, Any]) -> str:
    rows = []
    for name, schema in record["properties"].items():
        kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        known = schema.get("enum") or schema.get("examples") or []
        shown = ", ".join(str(one) for one in known[:3] if one is not None)
        told = f"{' or '.join(kinds)}{f', such as {shown}' if shown else ''}"
        must = "yes" if name in record["required"] else ""
        rows.append(f"<tr><td>{escape(name)}</td><td>{escape(told)}</td><td>{must}</td></tr>")
    return "\n".join(rows)


def _others(paths: dict[str, Any]) -> str:
    """All but the one that stands above; what can be asked for without more is a link."""
    rows = []
    for path, operations in paths.items():
        for method, one in operations.items():
            if path == "/predict":
                continue
            shown = escape(path)
            if method == "get" and "{" not in path:
                shown = f'<a href="{shown[1:]}">{shown}</a>'
            rows.append(
                f"<tr><td>{method.upper()} {shown}</td><td>{escape(one['summary'])}</td></tr>"
            )
    return "\n".join(rows)


def _statuses(responses: dict[str, Any]) -> str:
    return "\n".join(
        f"<tr><td>{escape(status)}</td><td>{escape(one['description'])}</td></tr>"
        for status, one in responses.items()
    )
