"""Every zero of a sum of exponentials, proven: g(v) = sum of a_i × e^(-n_i × v), n_i whole, a_i whole and not 0.

With x = e^-v this is a polynomial in x > 0, as sparse as the payments. Its zeros are found as follows, and nothing is
guessed:

  * a polynomial of moderate degree is divided by its greatest common divisor with its derivative, exactly: what is
    left has the same zeros, each of them simple;
  * Cauchy's bound says where zeros can lie; that range is split until each part is decided;
  * on a part [p, q] each term is monotone, so that its values at p and q bound it in between: the sum of the bounds
    encloses g, likewise its first and second derivative; on a short part Taylor's series about its middle, with a
    bound of the rest, encloses them more closely. No zero is left where g keeps its sign; at most one where g' does;
    where g'' does, the extremum decides;
  * this is done in binary floating point with an allowance of 1e-11 for rounding, which is a hundred times what can
    occur; what it leaves open is done again at 60 digits, and then at 220.

What stays open after that is reported as open.
"""

import math
from fractions import Fraction
from functools import lru_cache

import mpmath
from mpmath import mpf

from shared.numbers import OutOfReach

DEGREE_MAX_EXACT = 1500
SPLIT = 0.4837129  # not in the middle: rates that people think of do not fall on a boundary
PARTS_MAX = 40_000


# ---------------------------------------------------------------------------------------------------------------------
# Exact: repeated zeros
# ---------------------------------------------------------------------------------------------------------------------


