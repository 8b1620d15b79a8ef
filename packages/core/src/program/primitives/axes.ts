import { ArgumentError } from '../../errors.ts';
import type { Shape } from '../../tensor/shape.ts';
import type { ProgramDType } from '../program.ts';

/** Throws unless `axes` are different axes of `shape`, counted from the start. */
export function requireAxes(primitive: string, argument: string, axes: readonly number[], shape: Shape): void {
  const valid = axes.every((axis) => axis >= 0 && axis < shape.length) && new Set(axes).size === axes.length;
  if (!valid) throw new ArgumentError(primitive, argument, `different axes from 0 to ${shape.length - 1}`, axes);
}

/** Throws unless `axis` is an axis of `shape`, counted from the start. */
export function requireAxis(primitive: string, axis: number, shape: Shape): void {
  if (axis < 0 || axis >= shape.length) {
    throw new ArgumentError(primitive, 'axis', `an axis from 0 to ${shape.length - 1}`, axis);
  }
}

/** Throws unless `list` has an item for each axis of `shape`. */
export function requirePerAxis(primitive: string, argument: string, list: readonly unknown[], shape: Shape): void {
  if (list.length !== shape.length) {
    throw new ArgumentError(primitive, argument, `a list with an item for each of ${shape.length} axes`, list);
  }
}

/** Throws unless `shape` has no negative dimension. */
export function requireShape(primitive: string, shape: Shape): void {
  if (shape.some((dim) => dim < 0)) {
    throw new ArgumentError(primitive, 'shape', 'a list of dimensions of at least 0', shape);
  }
}

/** The dtype of sums and products. */
export const accumulatorOf = (dtype: ProgramDType): ProgramDType => (dtype === 'float32' ? 'float32' : 'int32');
