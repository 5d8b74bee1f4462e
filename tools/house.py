"""Measure how the code is laid out: length, density, names, circles of imports, size of the wings.

Run ``python tools/house.py`` to print each measure beside its limit; it exits with 1 when one is missed.
The reference column holds the same measures of other libraries of the field (skyfield 40c6e6c, narwhals 7880b36,
numba-stats cdf9f8c, PyPSA 0209b0e), counted by the same rules.
"""

from __future__ import annotations

import ast
import io
import re
import sys
import tokenize
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

PACKAGE = "forceflow"
ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / PACKAGE

Function = ast.FunctionDef | ast.AsyncFunctionDef
_NO_CODE = {
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENDMARKER,
}
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


@dataclass(frozen=True)
class Module:
    """A source file: its dotted name, its text and its syntax tree."""

    name: str
    text: str
    tree: ast.Module

    @property
    def wing(self) -> str:
        """Folder below the package, or "" for a file at the top."""
        parts = self.name.split(".")
        return parts[1] if len(parts) > 2 or (SOURCE / parts[-1]).is_dir() else ""

    @property
    def is_kernel(self) -> bool:
        return self.wing == "kernels"


@dataclass(frozen=True)
class Measure:
    """One line of the table: what is counted, the limit it must stay below, and what others have."""

    what: str
    value: float
    limit: float
    reference: str
    unit: str = ""
    at_least: float = 0.0

    @property
    def holds(self) -> bool:
        return self.at_least <= self.value <= self.limit

    def __str__(self) -> str:
        limit = (
            f"{self.at_least:g} to {self.limit:g}" if self.at_least else f"at most {self.limit:g}"
        )
        verdict = "ok" if self.holds else "MISSED"
        return f"{self.what:<52} {self.value:>8.1f} {self.unit:<4} {limit:<14} {verdict:<7} {self.reference}"


def read_modules(folder: Path = SOURCE) -> list[Module]:
    """Every module of the package."""
    found = []
    for path in sorted(folder.rglob("*.py")):
        parts = (PACKAGE, *path.relative_to(folder).with_suffix("").parts)
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        text = path.read_text(encoding="utf-8")
        found.append(Module(name, text, ast.parse(text)))
    return found


def functions(modules: Iterable[Module]) -> Iterator[tuple[Module, Function]]:
    """Every function and method."""
    for module in modules:
        for node in ast.walk(module.tree):
            if isinstance(node, Function):
                yield module, node