def primitive(p):
    divisor = math.gcd(*p)
    return [c // divisor for c in p]


def derivative(p):
    """Coefficients from the highest power down."""
    degree = len(p) - 1
    return [c * (degree - i) for i, c in enumerate(p[:-1])]


def remainder(a, b, modulus=None):
    """Of a by b; without a modulus a pseudo-remainder."""
    a = list(a)
    if modulus:
        inverse = pow(b[0], -1, modulus)
    while len(a) >= len(b):
        lead = a[0]
        if modulus:
            factor = lead * inverse % modulus
            for i, c in enumerate(b):
                a[i] = (a[i] - factor * c) % modulus
        elif lead:
            a = [c * b[0] for c in a]
            for i, c in enumerate(b):
                a[i] -= lead * c
        a.pop(0)
    while a and a[0] == 0:
        a.pop(0)
    return a


def simple_for_sure(p):
    """True if p and p' have no common divisor modulo a prime: then they have none at all."""
    modulus = 2**89 - 1
    a, b = [c % modulus for c in p], [c % modulus for c in derivative(p)]
    if a[0] == 0 or b[0] == 0:
        return False
    while b:
        a, b = b, remainder(a, b, modulus)
    return len(a) == 1


def common_divisor(a, b):
    a, b = primitive(a), primitive(b)
    while b:
        rest = remainder(a, b)
        a, b = b, (primitive(rest) if rest else [])
    return a


def quotient(a, b):
    a, result = [Fraction(c) for c in a], []
    while len(a) >= len(b):
        factor = a[0] / b[0]
        result.append(factor)
        for i, c in enumerate(b):
            a[i] -= factor * c
        a.pop(0)
    assert not any(a), "does not divide"
    scale = math.lcm(*(c.denominator for c in result))
    return primitive([int(c * scale) for c in result])


def with_simple_zeros(terms):
    """The same zeros, none repeated; None where the degree is too high to say."""
    degree = terms[-1][0]
    if degree > DEGREE_MAX_EXACT:
        return None
    dense = [0] * (degree + 1)
    for power, coefficient in terms:
        dense[degree - power] = coefficient
    if degree == 0 or simple_for_sure(dense):
        return terms
    divisor = common_divisor(dense, derivative(dense))
    if len(divisor) == 1:
        return terms
    dense = quotient(dense, divisor)
    return [(len(dense) - 1 - i, c) for i, c in reversed(list(enumerate(dense))) if c]


# ---------------------------------------------------------------------------------------------------------------------
# Enclosures
# ---------------------------------------------------------------------------------------------------------------------


class Sum:
    def __init__(self, terms):
        self.powers = [power for power, _ in terms]
        self.signs = [1 if c > 0 else -1 for _, c in terms]
        self.sizes = [abs(c) for _, c in terms]
        self.logs = [self.log(size) for size in self.sizes]
        self.span = max(self.powers[-1], 1)

    @staticmethod
    def log(whole):
        shift = max(whole.bit_length() - 1000, 0)
        return math.log(whole >> shift) + shift * math.log(2)

    def bounds(self):
        """No zero lies outside: Cauchy."""
        largest = max(self.logs)
        above = (
            math.log1p(math.exp(min(largest - self.logs[0], 700)))
            if largest - self.logs[0] < 700
            else largest - self.logs[0] + 1
        )
        below = (
            math.log1p(math.exp(min(largest - self.logs[-1], 700)))
            if largest - self.logs[-1] < 700
            else largest - self.logs[-1] + 1
        )
        return -below - 0.0123, above + 0.0137

    def dominant(self, v):
        return max(range(len(self.powers)), key=lambda i: self.logs[i] - self.powers[i] * v)

    def terms_at(self, v, tau, digits):
        """|a_i| × e^(-(n_i - n_tau) × v) / |a_tau|."""
        if digits is None:
            v, base, power = float(v), self.logs[tau], self.powers[tau]
            values = []
            for log, n in zip(self.logs, self.powers):
                exponent = log - base - (n - power) * v
                values.append(math.inf if exponent > 600 else math.exp(exponent))
            return values
        x, powers, cache = mpmath.exp(-v), [], {}
        value, before = mpf(1), self.powers[0]
        for n in self.powers:
            gap = n - before
            if gap:
                if gap not in cache:
                    cache[gap] = x**gap
                value, before = value * cache[gap], n
            powers.append(value)
        base = powers[tau] * self.sizes[tau]
        return [size * value / base for size, value in zip(self.sizes, powers)]

    def enclosure(self, at_p, at_q, tau, order, allowance):
        """(low, high) of the derivative of this order, times (-1)^order, in units of the span; None where it is
        out of all proportion.
        """
        low = high = total = 0
        base, span = self.powers[tau], self.span
        for sign, n, a, b in zip(self.signs, self.powers, at_p, at_q):
            factor = n - base
            if order:
                if factor == 0:
                    continue
                if order == 1 and factor < 0:
                    sign = -sign
                weight = abs(factor) / span if isinstance(a, float) else mpf(abs(factor)) / span
                if order == 2:
                    weight *= weight
                a, b = a * weight, b * weight
            if a > b:
                a, b = b, a
            total += b
            if sign > 0:
                low, high = low + a, high + b
            else:
                low, high = low - b, high - a
        if total == math.inf:
            return None
        return low - allowance * total, high + allowance * total

    def moments(self, c, tau, digits):
        """Sums of the terms at c times ((n_i - n_tau) / span)^k, with their signs and without."""
        signed, plain = [0] * (ORDERS + 1), [0] * (ORDERS + 1)
        base, span = self.powers[tau], self.span
        for sign, n, value in zip(self.signs, self.powers, self.terms_at(c, tau, digits)):
            factor = (n - base) / span if digits is None else mpf(n - base) / span
            for k in range(ORDERS + 1):
                signed[k] += sign * value
                plain[k] += abs(value)
                value *= factor
        return signed, plain

    @staticmethod
    def sign_around(signed, plain, h, order, allowance):
        """The sign of the derivative of this order, times (-1)^order, at most h / span away from c; 0 where it is
        not certain. By Taylor.
        """
        if plain[0] == math.inf:
            return 0
        rest, weight = allowance * plain[order], 1
        for k in range(order + 1, ORDERS):
            weight = weight * h / (k - order)
            rest += weight * (abs(signed[k]) + allowance * plain[k])
        rest += weight * h / (ORDERS - order) * plain[ORDERS] * math.exp(h) * 1.001
        return 0 if abs(signed[order]) <= rest else (1 if signed[order] > 0 else -1)


ORDERS = 10
PRECISIONS = [None, 60, 220]


def allowance_of(digits):
    return 1e-11 if digits is None else mpf(10) ** (8 - digits)


def enclosed(g, p, q, order, tau, digits):
    return g.enclosure(g.terms_at(p, tau, digits), g.terms_at(q, tau, digits), tau, order, allowance_of(digits))


def sign_at(g, v):
    """The sign of g(v), proven, or 0 where 220 digits do not tell."""
    tau = g.dominant(float(v))
    for digits in PRECISIONS:
        if digits is None and not isinstance(v, float):
            continue
        with mpmath.workdps(digits or 15):
            found = enclosed(g, v, v, 0, tau, digits)
            if found and (found[0] > 0 or found[1] < 0):
                return 1 if found[0] > 0 else -1
    return 0


def isolate(g):
    """([(p, q)], [(p, q)]): parts with exactly one zero each, ascending, and parts that stay open."""
    single, still_open = [], []
    low, high = g.bounds()
    work, parts = [(low, high, 0)], 0
    while work:
        p, q, level = work.pop()
        parts += 1
        if parts > PARTS_MAX:
            raise OutOfReach("too many parts")
        digits = PRECISIONS[level]
        with mpmath.workdps(digits or 15):
            verdict = decide(g, p, q, digits)
            if verdict is None:
                # Too narrow for this precision: the next one.
                if (q - p) * g.span < (1e-6 if digits is None else mpf(10) ** (-digits // 3)):
                    if level + 1 == len(PRECISIONS):
                        still_open.append((p, q))
                        continue
                    level += 1
                    with mpmath.workdps(PRECISIONS[level]):
                        p, q = mpf(p), mpf(q)
                        middle = p + (q - p) * SPLIT
                else:
                    middle = p + (q - p) * SPLIT
                work += [(p, middle, level), (middle, q, level)]
            else:
                for part in verdict:
                    (still_open if part[0] is None else single).append(part[-2:])
    single.sort()
    return single, still_open


def decide(g, p, q, digits):
    """The parts of [p, q] with one zero each, or None. ("open" is written as (None, p, q).)"""
    tau = g.dominant(float(p + q) / 2)
    at_p, at_q, allowance = g.terms_at(p, tau, digits), g.terms_at(q, tau, digits), allowance_of(digits)

    around = []

    def of(order):
        found = g.enclosure(at_p, at_q, tau, order, allowance)
        sign = 0 if not found else (1 if found[0] > 0 else -1 if found[1] < 0 else 0)
        if sign == 0 and (q - p) * g.span < 1:
            if not around:
                around.append(g.moments((p + q) / 2, tau, digits))
            sign = g.sign_around(*around[0], (q - p) * g.span * 0.500001, order, allowance)
        return sign

    if of(0):
        return []
    slope = of(1)
    if slope:
        left, right = sign_at(g, p), sign_at(g, q)
        assert left and right, "a zero on a boundary"
        return [(p, q)] if left != right else []
    bend = of(2)
    if not bend:
        return None
    # g is convex (bend 1) or concave between p and q.
    left, right = sign_at(g, p), sign_at(g, q)
    assert left and right, "a zero on a boundary"
    if left != right:
        return [(p, q)]
    if left != bend:
        return []
    # Both ends on the outer side: the extremum decides.
    with mpmath.workdps(220):

        def slope_at(v):
            """The derivative of g over its dominant term, times the span's inverse: decreasing order, so negated."""
            values = g.terms_at(v, tau, 220)
            return -sum(s * (n - g.powers[tau]) * value for s, n, value in zip(g.signs, g.powers, values)) * bend

        a, b = mpf(p), mpf(q)
        if slope_at(a) >= 0 or slope_at(b) <= 0:
            return []  # the extremum lies outside: monotone in here
        for _ in range(700):
            middle = (a + b) / 2
            if slope_at(middle) < 0:
                a = middle
            else:
                b = middle
            if (b - a) * g.span < mpf(10) ** -200:
                break
        values = g.terms_at(a, tau, 220)
        bottom = sum(s * value for s, value in zip(g.signs, values)) * bend
        noise = sum(values) * mpf(10) ** -190
        if bottom < -noise:
            return [(mpf(p), a), (a, mpf(q))]
        # A tangent stays below a convex function.
        if bottom - abs(slope_at(a)) * (mpf(q) - mpf(p)) > noise:
            return []
    return [(None, p, q)]


@lru_cache(maxsize=None)
def zeros(terms):
    """(sum with those zeros, parts with one zero each, number of parts that stay open). `terms`: ((power,
    coefficient), ...), ascending from 0.
    """
    reduced = with_simple_zeros(list(terms))
    g = Sum(reduced if reduced is not None else list(terms))
    single, still_open = isolate(g)
    return g, single, still_open


def refine(g, part, digits):
    """(v, v'): the zero lies between, less than 10^-digits apart, proven by the signs there."""
    p, q = part
    tau_sign = sign_at(g, p)
    if isinstance(p, float):  # cheap halves first
        while (q - p) * g.span > 1e-5:
            middle = p + (q - p) * SPLIT
            sign = sign_at(g, middle)
            if sign == 0:
                break
            p, q = (middle, q) if sign == tau_sign else (p, middle)
    with mpmath.workdps(digits + 40):
        p, q = mpf(p), mpf(q)
        tau = g.dominant(float(p + q) / 2)

        noise = mpf(10) ** -(digits + 15)

        def value(v):
            """(g, its slope), in units of the dominant term; g is 0 where rounding hides its sign."""
            values = g.terms_at(v, tau, digits)
            height = sum(s * x for s, x in zip(g.signs, values))
            slope = -sum(s * (n - g.powers[tau]) * x for s, n, x in zip(g.signs, g.powers, values))
            return (height if abs(height) > noise * sum(values) else mpf(0)), slope

        target = mpf(10) ** -digits
        v = (p + q) / 2
        for _ in range(2000):
            if q - p < target:
                break
            height, slope = value(v)
            if height and (height > 0) == (tau_sign > 0):
                p = v
            elif height:
                q = v
            nearby = v - height / slope if slope else p
            if height == 0 or abs(nearby - v) < target / 8 and p <= nearby <= q:
                # Newton has arrived: enclose the zero, if signs agree.
                left, right = nearby - target / 4, nearby + target / 4
                before, after = value(left)[0], value(right)[0]
                if before and after and (before > 0) == (tau_sign > 0) != (after > 0):
                    p, q = left, right
                    break
                assert height, "not refined"
            v = nearby if p < nearby < q and abs(nearby - v) >= target / 8 else (p + q) / 2
        assert q - p < target, "not refined"
        return p, q
