"""One band on the pixels themselves: its place, height and width with sigmas that hold whatever its shape.

No shape is assumed. What smoothing or an unknown ground may have done to a number is estimated from the band itself, by
measuring it twice (a wide and a narrow window; a near and a far flank), and corrected as far as the difference stands
out of the noise: the share that is believed is that of a normal prior (Bayes linear estimate), the rest is in sigma.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.derivatives import Local, local_level, local_zero
from analysis.spectrum import FloatArray, Quantity

# The place: windows in full widths; the third derivative of a narrower one is mostly noise.
WIDE, NARROW = 1.25, {1: 0.6, 3: 0.85}
GROWTH = 2.0  # power of the window with which its bias grows: a kink at the top has 1, a smooth skew 4
GROWTH_UNSURE = 0.4  # by how much of itself a correction differs between these two powers
SKEW = 0.005  # of the width, prior: by how much the wide window moves a band (half widths in 4 : 5 give 0.009)

# The height: flanks in full widths from the centre; a Gaussian has fallen to 0.02 and to 0.0002 of its height there.
NEAR, FAR = (1.15, 1.75), (1.75, 2.5)
LEVEL = 0.7  # window of the quartic that tells the value at the top
FLANKS = 0.08  # of the height, prior: by how much near and far flank differ, by tails (a Lorentzian has 0.06) or ground
TAIL_GAIN = 0.8  # what lies beyond the far flank, over that difference: Lorentz's tails have 1, exponential ones 0.1
GROUND_GAIN = 1.9  # the same of a ground that bends as a parabola
GAIN_UNSURE = 0.6
BENT = (
    0.1  # of its fall from flank to flank, a ground bends under the band: scatter as the fourth power of 1 / wavelength
)
BENT_UNSURE = 0.7
HIDDEN = 0.7  # of a prior: tails and a bend both hide height, so what is not seen of them has a mean
STEEPEST = 0.5  # of the height, by which a ground may fall within one width: what falls faster bends, too
MODEL = 0.007  # of the height: what tells on both flanks alike

# The width: half window, in full widths, of the straight line through each flank at half height.
STEEP = 0.11
OUTSIDE = 0.25  # such a line stands so far outside a Gaussian's flank, times the square of STEEP, in full widths

# Of height and width where only curvature and inflections tell them: a Lorentzian's and a Gaussian's differ by so much.
ROUGH = 0.15
ROUGH_SHOULDER = 0.35  # of the height: a rise that bends more than is seen hides so much; of the width 0.6 times these


@dataclass(frozen=True, slots=True, eq=False)
class Pixels:
    """The known pixels, ascending; `solid_nm`, shape (stretches, 2), is where no end and no gap is near."""

    nm: FloatArray
    values: FloatArray
    sigma: FloatArray
    solid_nm: FloatArray

    def holds(self, nm: float) -> bool:
        """Whether nothing missing is beside this place."""
        return bool(np.any((self.solid_nm[:, 0] < nm) & (nm < self.solid_nm[:, 1])))

    def around(self, low_nm: float, high_nm: float) -> Pixels:
        """Return the pixels between two wavelengths."""
        first, last = (int(i) for i in np.searchsorted(self.nm, (low_nm, high_nm)))
        return Pixels(self.nm[first:last], self.values[first:last], self.sigma[first:last], self.solid_nm)

    def noise(self, weights: FloatArray) -> float:
        """Return the noise of the sum of all values by these weights."""
        weighed = weights * self.sigma
        return float(np.sqrt(np.dot(weighed, weighed)))


@dataclass(frozen=True, slots=True)
class Size:
    """Height over the ground and full width at half height, nm."""

    height: Quantity
    fwhm: Quantity


def place(pixels: Pixels, near_nm: float, fwhm_nm: float, row: int) -> Quantity | None:
    """Return where the `row`-th derivative (1: maximum, 3: sharpest bend) passes zero; None where it does not."""
    wide = local_zero(pixels.nm, pixels.values, near_nm, WIDE * fwhm_nm, row)
    if wide is None:
        return None
    prior = SKEW * fwhm_nm
    narrow = local_zero(pixels.nm, pixels.values, wide.value, NARROW[row] * fwhm_nm, row)
    if narrow is None:
        return Quantity(wide.value, float(np.hypot(pixels.noise(wide.weights), prior)))
    gain = 1.0 / (1.0 - (NARROW[row] / WIDE) ** GROWTH)
    weights = gain * (wide.weights - narrow.weights)
    noise = pixels.noise(weights)
    share = prior**2 / (prior**2 + noise**2)
    moved = share * gain * (wide.value - narrow.value)
    clear = np.sqrt(max(moved**2 - (share * noise) ** 2, 0.0))  # what noise alone does not explain
    rest = np.hypot((1.0 - share) * prior, GROWTH_UNSURE * clear)
    return Quantity(wide.value - moved, float(np.hypot(pixels.noise(wide.weights - share * weights), rest)))


def size(pixels: Pixels, at_nm: float, fwhm_nm: float) -> Size | None:
    """Return height and width over the ground seen on both flanks, which must be free; None where they do not tell."""
    top = local_level(pixels.nm, pixels.values, at_nm, LEVEL * fwhm_nm)
    near, far = (_ground(pixels, at_nm, fwhm_nm, flank) for flank in (NEAR, FAR))
    if top is None or near is None or far is None:
        return None
    differs = near[0].value - far[0].value
    differs_noise = pixels.noise(near[0].weights - far[0].weights)
    over_far = top.value - far[0].value
    if over_far <= 0.0 or abs(far[1]) * fwhm_nm > STEEPEST * over_far:
        return None
    gain = TAIL_GAIN if differs > 0.0 else -GROUND_GAIN
    bent = BENT * abs(far[1]) * 2.0 * FAR[0] * fwhm_nm
    prior = float(np.hypot(FLANKS * over_far, bent))
    share = gain * prior**2 / (prior**2 + differs_noise**2)
    unseen = (abs(gain) - abs(share)) * prior
    if differs > 0.0:  # tails outweigh the bend of the ground, which hides its share all the same
        unseen += bent
    height = over_far + share * differs + HIDDEN * unseen
    weights = top.weights - far[0].weights + share * (near[0].weights - far[0].weights)
    unsure = np.hypot(np.hypot((1.0 - HIDDEN) * unseen, GAIN_UNSURE * share * differs), BENT_UNSURE * bent)
    spread = np.sqrt(pixels.noise(weights) ** 2 + unsure**2 + (MODEL * height) ** 2)
    measured = Quantity(height, float(spread))
    width = _width(pixels, at_nm, fwhm_nm, (top.value - height, far[1]), measured)
    return None if width is None else Size(measured, width)


def _ground(pixels: Pixels, at_nm: float, fwhm_nm: float, flank: tuple[float, float]) -> tuple[Local, float] | None:
    """The straight line through the means of two flanks: its value at the band's centre, and its slope per nm."""
    edges = at_nm + fwhm_nm * np.array([-flank[1], -flank[0], flank[0], flank[1]])
    a, b, c, d = (int(i) for i in np.searchsorted(pixels.nm, edges))
    if b - a < 3 or d - c < 3:
        return None
    left, right = float(pixels.nm[a:b].mean()) - at_nm, float(pixels.nm[c:d].mean()) - at_nm
    span = right - left
    weights = np.zeros_like(pixels.nm)
    weights[a:b], weights[c:d] = right / span / (b - a), -left / span / (d - c)
    slope = (float(pixels.values[c:d].mean()) - float(pixels.values[a:b].mean())) / span
    return Local(float(weights @ pixels.values), weights), slope


