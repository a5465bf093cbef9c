# ours: kept current by mlops-maturity upgrade
"""A comparison of two groups that may be looked at after every label.

The interval for the difference of two means is an asymptotic confidence sequence
(Waudby-Smith, Arbour, Sinha, Kennedy, Ramdas: Time-uniform central limit theory and asymptotic
confidence sequences, 2021): it holds at all times at once with probability 1 - alpha, as the
labels become many, whatever their distribution. A test planned for a fixed number of labels does
not: looked at again and again, it finds a difference where there is none.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

SOONEST = 1000
"""Labels of both groups at which the interval is narrowest beside its width at other times."""

_LEAST = 1e-6
ABSOLUTE, SQUARED = "absolute error", "squared error"
LOGARITHMIC, WRONG = "logarithmic loss", "wrong answers"

_OF_PROBABILITIES = ("log_loss", "roc_auc", "average_precision", "brier_score_loss")
_OF_SQUARES = ("rmse", "mse", "r2", "mean_squared_error")


@dataclass(frozen=True)
class Arm:
    """One group, told by three figures, so that no row is kept.

    Attributes:
        count: of values.
        mean: of them.
        squares: sum of squared deviations from the mean.
    """

    count: int = 0
    mean: float = 0.0
    squares: float = 0.0

    @classmethod
    def of(cls, values: np.ndarray) -> Arm:
        """The group of these values, shape (n,)."""
        if not len(values):
            return cls()
        mean = float(values.mean())
        return cls(len(values), mean, float(((values - mean) ** 2).sum()))

    def __add__(self, other: Arm) -> Arm:
        """Both groups as one (Chan, Golub, LeVeque: Updating formulae, 1979)."""
        count = self.count + other.count
        if not count:
            return self
        apart = other.mean - self.mean
        mean = self.mean + apart * other.count / count
        squares = self.squares + other.squares + apart**2 * self.count * other.count / count
        return Arm(count, mean, squares)

    @property
    def variance(self) -> float:
        """Of the values; unbounded where there are too few."""
        return self.squares / (self.count - 1) if self.count > 1 else math.inf


def interval(one: Arm, other: Arm, alpha: float) -> tuple[float, float]:
    """Where the mean of `other` less that of `one` lies, at all times, but for a chance of `alpha`.

    No group counts as quieter than both together are: a hundred answers without the rare great
    error tell little of how great it is.

    Args:
        one: a group.
        other: another one, independent of it.
        alpha: chance of both sides together to be wrong at any time.
    """
    if one.count < 2 or other.count < 2:
        return -math.inf, math.inf
    count = one.count + other.count
    both = (one.squares + other.squares) / (count - 2)
    parts = (max(arm.variance, both) / arm.count for arm in (one, other))
    deviation = math.sqrt(count * sum(parts))
    spread = count * _rho(alpha) ** 2 + 1
    radius = deviation * math.sqrt(
        2 * spread / (count * (spread - 1)) * math.log(math.sqrt(spread) / alpha)
    )
    middle = other.mean - one.mean
    return middle - radius, middle + radius


def loss_of(task: str, metric: str, scored: bool) -> str:
    """Name of what an answer costs: the loss of one answer that is nearest to the deciding metric.

    Numbers: the absolute error, or its square where the metric squares it. Classes: 1 for a wrong
    one, 0 for a right one; where the metric is one of probabilities, the logarithmic loss, bounded
    by a probability of one in a million. Two versions are compared by one loss only: where one of
    them gives no probabilities, wrong answers count for both.

    Args:
        task: `regression` or `classification`.
        metric: name of the deciding metric.
        scored: whether the probability that each answer gave to the truth is known, of all versions
            that are compared.
    """
    if task == "regression":
        return SQUARED if metric in _OF_SQUARES else ABSOLUTE
    return LOGARITHMIC if scored and metric in _OF_PROBABILITIES else WRONG


def losses(
    task: str, metric: str, truth: np.ndarray, predictions: np.ndarray, scores: Any = None
) -> np.ndarray:
    """What each answer cost, by the loss that `loss_of` names, shape (n,); smaller is better.

    Args:
        task: `regression` or `classification`.
        metric: name of the deciding metric.
        truth: labels, shape (n,).
        predictions: shape (n,).
        scores: probability of the true class, shape (n,); none where it is not known.
    """
    import numpy as np

    found: np.ndarray
    loss = loss_of(task, metric, scores is not None)
    if loss in (ABSOLUTE, SQUARED):
        found = np.abs(np.asarray(truth, "float64") - np.asarray(predictions, "float64"))
        if loss == SQUARED:
            found **= 2
    elif loss == LOGARITHMIC:
        found = -np.log(np.clip(np.asarray(scores, "float64"), _LEAST, 1.0))
    else:
        wrong = np.asarray(truth).astype(str) != np.asarray(predictions).astype(str)
        found = wrong.astype("float64")
    return found


def excess(failed: int, asked: int, allowed: float) -> float:
    """How much more likely so many failures are under a higher rate than under the allowed one.

    A likelihood ratio, averaged evenly over all higher rates: while the rate is at most `allowed`
    it ever reaches 1 / alpha with a chance of at most alpha, however often it is looked at (Ville's
    inequality; the mixture is that of Robbins, 1970).

    Args:
        failed: number of failures.
        asked: number of trials.
        allowed: rate that is no fault, between 0 and 1.
    """
    from scipy.special import betainc, betaln

    left = asked - failed
    above = 1 - betainc(failed + 1, left + 1, allowed)
    if above <= 0:
        return 0.0
    ratio = betaln(failed + 1, left + 1) + math.log(above) - math.log1p(-allowed)
    ratio -= failed * math.log(allowed) + left * math.log1p(-allowed)
    return math.exp(min(ratio, 700.0))


def _rho(alpha: float) -> float:
    """The parameter by which the interval is narrowest at `SOONEST` labels, as in the paper."""
    depth = -2 * math.log(alpha)
    return math.sqrt((depth + math.log(depth + 1)) / SOONEST)
