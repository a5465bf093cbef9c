# ours: kept current by mlops-maturity upgrade
"""Whether a version may meet requests in another one's place: asked alike, and answering alike.

Who answers a request is not known before it is read, and whoever reads the reply does not know it
either. A version that differs there would get no traffic, and its comparison would decide nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..errors import OpsError, Refused, UntrustedModel
from ..model_file import unpack
from ..registry.versions import fetch

if TYPE_CHECKING:
    from ..model_file import Model
    from ..settings import Settings

_PROMISED = ("name", "kind", "nullable")


class Incomparable(Refused):
    """A version cannot be compared with the one that answers, however long one waits."""


def check(settings: Settings, number: int, champion: int) -> None:
    """Refuse a version that no service could let answer beside the champion.

    Raises:
        Incomparable: it cannot be loaded, takes other columns, or answers in another form.
        UntrustedModel: the champion cannot be loaded, which is no fault of the other one.
        Unreachable: MLflow does not answer.
    """
    theirs = _model(settings, champion)
    ours = loaded(settings, number, champion)
    by_person = f"a person may release it: uv run ops promote {number}"
    if _columns(ours.card) != _columns(theirs.card):
        raise Incomparable(
            f"version {number} takes other columns than version {champion}", by_person
        )
    if (told := form(ours.estimator)) != (usual := form(theirs.estimator)):
        raise Incomparable(
            f"version {number} answers by {told}, and version {champion} by {usual}", by_person
        )


def loaded(settings: Settings, number: int, champion: int | None) -> Model:
    """The model of a version.

    Raises:
        Incomparable: it cannot be loaded, or not be fetched though the champion can.
        Unreachable: MLflow does not answer.
    """
    try:
        return _model(settings, number)
    except UntrustedModel as error:
        raise Incomparable(str(error), error.hint) from None
    except (OpsError, OSError, ValueError) as error:
        if champion is None:
            raise
        _model(settings, champion)  # where this one cannot be fetched either, MLflow is away
        first = str(error).partition("\n")[0]
        said = f"the file of version {number} cannot be fetched: {first}"
        raise Incomparable(said, "train again") from None


def form(estimator: Any) -> str:
    """The form of its answers: a `prediction` alone, with a `score`, or with `scores` by class."""
    if not hasattr(estimator, "predict_proba"):
        return "prediction"
    return "score" if len(estimator.classes_) == 2 else "scores"


def _model(settings: Settings, number: int) -> Model:
    content, card = fetch(settings, number)
    return unpack(content, card, settings.trusted, f"version {number}")


def _columns(card: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """The columns that a record must hold; the categories that training knew are each its own."""
    return [tuple(one[name] for name in _PROMISED) for one in card.get("features", ())]
