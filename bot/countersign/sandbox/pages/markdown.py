"""Markdown as GitHub shows it, of texts that anybody may have written."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markupsafe import Markup, escape

#: The only HTML that is let through, and none of its attributes but ``open``.
_ALLOWED = re.compile(r"</?(?:details|summary|br|sub|sup)\s*/?>|<details open>", re.IGNORECASE)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


class _Renderer(RendererHTML):
    """Escapes raw HTML, but for a few harmless tags."""

    def html_block(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return _harmless(tokens[idx].content)

    def html_inline(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return _harmless(tokens[idx].content)

    def fence(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        """A block of ``diff`` shows what was taken and what was put."""
        if tokens[idx].info.strip() != "diff":
            return super().fence(tokens, idx, options, env)
        return f"<pre><code>{''.join(_diff_line(line) for line in tokens[idx].content.splitlines())}</code></pre>"


def _diff_line(line: str) -> str:
    tag = {"+": "ins", "-": "del"}.get(line[:1])
    return f"<{tag}>{escape(line)}</{tag}>" if tag else f"{escape(line)}\n"


def _harmless(html: str) -> str:
    text, kept, at = _COMMENT.sub("", html), [], 0
    for match in _ALLOWED.finditer(text):
        kept += [str(escape(text[at : match.start()])), match.group(0)]
        at = match.end()
    return "".join([*kept, str(escape(text[at:]))])


_TICKED = re.compile(r"`([^`]+)`")

_PARSER = (
    MarkdownIt("commonmark", {"html": True, "breaks": False}, renderer_cls=_Renderer).enable(["table", "strikethrough"]).disable("image")
)


def render(text: str | None) -> Markup:
    """Safe HTML. Links to anything but http, https and mailto, and pictures, stay text."""
    return Markup(_PARSER.render(text or ""))  # noqa: S704 - the renderer above escapes everything but its own tags


def ticks(text: str) -> Markup:
    """A title: plain text, but for what stands in backticks."""
    parts = _TICKED.split(text)
    return Markup("").join(Markup("<code>{}</code>").format(part) if at % 2 else escape(part) for at, part in enumerate(parts))
