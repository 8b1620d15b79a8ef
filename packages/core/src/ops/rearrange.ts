import * as tf from '@tensorflow/tfjs-core';
import { ArgumentError, ShapeError, showShape } from '../errors.ts';
import { scope } from '../tensor/scope.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { TensorLike } from '../tensor/to-tensor.ts';
import { permute } from './shape.ts';
import { tensor } from './support.ts';

/**
 * Reorders, splits and joins axes by a pattern in the notation of einops.
 *
 * @example
 * ops.rearrange(images, 'b (h p) (w q) c -> b (h w) (p q c)', { p: 16, q: 16 }); // patches
 */
export function rearrange(x: TensorLike, pattern: string, axesLengths: Readonly<Record<string, number>> = {}): Tensor {
  return scope(() => {
    const value = tensor('rearrange', x);
    const [left, right, more] = pattern.split('->');
    if (left === undefined || right === undefined || more !== undefined) {
      throw new ArgumentError('ops.rearrange', 'pattern', "two sides joined by '->'", pattern);
    }
    const from = groupsOf(left);
    const to = groupsOf(right);
    if (from.length !== value.rank) {
      throw new ShapeError(`ops.rearrange: '${left.trim()}' names ${from.length} axes of ${showShape(value.shape)}.`);
    }
    const lengths = new Map(Object.entries(axesLengths));
    from.forEach((group, axis) => {
      solve(group, value.shape[axis]!, lengths);
    });
    const order = to.flat().map((name) => from.flat().indexOf(name));
    if (order.includes(-1) || new Set(order).size !== from.flat().length) {
      throw new ArgumentError('ops.rearrange', 'pattern', 'the same names on both sides', pattern);
    }
    const size = (group: readonly string[]) => group.reduce((product, name) => product * lengths.get(name)!, 1);
    const apart = tf.reshape(
      value,
      from.flat().map((name) => lengths.get(name)!),
    );
    return tf.reshape(permute(apart, order), to.map(size));
  });
}

/** `b (h w) 1` as `[['b'], ['h', 'w'], []]`. */
function groupsOf(side: string): string[][] {
  const tokens = side.match(/\([^()]*\)|[^\s()]+/g) ?? [];
  return tokens.map((token) =>
    token
      .replaceAll(/[()]/g, ' ')
      .split(/\s+/)
      .filter((name) => name !== '' && name !== '1'),
  );
}

function solve(group: readonly string[], length: number, lengths: Map<string, number>): void {
  const unknown = group.filter((name) => !lengths.has(name));
  const known = group.reduce((product, name) => product * (lengths.get(name) ?? 1), 1);
  if (unknown.length > 1 || length % known !== 0 || (unknown.length === 0 && known !== length)) {
    throw new ShapeError(
      `ops.rearrange: (${group.join(' ')}) does not fit an axis of length ${length}; name the lengths.`,
    );
  }
  if (unknown.length === 1) lengths.set(unknown[0]!, length / known);
}
