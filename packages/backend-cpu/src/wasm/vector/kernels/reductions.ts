import { sizeOf } from '@capas/core';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { VectorKernel } from '../vector-kernel.ts';
import type { VectorUnit } from '../vector-unit.ts';

/** Sum and mean of float32 over the first axes, the last, or all of them; other axes are left to tfjs. */
const kernel = (name: string, means: boolean): VectorKernel => ({
  name,
  run: ({ unit, inputs: { x }, attrs, stock }) => {
    const plan = planOf(x!, attrs);
    if (!plan) return stock();
    const out = unit.output(plan.shape);
    const [from, to] = [unit.address(x!), unit.address(out)];
    for (let i = 0; i < plan.outer; i++) {
      if (plan.inner === 1) unit.run.sumRows!(from, to, plan.outer, plan.count);
      else sumColumns(unit, from + 4 * i * plan.count * plan.inner, to + 4 * i * plan.inner, plan.count, plan.inner);
      if (plan.inner === 1) break;
    }
    if (means) {
      const values = unit.values(out);
      for (let i = 0; i < values.length; i++) values[i] = values[i]! / plan.count;
    }
    return out;
  },
});

export const reductionKernels: readonly VectorKernel[] = [kernel('Sum', false), kernel('Mean', true)];

interface Plan {
  /** `[outer, count, inner]`: the middle is summed over. */
  readonly outer: number;
  readonly count: number;
  readonly inner: number;
  readonly shape: readonly number[];
}

function planOf({ shape, dtype }: TensorInfo, attrs: Readonly<Record<string, unknown>>): Plan | undefined {
  const { axis, keepDims } = attrs as { axis: number | number[] | undefined; keepDims: boolean };
  const rank = shape.length;
  const given = axis === undefined || axis === null ? shape.map((_, i) => i) : [axis].flat();
  const axes = (given.length === 0 ? shape.map((_, i) => i) : given).map((i) => (i < 0 ? i + rank : i));
  axes.sort((a, b) => a - b);
  const isRun = axes.every((value, i) => value === axes[0]! + i && value < rank);
  if (dtype !== 'float32' || !isRun || axes.length === 0 || sizeOf(shape) === 0) return undefined;
  const [first, end] = [axes[0]!, axes.at(-1)! + 1];
  const size = (from: number, to: number): number => sizeOf(shape.slice(from, to));
  const isSummed = (i: number): boolean => i >= first && i < end;
  return {
    outer: size(0, first),
    count: size(first, end),
    inner: size(end, rank),
    shape: keepDims ? shape.map((n, i) => (isSummed(i) ? 1 : n)) : shape.filter((_, i) => !isSummed(i)),
  };
}

/**
 * Adds `rows` rows up. Narrow rows are taken several at once, as one wide row whose parts are added up last: faster, and
 * more accurate than one long sum.
 */
function sumColumns(unit: VectorUnit, from: number, to: number, rows: number, columns: number): void {
  const together = Math.max(1, Math.min(Math.floor(WIDTH / columns), Math.floor(Math.sqrt(rows))));
  const width = together * columns;
  const wideRows = Math.floor(rows / together);
  unit.withZeros(width + columns, (wide) => {
    const sum = wide + 4 * width;
    const addUp = (source: number, target: number, count: number, size: number): void => {
      if (count > 0) unit.run.Add!(source, target, target, count, size, 4 * size, 0, 0);
    };
    addUp(from, wide, wideRows, width);
    addUp(wide, sum, together, columns);
    addUp(from + 4 * wideRows * width, sum, rows - wideRows * together, columns);
    unit.run.copy!(sum, to, 1, columns);
  });
}

/** So many sums fit into the first cache. */
const WIDTH = 2048;
