"""Computes the points of SampleTests with exact integers and 50-digit decimals.

xoshiro256** (Blackman and Vigna 2021), its state filled by SplitMix64 from the seed and the FNV-1a hash of the stream's
name; integers below a bound by Lemire's method.
"""

from decimal import ROUND_HALF_UP, Decimal, getcontext

getcontext().prec = 50
MASK = 2**64 - 1


def rotated(bits: int, by: int) -> int:
    return (bits << by | bits >> (64 - by)) & MASK


class Stream:
    def __init__(self, seed: int, name: str):
        mixed = 0xCBF29CE484222325
        for byte in name.encode():
            mixed = (mixed ^ byte) * 0x100000001B3 & MASK
        mixed ^= seed
        self.state = []
        for _ in range(4):
            mixed = (mixed + 0x9E3779B97F4A7C15) & MASK
            bits = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9 & MASK
            bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EB & MASK
            self.state.append(bits ^ (bits >> 31))

    def next(self) -> int:
        s = self.state
        result = rotated(s[1] * 5 & MASK, 7) * 9 & MASK
        shifted = s[1] << 17 & MASK
        s[2] ^= s[0]
        s[3] ^= s[1]
        s[1] ^= s[2]
        s[0] ^= s[3]
        s[2] ^= shifted
        s[3] = rotated(s[3], 45)
        return result

    def uniform(self) -> Decimal:
        return Decimal(self.next() >> 11) / 2**53

    def below(self, bound: int) -> int:
        while True:
            product = self.next() * bound
            if product & MASK >= 2**64 % bound:
                return product >> 64


for point in range(4):
    lowest, highest = Decimal("1e-4"), Decimal(1)
    u = Stream(3, f"sample fit.learning_rate {point}").uniform()
    rate = (lowest.ln() + (highest.ln() - lowest.ln()) * u).exp()
    rate = rate.quantize(Decimal(1).scaleb(rate.adjusted() - 3), ROUND_HALF_UP)
    u = Stream(3, f"sample fit.epochs {point}").uniform()
    epochs = 3 + int((60 + 1 - 3) * u)
    target = "HVG"[Stream(3, f"sample target {point}").below(3)]
    print(float(rate), epochs, target)
