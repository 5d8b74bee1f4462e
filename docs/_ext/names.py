"""Public names written as code become links to their page, in prose and in docstrings alike."""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.transforms import SphinxTransform

import forceflow

# Where each public name is documented: at the top, or in the module of its subject.
HOMES = {
    name: f"{getattr(forceflow, subject).__name__}.{name}"
    for subject in (
        *("evidence", "flows", "counts", "lift", "queueing"),
        *("forecasting", "sensitivity", "tracks", "withdrawal", "errors"),
    )
    for name in getattr(forceflow, subject).__all__
}
HOMES |= {
    name: f"forceflow.forecasting.scores.{name}"
    for name in ("crps", "interval_score", "pit", "wis")
}
HOMES |= {name: f"forceflow.dates.{name}" for name in ("read_when", "write_edtf")}
HOMES |= {
    name: f"forceflow.quantity.{name}" for name in ("LEXICON", "Lexicon", "verbal_probability")
}
HOMES |= {
    name: f"forceflow.world.{name}"
    for name in ("Aircraft", "FreightTrain", "Place", "Route", "VehicleMix", "Vessel")
}
HOMES |= {name: f"forceflow.{name}" for name in forceflow.__all__ if name != "__version__"}

SUBJECTS = "|".join(set(dir(forceflow)) - set(forceflow.__all__))
NAME = re.compile(
    rf"^(?:(?:ff|forceflow)\.)?(?:(?:{SUBJECTS})\.)?(?P<name>[A-Za-z_]\w*)(?:\.\w+)?(?:\(.*\))?$",
    re.DOTALL,
)

ARRAY = re.compile(
    r"~?numpy\.ndarray\[tuple\[~?typing\.Any, \.\.\.\], ~?numpy\.dtype\[~?numpy\.\w+\]\]"
)

AMOUNT = re.compile(
    r"~?[\w.]*\bQuantity \| float \| str \| tuple\[float, float\] \| tuple\[float, float, float\]"
    r"( \| ~?[\w.]*\bSample)?"
)


class PublicNames(SphinxTransform):
    """Wrap `estimate_rate`, `ff.plot` or `Quantity.parse` in a reference; leave all other code alone."""

    default_priority = 5

    def apply(self, **kwargs: Any) -> None:
        """Walk over the code of a page."""
        here = self.env.docname.rpartition("/")[2]
        for literal in list(self.document.findall(nodes.literal)):
            found = NAME.match(literal.astext())
            if found is None or isinstance(
                literal.parent, (addnodes.pending_xref, nodes.reference, nodes.title)
            ):
                continue
            name = found["name"]
            if name not in HOMES or HOMES[name] == here:
                continue
            link = addnodes.pending_xref(
                "",
                refdomain="py",
                reftype="obj",
                reftarget=HOMES[name],
                refexplicit=True,
                refwarn=True,
            )
            link["refdoc"] = self.env.docname
            literal.replace_self(link)
            link += literal


def by_last_part(
    app: Any, env: Any, node: nodes.Element, content: nodes.Node
) -> nodes.Element | None:
    """Find a type that an annotation names by its module (forceflow.flows.rate.Rate) under its public name."""
    target = str(node.get("reftarget", ""))
    name = target.rpartition(".")[2]
    if (
        node.get("refdomain") != "py"
        or name not in HOMES
        or not target.startswith(("forceflow", name))
    ):
        return None
    domain = env.get_domain("py")
    found = domain.resolve_xref(
        env,
        node["refdoc"],
        app.builder,
        "obj",
        HOMES[name],
        addnodes.pending_xref(""),
        content,
    )
    return found if isinstance(found, nodes.Element) else None


def plain_signature(
    app: Any,
    what: str,
    name: str,
    obj: Any,
    options: Any,
    signature: str | None,
    returns: str | None,
) -> tuple[str | None, str | None]:
    """Write defaults made by a factory, arrays and amounts so short that the signature can be read."""

    def short(text: str) -> str:
        return AMOUNT.sub(
            "Amount", ARRAY.sub("~numpy.ndarray", text.replace("= <factory>", "= ..."))
        )

    return signature and short(signature), returns and short(returns)


def setup(app: Any) -> dict[str, Any]:
    """Add all of it."""
    app.connect("autodoc-process-signature", plain_signature)
    app.add_transform(PublicNames)
    app.connect("missing-reference", by_last_part)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
