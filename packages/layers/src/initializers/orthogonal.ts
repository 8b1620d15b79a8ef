import {
  HostArray,
  random,
  requireNumber,
  type SeedGenerator,
  type Shape,
  ShapeError,
  showShape,
  type Tensor,
  toTensor,
} from '@capas/core';
import { RandomInitializer, type SeedConfig } from './random-initializer.ts';

/** Options of {@link Orthogonal}. */
export interface OrthogonalConfig extends SeedConfig {
  /** What the matrix is multiplied by. @defaultValue 1 */
  readonly gain?: number;
}

/**
 * A random matrix with orthonormal rows or columns, whichever are fewer. The axes before the last count as one.
 *
 * It is the Q of a QR factorization of normal values, with the signs that make the diagonal of R positive. That Q is what
 * the Gram-Schmidt process gives; it runs here in float64 on the host, so every backend gets the same bits.
 *
 * @see Saxe et al., 2014, https://arxiv.org/abs/1312.6120
 */
export class Orthogonal extends RandomInitializer<OrthogonalConfig & { gain: number }> {
  static override readonly className = 'Orthogonal';

  constructor(config: OrthogonalConfig = {}) {
    super({ gain: requireNumber('Orthogonal', 'gain', config.gain ?? 1), seed: config.seed ?? null });
  }

  protected override draw(shape: Shape, seed: number | SeedGenerator): Tensor {
    if (shape.length < 2) {
      throw new ShapeError(`Orthogonal: only weights of rank 2 or more. Received: shape ${showShape(shape)}.`);
    }
    const columns = shape.at(-1)!;
    const rows = shape.slice(0, -1).reduce((total, dim) => total * dim, 1);
    const [long, short] = [Math.max(rows, columns), Math.min(rows, columns)];
    const vectors = orthonormalVectors(random.normal([long, short], { seed }).dataSync(), long, short);
    const values = new Float32Array(rows * columns);
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) {
        values[i * columns + j] = this.config.gain * (rows < columns ? vectors[i]![j]! : vectors[j]![i]!);
      }
    }
    return toTensor(new HostArray(values, shape));
  }
}

/** Makes an {@link Orthogonal} initializer. */
export const orthogonal = (config: OrthogonalConfig = {}): Orthogonal => new Orthogonal(config);

/** The columns of `matrix` made orthonormal, one after the other. Twice is enough: what rounding leaves, the second pass takes. */
function orthonormalVectors(matrix: ArrayLike<number>, length: number, count: number): Float64Array[] {
  const vectors: Float64Array[] = [];
  for (let j = 0; j < count; j++) {
    const vector = Float64Array.from({ length }, (_, i) => matrix[i * count + j]!);
    for (let pass = 0; pass < 2; pass++) {
      for (const done of vectors) {
        const share = dot(vector, done);
        for (let i = 0; i < length; i++) vector[i]! -= share * done[i]!;
      }
    }
    const norm = Math.sqrt(dot(vector, vector));
    for (let i = 0; i < length; i++) vector[i]! /= norm;
    vectors.push(vector);
  }
  return vectors;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
