"""A recipe of amounts alone, as files had it before reagents had volumes and stocks, in today's words.

People still write a `recipe.toml` in this way: `te_mmol = 1.0` says what is known.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

AMOUNTS = {"cd_mmol": "cd_oleate", "te_mmol": "topte", "top_mmol": "top", "oam_mmol": "oam"}
VOLUMES = {"top_ml": "top"}
SWITCHES = {"degassed": "degassing"}
FACTORS = {"dilution": "diluted"}
KEYS = frozenset((*AMOUNTS, *VOLUMES, *SWITCHES, *FACTORS))


def todays_recipe(told: Mapping[str, Any]) -> dict[str, Any]:
    """Return a recipe's fields (as JSON or TOML has them) as they are called today; no number is worked out anew."""
    made = {key: value for key, value in told.items() if key not in KEYS}
    for keys, part in ((AMOUNTS, "weighed_mmol"), (VOLUMES, "ml")):
        for key, reagent in keys.items():
            if told.get(key) is not None:
                known = made.get(reagent)
                made[reagent] = {**(known if isinstance(known, dict) else {}), part: told[key]}
    if told.get("degassed") is not None:
        made["degassing"] = {} if told["degassed"] else {"minutes": 0.0}
    if "dilution" in told:
        made["diluted"] = _diluted(told["dilution"])
    return made


def _diluted(factor: Any) -> dict[str, Any] | None:
    """Return a factor as 50 ul of an aliquot into what makes it; one that is no number stays what it is."""
    if isinstance(factor, int | float) and not isinstance(factor, bool):
        return {"aliquot_ul": 50.0, "into_ml": 0.05 * (factor - 1.0)}
    return None if factor is None else {"into_ml": factor}