def body_lines(function: Function, text: str) -> int:
    """Lines of code in a body: no docstring, no comments, no blank lines."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    if not body:
        return 0
    lines = text.split("\n")[body[0].lineno - 1 : function.end_lineno]
    return sum(bool(line.strip()) and not line.strip().startswith("#") for line in lines)


def percentile(values: list[int], share: float) -> float:
    """The value below which this share of all lies."""
    return float(sorted(values)[min(int(share * len(values)), len(values) - 1)])


def tokens_and_lines(text: str) -> tuple[int, int, int]:
    """Tokens, lines with code and lines of comment; docstrings count as neither."""
    tokens, lines, comments = 0, set(), 0
    previous = tokenize.NEWLINE
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT and not re.match(
            r"#\s*(type:|noqa|fmt:|isort:)", token.string
        ):
            comments += 1
        is_docstring = token.type == tokenize.STRING and previous in (
            tokenize.NEWLINE,
            tokenize.INDENT,
            tokenize.NL,
        )
        if token.type not in _NO_CODE and not is_docstring:
            tokens += 1
            lines.update(range(token.start[0], token.end[0] + 1))
        if token.type not in (tokenize.COMMENT, tokenize.NL):
            previous = token.type
    return tokens, len(lines), comments


def count_nodes(modules: Iterable[Module], kinds: type[ast.AST] | tuple[type[ast.AST], ...]) -> int:
    """How many nodes of some kinds there are."""
    return sum(isinstance(node, kinds) for module in modules for node in ast.walk(module.tree))


def one_word_share(modules: Iterable[Module]) -> float:
    """Share of private module functions whose name is one word, in percent."""
    names = [
        node.name
        for module in modules
        for node in module.tree.body
        if isinstance(node, Function)
        and node.name.startswith("_")
        and not node.name.startswith("__")
    ]
    return 100 * sum("_" not in name.strip("_") for name in names) / max(len(names), 1)


def imports_of(module: Module, known: set[str]) -> set[str]:
    """Modules of the package that a module imports, also inside functions; not those for type checking alone."""
    package = module.name.split(".")
    if not (SOURCE / Path(*package[1:])).is_dir():
        package = package[:-1]
    found: set[str] = set()
    for node in _without_type_checking(module.tree):
        if not isinstance(node, ast.ImportFrom):
            continue
        base = package[: len(package) - node.level + 1] if node.level else []
        parent = ".".join([*base, *([node.module] if node.module else [])])
        for alias in node.names:
            target = f"{parent}.{alias.name}" if f"{parent}.{alias.name}" in known else parent
            if target in known and target != PACKAGE:
                found.add(target)
    return found - {module.name}


def _without_type_checking(tree: ast.AST) -> Iterator[ast.AST]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        yield node
        yield from _without_type_checking(node)


def circles(graph: dict[str, set[str]]) -> list[list[str]]:
    """Groups of nodes that reach each other (Tarjan), the largest first."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[list[str]] = []

    def visit(node: str) -> None:
        index[node] = low[node] = len(index)
        stack.append(node)
        for after in sorted(graph[node]):
            if after not in index:
                visit(after)
                low[node] = min(low[node], low[after])
            elif after in stack:
                low[node] = min(low[node], index[after])
        if low[node] == index[node]:
            at = stack.index(node)
            group = stack[at:]
            del stack[at:]
            if len(group) > 1:
                found.append(sorted(group))

    for node in sorted(graph):
        if node not in index:
            visit(node)
    return sorted(found, key=len, reverse=True)


def wing_graph(graph: dict[str, set[str]]) -> dict[str, set[str]]:
    """Which wing imports which; the face and the command line's entry point left out."""

    def wing(name: str) -> str:
        return ".".join(name.split(".")[:2])

    out: dict[str, set[str]] = {wing(name): set() for name in graph if name != PACKAGE}
    for name, targets in graph.items():
        if name != PACKAGE:
            out[wing(name)] |= {wing(target) for target in targets} - {wing(name), PACKAGE}
    return out


def test_only_lines(modules: Iterable[Module]) -> int:
    """Lines of public functions that nothing in the package uses and the face does not offer, but tests do."""
    modules = list(modules)
    words = [set(re.findall(r"\w+", module.text)) for module in modules]
    offered = face_names()
    tests = set(
        re.findall(
            r"\w+", "\n".join(p.read_text(encoding="utf-8") for p in (ROOT / "tests").rglob("*.py"))
        )
    )
    total = 0
    for number, module in enumerate(modules):
        for node in module.tree.body:
            if not isinstance(node, Function) or node.name.startswith("_") or node.decorator_list:
                continue
            if node.name in offered:
                continue
            inside = len(re.findall(rf"\b{node.name}\b", module.text)) > 1 + module.text.count(
                f'"{node.name}"'
            )
            elsewhere = any(node.name in own for other, own in enumerate(words) if other != number)
            if not inside and not elsewhere and node.name in tests:
                total += (node.end_lineno or node.lineno) - node.lineno + 1
    return total


