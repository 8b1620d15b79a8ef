import type { HostArray } from '@capas/core';

/** Points of a distribution: values in ascending order, and how many elements each stands for. */
interface Summary {
  readonly values: readonly number[];
  readonly weights: readonly number[];
}

/**
 * Approximate quantiles of numbers that come in batches: about `1 / epsilon` points are kept, whatever comes.
 *
 * It rounds to float32 where Keras does, for the same boundaries.
 *
 * @see Keras 3, `keras/src/layers/preprocessing/discretization.py`
 */
export class QuantileSummary {
  readonly #epsilon: number;
  #summary: Summary = { values: [], weights: [] };

  constructor(epsilon: number) {
    this.#epsilon = epsilon;
  }

  /** Takes in a batch. */
  add(batch: HostArray): void {
    const { values, weights } = summarize(batch, this.#epsilon);
    const joined = [...values, ...this.#summary.values];
    const counts = [...weights, ...this.#summary.weights];
    const order = [...joined.keys()].sort((a, b) => joined[a]! - joined[b]!);
    this.#summary = compress(
      { values: order.map((i) => joined[i]!), weights: order.map((i) => counts[i]!) },
      this.#epsilon,
    );
  }

  /** The `bins − 1` boundaries between bins with about as many elements each. */
  boundaries(bins: number): number[] {
    return compress(this.#summary, 1 / bins).values.slice(0, -1);
  }
}

function summarize(batch: HostArray, epsilon: number): Summary {
  const sorted = Float32Array.from(batch.astype('float32').data as Float32Array).sort();
  const step = Math.max(sorted.length / (1 / epsilon), 1);
  const values: number[] = [];
  for (let i = Math.trunc(step - 1); i < sorted.length; i += Math.trunc(step)) values.push(sorted[i]!);
  return { values, weights: values.map(() => Math.fround(step)) };
}

function compress(summary: Summary, epsilon: number): Summary {
  if (summary.values.length * epsilon < 1) return summary;
  let sum = 0;
  const cumulative = summary.weights.map((weight) => {
    sum = Math.fround(sum + weight);
    return sum;
  });
  const shares = cumulative.map((weight) => Math.fround(weight / sum));
  const wanted = Array.from({ length: Math.ceil(1 / epsilon) }, (_, i) => epsilon + i * epsilon);
  const values = wanted.map((share) => Math.fround(interpolate(share, shares, summary.values)));
  const reached = wanted.map((share) => interpolate(share, shares, cumulative));
  return { values, weights: reached.map((weight, i) => Math.fround(weight - (reached[i - 1] ?? 0))) };
}

/** The value at `x` of the line through the points `(xs, ys)`, level beyond its ends. */
function interpolate(x: number, xs: readonly number[], ys: readonly number[]): number {
  const high = xs.findIndex((value) => value > x);
  if (high === 0) return ys[0]!;
  if (high < 0) return ys.at(-1)!;
  const low = high - 1;
  const slope = (ys[high]! - ys[low]!) / (xs[high]! - xs[low]!);
  return slope * (x - xs[low]!) + ys[low]!;
}
