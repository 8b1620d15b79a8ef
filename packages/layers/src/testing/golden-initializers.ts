import { HostArray, ops, type Shape, type Tensor } from '@capas/core';
import {
  type GoldenCase,
  type GoldenCheck,
  type GoldenGroup,
  type GoldenOutcome,
  resolveGolden,
} from '@capas/core/testing';
import { getInitializer } from '../initializers/index.ts';
import { checkCase } from './golden-case.ts';

interface Moments {
  readonly mean: number;
  readonly std: number;
  readonly min: number | null;
  readonly max: number | null;
}

type InitializerCase = {
  readonly className: string;
  readonly args: Record<string, unknown>;
  readonly shape: Shape;
} & (
  | { readonly kind: 'exact'; readonly expected: HostArray }
  | { readonly kind: 'moments'; readonly theory: Moments }
  | { readonly kind: 'orthogonal'; readonly gain: number }
);

/** Runs a case of `initializers.json`: exact values, the moments of random ones, or orthogonality. */
export function runInitializerCase(golden: GoldenCase, group: GoldenGroup): GoldenOutcome {
  const resolved = resolveGolden(golden, group) as InitializerCase;
  return checkCase(golden, group, (check) => {
    const initializer = getInitializer({ className: resolved.className, config: resolved.args });
    const value = initializer.call(resolved.shape, 'float32');
    if (resolved.kind === 'exact') check.close('value', value, resolved.expected);
    else if (resolved.kind === 'orthogonal') checkOrthogonal(value, resolved.gain, check);
    else checkMoments(value, resolved.theory, check);
  });
}

/** The mean within six standard errors, the deviation within 2 %, all values within the bounds. */
function checkMoments(value: Tensor, { mean, std, min, max }: Moments, check: GoldenCheck): void {
  const data = [...value.dataSync()];
  const actualMean = data.reduce((sum, x) => sum + x, 0) / data.length;
  const actualStd = Math.sqrt(data.reduce((sum, x) => sum + (x - actualMean) ** 2, 0) / data.length);
  check.close('mean', actualMean, mean, { atol: (6 * std) / Math.sqrt(data.length), rtol: 0 });
  check.close('deviation', actualStd, std, { atol: 0, rtol: 0.02 });
  const [least, greatest] = [Math.min(...data.map(Number)), Math.max(...data.map(Number))];
  const rounding = 1e-6 * std;
  if (min !== null && least < min - rounding) check.fail(`${least} is below ${min}`);
  if (max !== null && greatest > max + rounding) check.fail(`${greatest} is above ${max}`);
}

/** The smaller Gram matrix is `gain²` times the identity. */
function checkOrthogonal(value: Tensor, gain: number, check: GoldenCheck): void {
  const matrix = ops.reshape(value, [-1, value.shape.at(-1)!]);
  const [rows, columns] = matrix.shape as [number, number];
  const transposed = ops.transpose(matrix);
  const gram = rows < columns ? ops.matmul(matrix, transposed) : ops.matmul(transposed, matrix);
  const size = Math.min(rows, columns);
  const expected = HostArray.zeros([size, size]).map((_, i) => (i % (size + 1) === 0 ? gain ** 2 : 0));
  check.close('Gram matrix', gram, expected, { atol: 1e-4, rtol: 0 });
}