def face_names() -> set[str]:
    """Names that the stubs of the package offer, and those of the modules that they offer as a whole."""
    found: set[str] = set()
    for stub in SOURCE.rglob("__init__.pyi"):
        for node in ast.walk(ast.parse(stub.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.ImportFrom):
                continue
            for alias in node.names:
                found.add(alias.name)
                module = stub.parent / f"{alias.name}.py"
                if node.module is None and module.is_file():
                    found |= _public_names(ast.parse(module.read_text(encoding="utf-8")))
    return found


def _public_names(tree: ast.Module) -> set[str]:
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return set(ast.literal_eval(node.value))
    return set()


def top_names() -> int:
    """Names of the public face, without the modules that hold the others."""
    face = ast.parse((SOURCE / "__init__.pyi").read_text(encoding="utf-8"))
    count = 0
    for node in face.body:
        if not isinstance(node, ast.ImportFrom):
            continue
        folder = SOURCE.joinpath(*(node.module or "").split("."))
        for alias in node.names:
            is_module = (folder / alias.name).is_dir() or (folder / f"{alias.name}.py").is_file()
            count += not is_module
    return count


def measures(modules: list[Module]) -> list[Measure]:
    """All measures of the house."""
    plain = [module for module in modules if not module.is_kernel]
    bodies = [body_lines(function, module.text) for module, function in functions(plain)]
    counted = [tokens_and_lines(module.text) for module in modules]
    tokens, code, comments = (sum(column) for column in zip(*counted, strict=True))
    sizes: dict[str, int] = {}
    for module in modules:
        sizes[module.wing] = sizes.get(module.wing, 0) + module.text.count("\n")
    biggest = max((name for name in sizes if name), key=lambda name: sizes[name])
    known = {module.name for module in modules}
    graph = {module.name: imports_of(module, known) for module in modules if module.name != PACKAGE}
    kloc = code / 1000
    all_circles = len(circles(graph)) + len(circles(wing_graph(graph)))
    return [
        Measure(
            "function bodies above 60 lines, outside kernels", sum(n > 60 for n in bodies), 0, ""
        ),
        Measure(
            "body length, 90 % point",
            percentile(bodies, 0.9),
            20,
            "skyfield 24, narwhals 17, PyPSA 50",
            "line",
        ),
        Measure(
            "private module functions named by one word",
            one_word_share(modules),
            25,
            "skyfield 28, PyPSA 5",
            "%",
        ),
        Measure(
            "tokens a code line", tokens / code, 8.7, "skyfield 7.4, narwhals 7.0, numba-stats 8.7"
        ),
        Measure(
            "conditional expressions",
            count_nodes(modules, ast.IfExp) / kloc,
            14,
            "skyfield 8, PyPSA 7",
            "/kl",
        ),
        Measure(
            "comprehensions",
            count_nodes(modules, _COMPREHENSIONS) / kloc,
            30,
            "skyfield 7, Ciw 43",
            "/kl",
        ),
        Measure(
            "comment lines", 100 * comments / code, 4, "narwhals 2.0, PyPSA 4.0", "%", at_least=2
        ),
        Measure(
            "fmt: skip", sum(module.text.count("fmt: skip") for module in modules), 9, "PyPSA 9"
        ),
        Measure(
            "circles of modules and of wings, lazy imports too",
            all_circles,
            0,
            "skyfield 2, narwhals 1",
        ),
        Measure(
            f"biggest wing ({biggest})", 100 * sizes[biggest] / sum(sizes.values()), 18, "", "%"
        ),
        Measure("names at the top", top_names(), 55, "skyfield 32, PyPSA 25", at_least=40),
        Measure("test-only code in src", test_only_lines(modules), 0, "", "line"),
        Measure(
            "files above 500 lines",
            sum(m.text.count("\n") > 500 for m in modules),
            0,
            "skyfield 6, numbagg 2",
        ),
    ]


def longest(modules: Iterable[Module], most: int = 25) -> list[str]:
    """The longest function bodies, for those who shorten them."""
    rows = [
        (body_lines(f, m.text), f"{m.name}.{f.name}")
        for m, f in functions(modules)
        if not m.is_kernel
    ]
    return [f"{lines:5d} {name}" for lines, name in sorted(rows, reverse=True)[:most]]


def main() -> int:
    """Print the table, and with --longest the bodies to shorten first."""
    modules = read_modules()
    table = measures(modules)
    print("\n".join(str(row) for row in table))
    if "--longest" in sys.argv:
        print("\n".join(longest(modules)))
    if "--circles" in sys.argv:
        known = {module.name for module in modules}
        graph = {
            module.name: imports_of(module, known) for module in modules if module.name != PACKAGE
        }
        for group in (*circles(graph), *circles(wing_graph(graph))):
            print("circle:", ", ".join(group))
    return int(not all(row.holds for row in table))


if __name__ == "__main__":
    sys.exit(main())
