import {
  ArgumentError,
  type DType,
  ops,
  type PartialShape,
  requirePositiveInteger,
  type Shape,
  type Tensor,
} from '@capas/core';
import { truncatedNormal } from '../../initializers/index.ts';
import type { CallOptions, Resolved, Shapes } from '../../layer-config.ts';
import type { Weight } from '../../weight.ts';
import { Wrapper, type WrapperConfig } from '../core/wrapper.ts';

/** Options of {@link SpectralNormalization}. */
export interface SpectralNormalizationConfig extends WrapperConfig {
  /** How many steps of the power iteration each training step makes. @defaultValue 1 */
  readonly powerIterations?: number;
}

const defaults = { powerIterations: 1 } as const;

/**
 * While training, divides the kernel of a layer by its largest singular value, which a power iteration estimates: the
 * layer keeps distances. Otherwise the layer works as it is.
 *
 * Weights: `kernel` (or `embeddings`) of the layer, `vector_u [1, last axis]` (not trained), then the other ones of the layer.
 *
 * @throws ArgumentError if the layer has neither `kernel` nor `embeddings`
 * @see Miyato et al., 2018, https://arxiv.org/abs/1802.05957; Keras 3, `keras/src/layers/normalization/spectral_normalization.py`
 * @example
 * new SpectralNormalization({ layer: new Dense({ units: 4 }) }).apply(ops.ones([2, 3]), { training: true });
 */
export class SpectralNormalization extends Wrapper<Resolved<SpectralNormalizationConfig, typeof defaults>> {
  static override readonly className = 'SpectralNormalization';
  vectorU!: Weight;
  #kernel!: Weight;

  constructor(config: SpectralNormalizationConfig) {
    super({ ...defaults, ...config });
    requirePositiveInteger('SpectralNormalization', 'powerIterations', this.config.powerIterations);
  }

  override build(inputShape: PartialShape): void {
    super.build(inputShape);
    this.inputSpec = { minRank: 1, axes: { [-1]: inputShape.at(-1)! } };
    const { kernel, embeddings } = this.layer as { readonly kernel?: Weight; readonly embeddings?: Weight };
    const weight = kernel ?? embeddings;
    if (!weight)
      throw new ArgumentError('SpectralNormalization', 'layer', 'one with a `kernel` or `embeddings`', this.layer);
    this.#kernel = weight;
    this.vectorU = this.addWeight('vector_u', [1, weight.shape.at(-1)!], truncatedNormal({ stddev: 0.02 }), {
      trainable: false,
    });
  }

  override get weights(): readonly Weight[] {
    return this.built ? [...new Set([this.#kernel, ...super.weights])] : super.weights;
  }

  override get ownWeights(): readonly Weight[] {
    return this.built ? [this.#kernel, ...super.ownWeights] : super.ownWeights;
  }

  override call(inputs: Tensor, { training }: CallOptions): Tensor {
    if (training) this.#normalize();
    return ops.cast(this.layer.apply(inputs), inputs.dtype);
  }

  override computeOutputShape(inputShape: Shapes): Shapes {
    return this.layer.computeOutputShape(inputShape);
  }

  override outputDType([dtype]: readonly DType[]): DType {
    return dtype!;
  }

  /** Sets the kernel to `kernel / σ` and `vector_u` to where the iteration came; a kernel of zeros stays. */
  #normalize(): void {
    const kernel = this.#kernel.value;
    const { shape } = this.#kernel;
    const rows = ops.stopGradient(ops.reshape(kernel, matrixShape(shape)));
    const columns = ops.transpose(rows);
    let u: Tensor = this.vectorU.value;
    let v: Tensor = u;
    for (let i = 0; i < this.config.powerIterations; i++) {
      v = ops.normalize(ops.matmul(u, columns), { axis: null });
      u = ops.normalize(ops.matmul(v, rows), { axis: null });
    }
    const sigma = ops.matmul(ops.matmul(v, rows), ops.transpose(u));
    const isZero = ops.all(ops.equal(rows, 0));
    const divisor = ops.where(isZero, ops.onesLike(sigma), sigma);
    this.vectorU.assign(ops.where(ops.broadcastTo(isZero, u.shape), this.vectorU, u));
    this.#kernel.assign(ops.reshape(ops.divide(rows, divisor), shape));
  }
}

const matrixShape = (shape: Shape): Shape => [shape.slice(0, -1).reduce((a, b) => a * b, 1), shape.at(-1)!];

/** Short for `new SpectralNormalization(config)`. */
export const spectralNormalization = (config: SpectralNormalizationConfig): SpectralNormalization =>
  new SpectralNormalization(config);
