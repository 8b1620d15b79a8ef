import { ShapeError } from '../../errors.ts';
import { type HostValue, requireDType } from '../primitive.ts';
import type { ValueType } from '../program.ts';

/** The type of a softmax: that of `x`, which has a last axis. */
export function inferSoftmax(who: string, x: ValueType): ValueType {
  requireDType(who, 'x', x, 'float32');
  if (x.shape.length === 0) throw new ShapeError(`${who}: expected at least one axis, received a scalar.`);
  return x;
}

/** Along the last axis of `length`: `x` less its maximum, the exponentials of that, and their sum for each row. */
export function shiftedExponentials({ type, data }: HostValue): {
  shifted: Float32Array;
  exponentials: Float32Array;
  sums: Float32Array;
  length: number;
} {
  const length = type.shape.at(-1)!;
  const rows = length === 0 ? 0 : data.length / length;
  const shifted = new Float32Array(data.length);
  const sums = new Float32Array(rows);
  for (let start = 0; start < data.length; start += length) {
    let maximum = data[start]!;
    for (let i = 1; i < length; i++) maximum = Math.max(maximum, data[start + i]!);
    for (let i = 0; i < length; i++) shifted[start + i] = data[start + i]! - maximum;
  }
  const exponentials = shifted.map(Math.exp);
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    for (let i = 0; i < length; i++) sum += exponentials[row * length + i]!;
    sums[row] = sum;
  }
  return { shifted, exponentials, sums, length };
}