def _width(
    pixels: Pixels, at_nm: float, fwhm_nm: float, ground: tuple[float, float], height: Quantity
) -> Quantity | None:
    """The distance of the two places where the band stands at half height over a line (value at its centre, slope)."""
    net = pixels.values - ground[0] - ground[1] * (pixels.nm - at_nm) - 0.5 * height.value
    span = max(STEEP * fwhm_nm, 2.2 * float(pixels.nm[-1] - pixels.nm[0]) / pixels.nm.size)
    sides = [_edge(pixels, net, at_nm, side * fwhm_nm, span) for side in (-1.0, 1.0)]
    if sides[0] is None or sides[1] is None:
        return None
    (left, left_noise, left_slope), (right, right_noise, right_slope) = sides[0], sides[1]
    if left >= right:  # in the noise both flanks may be found on the same side
        return None
    outside = OUTSIDE * (span / fwhm_nm) ** 2
    width = (right - left) * (1.0 - outside)
    of_height = 0.5 * height.sigma * (1.0 / abs(left_slope) + 1.0 / abs(right_slope))
    spread = np.sqrt(left_noise**2 + right_noise**2 + of_height**2 + (2.0 * outside * width) ** 2)
    return Quantity(width, float(spread))


def _edge(
    pixels: Pixels, net: FloatArray, at_nm: float, signed_fwhm_nm: float, span_nm: float
) -> tuple[float, float, float] | None:
    """Where `net` passes zero on one side of the band, the noise of that place, and the slope there."""
    at = at_nm + 0.5 * signed_fwhm_nm
    for _ in range(2):  # a straight line where the band is steepest, then one where it stands at half height
        first, last = (int(i) for i in np.searchsorted(pixels.nm, (at - span_nm, at + span_nm)))
        if last - first < 4:
            return None
        u = pixels.nm[first:last] - at
        middle = float(u.mean())
        centred = u - middle
        spread = float(centred @ centred)
        slope = float(centred @ net[first:last]) / spread
        if signed_fwhm_nm * slope >= 0.0:
            return None
        at -= (float(net[first:last].mean()) - slope * middle) / slope
        if abs(at - at_nm) > 1.2 * abs(signed_fwhm_nm):
            return None
    noise = (1.0 / u.size - centred * (middle / spread)) * pixels.sigma[first:last]
    return at, float(np.sqrt(noise @ noise)) / abs(slope), slope
