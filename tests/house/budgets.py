"""How big files and functions are, printed on every check; over a hard limit is red.

The limits come from measuring sixteen codebases that people like to read: README, "How the code stays readable".
"""

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parents[2]
SOURCES = ("edge", "sync")

MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 50
MAX_COMPLEXITY = 8
MAX_POSITIONAL = 4
AIM = {"file lines": (100, 250, MAX_FILE_LINES), "function lines": (8, 25, MAX_FUNCTION_LINES)}

Function = ast.FunctionDef | ast.AsyncFunctionDef
# As the linter's C901 counts: statements that branch, not expressions.
BRANCHES = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.ExceptHandler, ast.match_case)


@dataclass(frozen=True)
class Size:
    """One function: where it stands, and how much there is of it."""

    where: str
    lines: int
    complexity: int
    positional: int
    is_typed: bool

    def faults(self) -> Iterator[str]:
        """Which hard limits it breaks."""
        if self.lines > MAX_FUNCTION_LINES:
            yield f"{self.where} has {self.lines} lines, at most {MAX_FUNCTION_LINES}"
        if self.complexity > MAX_COMPLEXITY:
            yield f"{self.where} decides {self.complexity} times, at most {MAX_COMPLEXITY}"
        if self.positional > MAX_POSITIONAL:
            over = f"{self.positional} arguments by place, at most {MAX_POSITIONAL}"
            yield f"{self.where} takes {over}; make the rest keyword-only"


def complexity(function: Function) -> int:
    """One, and one more for each way the function can go; functions inside it count for themselves."""
    ways = 1
    todo: list[ast.AST] = list(ast.iter_child_nodes(function))
    while todo:
        node = todo.pop()
        if isinstance(node, Function | ast.Lambda):
            continue
        ways += isinstance(node, BRANCHES)
        todo.extend(ast.iter_child_nodes(node))
    return ways


def measure(function: Function, name: str) -> Size:
    """The size of one function; its docstring and decorators are not counted as length."""
    first = (
        function.body[1]
        if ast.get_docstring(function) and len(function.body) > 1
        else function.body[0]
    )
    signature = function.body[0].lineno - function.lineno
    lines = (function.end_lineno or function.lineno) - first.lineno + 1 + signature
    args = [*function.args.posonlyargs, *function.args.args]
    own = args[1:] if args and args[0].arg in {"self", "cls"} else args
    every = [*own, *function.args.kwonlyargs]
    typed = function.returns is not None and all(arg.annotation for arg in every)
    return Size(
        f"{name}:{function.lineno} {function.name}", lines, complexity(function), len(own), typed
    )


def read(root: Path) -> tuple[dict[str, int], list[Size]]:
    """The lines of every source file, and the size of every function in them."""
    files: dict[str, int] = {}
    functions: list[Size] = []
    for path in sorted(p for source in SOURCES for p in (root / source).rglob("*.py")):
        text, name = path.read_text(), str(path.relative_to(root))
        files[name] = len(text.splitlines())
        functions += [
            measure(node, name) for node in ast.walk(ast.parse(text)) if isinstance(node, Function)
        ]
    return files, functions


def spread(values: list[int]) -> tuple[int, int, int]:
    """Median, 90th percentile and maximum."""
    ordered = sorted(values) or [0]
    return round(median(ordered)), ordered[int(0.9 * (len(ordered) - 1))], ordered[-1]


def faults(files: dict[str, int], functions: list[Size]) -> list[str]:
    """Everything over a hard limit."""
    long = [
        f"{name} has {lines} lines, at most {MAX_FILE_LINES}"
        for name, lines in files.items()
        if lines > MAX_FILE_LINES
    ]
    return long + [fault for function in functions for fault in function.faults()]


def table(files: dict[str, int], functions: list[Size]) -> str:
    """The budgets as a person reads them."""
    filled = [lines for lines in files.values() if lines > 1]
    rows = [
        ("file lines", spread(filled)),
        ("function lines", spread([f.lines for f in functions])),
        ("function complexity", spread([f.complexity for f in functions])),
        ("positional arguments", spread([f.positional for f in functions])),
    ]
    lines = [f"{'':22}{'median':>8}{'p90':>6}{'max':>6}   aim"]
    for name, (mid, ninety, top) in rows:
        lines.append(
            f"{name:22}{mid:8}{ninety:6}{top:6}   {' / '.join(map(str, AIM.get(name, ('',))))}"
        )
    typed = 100 * sum(f.is_typed for f in functions) / max(1, len(functions))
    sums = f"{len(files)} files, {sum(filled)} lines, {len(functions)} functions, {typed:.1f} % fully typed"
    return "\n".join([*lines, sums])


def main(root: Path = ROOT) -> int:
    """Print the budgets; 1 when a hard limit is broken."""
    files, functions = read(root)
    print(table(files, functions))
    broken = faults(files, functions)
    print("\n".join(broken), end="\n" if broken else "")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
