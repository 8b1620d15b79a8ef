/** The lowest and the highest value. */
export type Range = readonly [low: number, high: number];

/** Maps `from` to `to`, linearly. */
export const linear =
  ([low, high]: Range, [start, end]: Range) =>
  (value: number): number =>
    start + ((value - low) / (high - low)) * (end - start);

/** Round values for an axis over `range`, about `count` of them: steps of 1, 2 or 5 times a power of ten. */
export function ticks(range: Range, count = 5): number[] {
  const step = niceStep(range, count);
  const first = Math.ceil(range[0] / step - 1e-9);
  const last = Math.floor(range[1] / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

/** The range that holds all values and ends at ticks on both sides; never empty. */
export function niceRange(values: readonly number[], count = 5): Range {
  const finite = values.filter(Number.isFinite);
  const [low, high] = finite.length ? [Math.min(...finite), Math.max(...finite)] : [0, 1];
  if (low === high) return niceRange([low - (Math.abs(low) / 10 || 1), high + (Math.abs(high) / 10 || 1)], count);
  const step = niceStep([low, high], count);
  const outward = (value: number): number => Number((value * step).toPrecision(12));
  return [outward(Math.floor(low / step + 1e-9)), outward(Math.ceil(high / step - 1e-9))];
}

/** Whole numbers for an axis from 1 to `last`, about `count` of them. */
export function integerTicks(last: number, count = 10): number[] {
  const step = Math.max(1, Math.ceil(niceStep([0, last], count)));
  const values = Array.from({ length: Math.floor(last / step) }, (_, i) => (i + 1) * step);
  return step > 2 ? [1, ...values] : values;
}

/** Tick labels with as many decimals as they need to differ. */
export function labels(values: readonly number[]): string[] {
  const gaps = values.slice(1).map((value, i) => value - values[i]!);
  const step = Math.min(...gaps, 1);
  const decimals = Math.max(0, Math.ceil(-Math.log10(step) - 1e-9));
  return values.map((value) => value.toFixed(decimals));
}

function niceStep([low, high]: Range, count: number): number {
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  return power * ([1, 2, 5].find((factor) => factor * power >= rough * (1 - 1e-9)) ?? 10);
}
