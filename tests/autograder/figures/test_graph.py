import math

import pytest

from quality.figures import reference

ONE = reference("12_engine", "engine.py")
EXPRESSIONS = {
    "x^2 + 3x + 1": ("x**2 + 3*x + 1", {"x": 2}),
    "(relu(w*x + b) - t)^2": ("(relu(w*x + b) - t)**2", {"w": 0.5, "x": 2, "b": 0.3, "t": 1}),
    "log(1 + exp(-y*s))": ("log(1 + exp(-y*s))", {"y": -1, "s": 0.75}),
    "x*x*x": ("x*x*x", {"x": -1.5}),
    "-x² / 2 - 1/(a − x)": ("-x**2 / 2 - 1/(a - x)", {"x": 0.5, "a": 3}),
    "2 ** tanh(u) * relu(-u) + 2*3": ("2**tanh(u) * relu(-u) + 2*3", {"u": -0.7}),
    "(a*b + c) * (a*b)": ("(a*b + c) * (a*b)", {"a": 2, "b": -3, "c": 10}),
    "x^-0.5 + exp(log(x)) - 4 x": ("x**-0.5 + exp(log(x)) - 4*x", {"x": 1.25}),
}


def of_values_too(name):
    return lambda a: getattr(a, name)() if isinstance(a, ONE.Value) else getattr(math, name)(a)


FUNCTIONS = {name: of_values_too(name) for name in ("exp", "log", "tanh", "relu")}


def in_python(expression, numbers):
    """The leaves by their names, and the last node, after one backward."""
    leaves = {name: ONE.Value(number) for name, number in numbers.items()}
    root = eval(expression, FUNCTIONS | leaves)
    root.backward()
    return leaves, root


def is_drawn(node):
    """Plain numbers, and what was made of them alone, are no nodes of the page."""
    return any(is_drawn(parent) for parent in node.parents) or hasattr(node, "name")


@pytest.fixture
def page(open_figure):
    page = open_figure("graph")

    def write(typed, numbers):
        page.fill("#expression", typed)
        for name, number in numbers.items():
            page.fill(f"#input-{name}", str(number))

    page.write = write
    return page


def test_values_and_gradients_are_those_of_the_engine_and_add_up_until_they_are_zeroed(page, read):
    for typed, (expression, numbers) in EXPRESSIONS.items():
        page.write(typed, numbers)
        leaves, root = in_python(expression, numbers)
        for name, leaf in leaves.items():
            leaf.name = name
        inner = [node for node in ONE.topological_order(root) if is_drawn(node) and not hasattr(node, "name")]
        page.press("#reset", "End")
        shown = read(page)
        for name, leaf in leaves.items():
            assert shown[f"value-{name}"] == leaf.data
            assert shown[f"grad-{name}"] == pytest.approx(leaf.grad, abs=1e-6)
        nodes = [(shown[f"value-{i}"], shown[f"grad-{i}"]) for i in range(len(shown)) if f"value-{i}" in shown]
        wanted = sorted((node.data, node.grad) for node in [*inner, *leaves.values()])
        for found, due in zip(sorted(nodes), wanted, strict=True):
            assert found == pytest.approx(due, abs=1e-6)

        page.click("#again")
        root.backward()
        twice = read(page)
        assert [twice[f"grad-{name}"] for name in leaves] == pytest.approx([n.grad for n in leaves.values()], abs=1e-6)
        page.click("#zero")
        assert {read(page)[f"grad-{name}"] for name in leaves} == {0.0}
        page.click("#again")
        assert [read(page)[f"grad-{name}"] for name in leaves] == pytest.approx(
            [n.grad / 2 for n in leaves.values()], abs=1e-6
        )


def test_a_gradient_comes_edge_by_edge(page, read):
    grads = []
    for _ in range(10):  # four values, the start at the end, and five edges
        page.click("#step")
        grads.append(read(page)["grad-x"])
    assert grads == [0, 0, 0, 0, 0, 0, 0, 0, 3, 7]
    assert page.inner_text("#news").endswith("With what was there, that is 7.")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("x +", "The expression ends too early."),
        ("(x", "A bracket is not closed."),
        ("x $ 2", "What does “$” mean here?"),
        ("sin(x)", "sin is no function here: there are exp, log, tanh and relu."),
        ("2 + 3", "There is no name in it, and so no gradient."),
        ("x^x", "A power needs a plain number: as exponent, or as base above 0."),
        ("x) + 1", "“)” is left over."),
        ("log(x - 2)", "log has no value here."),
        ("1/(x - 2)", "1 ÷ has no value here."),
    ],
)
def test_a_mistake_in_an_expression_is_explained(page, read, typed, said):
    page.fill("#expression", typed)
    assert page.inner_text("#news") == said
    page.click("#step")
    page.click("#again")
    assert read(page) == {}
    page.fill("#expression", "x + 1")
    assert "value-x" in read(page)
