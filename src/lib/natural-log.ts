const ln2High = 6.9314718036912381649e-1;
const ln2Low = 1.90821492927058770002e-10;
const odd = [
  6.66666666666673513e-1, 2.857142874366239149e-1, 1.818357216161805012e-1, 1.479819860511658591e-1,
];
const even = [3.999999999940941908e-1, 2.222219843214978396e-1, 1.531383769920937332e-1];

/**
 * The natural logarithm of a positive number, bit for bit as Go computes it (and nearly every C library: it is the
 * FreeBSD polynomial). `Math.log` differs in the last bit for one argument in a thousand, 14 being the first, which is
 * enough to tip a rounded score.
 */
export function naturalLog(x: number): number {
  if (!(x > 0 && x < Infinity)) return Math.log(x);
  let exponent = 0;
  let fraction = x;
  while (fraction >= 1) {
    fraction /= 2;
    exponent++;
  }
  while (fraction < 0.5) {
    fraction *= 2;
    exponent--;
  }
  if (fraction < Math.SQRT1_2) {
    fraction *= 2;
    exponent--;
  }
  const f = fraction - 1;
  const s = f / (2 + f);
  const s2 = s * s;
  const s4 = s2 * s2;
  const t1 = s2 * (odd[0]! + s4 * (odd[1]! + s4 * (odd[2]! + s4 * odd[3]!)));
  const t2 = s4 * (even[0]! + s4 * (even[1]! + s4 * even[2]!));
  const halfSquare = 0.5 * f * f;
  const remainder = s * (halfSquare + (t1 + t2));
  return exponent * ln2High - (halfSquare - (remainder + exponent * ln2Low) - f);
}
