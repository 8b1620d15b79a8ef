import {
  ArgumentError,
  type DType,
  HostArray,
  ops,
  type PartialShape,
  requirePositiveInteger,
  ShapeError,
  sameShape,
  showShape,
  type Tensor,
  toTensor,
} from '@capas/core';
import { Layer } from '../../layer.ts';
import { isShapeList, type LayerConfig, type Resolved, type Shapes } from '../../layer-config.ts';
import { encodeCategories, encodedShape, requireDense, requireMode } from './encode-categories.ts';
import { fingerprint64, fingerprintCat64 } from './farm-hash.ts';

/** Options of {@link HashedCrossing}. */
export interface HashedCrossingConfig extends Omit<LayerConfig, 'dtype'> {
  /** The number of bins. */
  readonly numBins: number;
  /** The number of the bin, or a vector. @defaultValue `'int'` */
  readonly outputMode?: 'int' | 'oneHot' | 'one_hot';
  /** Only `false`: there are no sparse tensors. */
  readonly sparse?: false;
  readonly dtype?: 'int32' | 'int64' | 'float32';
}

const defaults = { outputMode: 'int', sparse: false } as const;

/** What TensorFlow's crosses start from. */
const START = 0xdecafcaffen;

const encoder = new TextEncoder();

/**
 * Crosses features: each combination of their values is put into a bin by a hash.
 *
 * Shapes: inputs are a list of strings or integers of one shape, `[batch]`, `[batch, 1]` or `[]`; the output has that shape for
 * `'int'` (int32), and `[batch, numBins]` for `'oneHot'`. It works on the host, as `Hashing` does.
 *
 * @throws ArgumentError, ShapeError if there are fewer than two inputs, or they have other shapes or dtypes.
 * @see Keras 3, `keras/src/layers/preprocessing/hashed_crossing.py`
 * @example
 * new HashedCrossing({ numBins: 5 }).apply([
 *   new HostArray(['A', 'B', 'A', 'B', 'A']),
 *   HostArray.from([101, 101, 101, 102, 102], 'int32'),
 * ]); // [1, 4, 1, 1, 3]
 */
export class HashedCrossing extends Layer<Resolved<HashedCrossingConfig, typeof defaults> & LayerConfig> {
  static override readonly className = 'HashedCrossing';
  readonly #mode: 'int' | 'oneHot';

  constructor(config: HashedCrossingConfig) {
    const dtype = (config.outputMode ?? 'int') === 'int' ? 'int64' : 'float32';
    super({ ...defaults, dtype, ...config } as never);
    requirePositiveInteger('HashedCrossing', 'numBins', config.numBins);
    requireDense('HashedCrossing', 'sparse', config.sparse);
    this.#mode = requireMode('HashedCrossing', this.config.outputMode, ['int', 'oneHot']);
  }

  override call(inputs: Tensor | readonly Tensor[]): Tensor {
    const features = inputs as readonly Tensor[];
    this.#requireCrossable(Array.isArray(inputs) ? features.map(({ shape }) => shape) : [(inputs as Tensor).shape]);
    const who = `Layer '${this.name}'`;
    for (const { dtype } of features)
      if (dtype !== 'int32' && dtype !== 'string') throw new ArgumentError(who, 'inputs', 'integers or strings', dtype);
    const [{ shape, size }] = features as [Tensor];
    const hashes = features.map(hashesOf);
    const { numBins } = this.config;
    const bins = Int32Array.from({ length: size }, (_, i) =>
      Number(hashes.reduce((joined, column) => fingerprintCat64(joined, column[i]!), START) % BigInt(numBins)),
    );
    return encodeCategories(toTensor(new HostArray(bins, shape)), this.#mode, numBins);
  }

  override computeOutputShape(inputShape: Shapes): PartialShape {
    const shapes = isShapeList(inputShape) ? inputShape : [inputShape];
    this.#requireCrossable(shapes);
    return encodedShape(shapes[0]!, this.#mode, this.config.numBins);
  }

  override get runsOnHost(): boolean {
    return true;
  }

  override outputDType(): DType {
    return this.#mode === 'int' ? 'int32' : 'float32';
  }

  #requireCrossable(shapes: readonly PartialShape[]): void {
    const who = `Layer '${this.name}'`;
    const shown = shapes.map(showShape).join(', ');
    if (shapes.length < 2) throw new ShapeError(`${who} crosses at least two inputs, in a list. Received: ${shown}.`);
    const [first] = shapes as [PartialShape];
    if (first.length > 2 || (first.length === 2 && first[1] !== 1))
      throw new ShapeError(`${who}: inputs must have the shape [], [batch] or [batch, 1]. Received: ${shown}.`);
    if (!shapes.every((shape) => sameShape(shape as number[], first as number[])))
      throw new ShapeError(`${who}: all inputs must have the same shape. Received: ${shown}.`);
  }
}

/** Short for `new HashedCrossing(config)`. */
export const hashedCrossing = (config: HashedCrossingConfig): HashedCrossing => new HashedCrossing(config);

/** Strings by their fingerprint, integers by themselves. */
function hashesOf(feature: Tensor): readonly bigint[] {
  const { data } = ops.convertToNumpy(feature);
  return feature.dtype === 'string'
    ? (data as readonly string[]).map((text) => fingerprint64(encoder.encode(text)))
    : Array.from(data as Int32Array, (value) => BigInt.asUintN(64, BigInt(value)));
}
