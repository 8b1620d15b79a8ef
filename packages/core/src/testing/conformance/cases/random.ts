import { fillRandom, RANDOM_KERNEL, type RandomAttributes } from '../../../random/random-kernel.ts';
import type { ConformanceCase } from '../conformance-case.ts';
import { type HostTensor, ints } from '../host-tensor.ts';

const drawn = (
  shape: readonly number[],
  distribution: RandomAttributes['distribution'],
  seed: number,
  counter: number,
): HostTensor => {
  const size = shape.reduce((product, dim) => product * dim, 1);
  const dtype = distribution === 'bits' ? 'int32' : 'float32';
  const values = dtype === 'int32' ? new Int32Array(size) : new Float32Array(size);
  fillRandom(values, distribution, seed, counter);
  return { shape, dtype, values: Array.from(values) };
};

/** `CapasRandom`: bit for bit what the reference in core draws, on every backend. */
export const randomCases: readonly ConformanceCase[] = (
  ['uniform', 'normal', 'truncatedNormal', 'bits'] as const
).flatMap((distribution) =>
  (
    [
      ['a matrix', [5, 13], 1, 0],
      ['a scalar', [], 7, 3],
      ['a later counter', [9], 1, 1_000_000],
      ['a seed below zero', [6], -5, 2],
      ['no values', [0, 2], 1, 0],
    ] as const
  ).map(([name, shape, seed, counter]) => ({
    kernel: RANDOM_KERNEL,
    name: `${distribution}, ${name}`,
    inputs: { state: ints([2], [seed, counter]) },
    attrs: { shape, distribution },
    tolerance: 0,
    expected: drawn(shape, distribution, seed, counter),
  })),
);
