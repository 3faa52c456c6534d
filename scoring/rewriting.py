"""A module's text, and the same module written differently."""

from __future__ import annotations

import ast
import io
import tokenize

from scoring.parsing import parse


class Unreadable(ValueError):
    """Says why some source text can't be read, or is too much to read."""


def rewritten(content: bytes) -> bytes:
    """The same module, written differently: for telling tests of what code does from others.

    Comments are gone, lines stand elsewhere, every function has a statement more that does
    nothing. Where Python can't print a module back, it gets a comment line at its end.
    """
    try:
        text, _ = decoded(content)
        tree = parse(text)
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                after = 0 if ast.get_docstring(node, clean=False) is None else 1
                nothing = ast.Expr(ast.Name("__name__", ast.Load()))
                node.body[after:after] = [nothing]
        printed = ast.unparse(ast.fix_missing_locations(tree)) + "\n"
        if ast.dump(parse(printed)) == ast.dump(tree):
            return printed.encode()
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        pass
    return content + b"\n#\n"


def as_read(path: str, content: bytes) -> bytes:
    """What Python reads of a file, in UTF-8: in another encoding a comment can hold code."""
    if not path.endswith((".py", ".pyi")):
        return content
    try:
        text, encoding = decoded(content)
        return content if encoding.startswith("utf-8") else text.encode()
    except ValueError:
        return content


def decoded(content: bytes) -> tuple[str, str]:
    """A module's text and its encoding, as Python finds it. Raises Unreadable."""
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
        return content.decode(encoding), encoding
    except (SyntaxError, UnicodeDecodeError, LookupError):
        raise Unreadable("the file's encoding is not what it says") from None
