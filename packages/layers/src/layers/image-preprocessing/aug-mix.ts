import {
  ops,
  random,
  requireNumber,
  requireOneOf,
  requirePositiveInteger,
  type SeedGenerator,
  type Tensor,
} from '@capas/core';
import type { Resolved } from '../../layer-config.ts';
import { type Augmentation, applyChosen, augmentations, type Choice } from './augmentations.ts';
import type { ImagesShape } from './base-image-preprocessing.ts';
import { BaseRandomImageLayer, type RandomImageConfig } from './base-random-image.ts';
import { boundedFactor, type Factor, requireValueRange } from './factor.ts';
import type { ValueRangeOption } from './value-range.ts';

/** Options of {@link AugMix}. */
export interface AugMixConfig extends RandomImageConfig, ValueRangeOption {
  /** How many chains of layers are mixed. @defaultValue 3 */
  readonly numChains?: number;
  /** How many layers a chain has at most. @defaultValue 3 */
  readonly chainDepth?: number;
  /** Bounds of the factors of the layers, from 0 to 1: `f` means from 0 to `f`. @defaultValue 0.3 */
  readonly factor?: Factor;
  /** The parameter of the distributions of the shares. @defaultValue 1 */
  readonly alpha?: number;
  /** Whether brightness, color degeneration, contrast and sharpness are among the layers. @defaultValue `true` */
  readonly allOps?: boolean;
  /** @defaultValue `'bilinear'` */
  readonly interpolation?: 'bilinear' | 'nearest';
}

const defaults = {
  valueRange: [0, 255],
  numChains: 3,
  chainDepth: 3,
  factor: 0.3,
  alpha: 1,
  allOps: true,
  interpolation: 'bilinear',
} as const;

interface Mixing {
  /** What stands in the places of each chain. */
  readonly chains: readonly (readonly Choice[])[];
  /** The share of each chain, `[chains]`. */
  readonly shares: Tensor;
  /** The share of the image itself, `[]`. */
  readonly own: Tensor;
}

/**
 * While training, mixes images with what a few chains of layers make of them. Which layers stand in a chain, or none in a
 * place, and the shares of the chains are drawn for each batch.
 *
 * Shapes: the output has the shape of the input, with 3 channels.
 *
 * @throws ArgumentError if `factor` is not from 0 to 1, `alpha` not above 0, or a number of chains or layers not above 0.
 * @see Keras 3, `keras/src/layers/preprocessing/image_preprocessing/aug_mix.py`; Hendrycks et al., "AugMix", 2020
 * @example
 * new AugMix({ numChains: 2, factor: 0.5 }).apply(images, { training: true });
 */
export class AugMix extends BaseRandomImageLayer<Resolved<AugMixConfig, typeof defaults>, Mixing> {
  static override readonly className = 'AugMix';
  readonly augmentations: readonly Augmentation[];

  constructor(config: AugMixConfig = {}) {
    const given = { ...defaults, ...config };
    const factor = boundedFactor('AugMix', 'factor', given.factor, { low: 0, high: 1 });
    const valueRange = requireValueRange('AugMix', given.valueRange);
    super({ ...given, factor, valueRange });
    requirePositiveInteger('AugMix', 'numChains', given.numChains);
    requirePositiveInteger('AugMix', 'chainDepth', given.chainDepth);
    requireNumber('AugMix', 'alpha', given.alpha, Number.MIN_VALUE);
    const { interpolation, seed = null } = given;
    requireOneOf('AugMix', 'interpolation', interpolation, ['bilinear', 'nearest']);
    const { basic, colors } = augmentations({ factor, valueRange, interpolation, seed });
    this.augmentations = given.allOps ? [...basic, ...colors] : basic;
  }

  override getRandomTransformation(images: ImagesShape, seeds: SeedGenerator): Mixing {
    const { numChains, chainDepth, alpha } = this.config;
    const parts = random.gamma([numChains], alpha, { seed: seeds });
    const own = random.beta([], alpha, alpha, { seed: seeds });
    const link = (): Choice => ({
      // the number behind the last layer stands for none
      choice: random.randint([], 0, this.augmentations.length + 1, { seed: seeds }),
      transformations: this.augmentations.map((layer) => layer.getRandomTransformation(images, seeds)),
    });
    const chains = Array.from({ length: numChains }, () => Array.from({ length: chainDepth }, link));
    return { chains, shares: ops.divide(parts, ops.sum(parts)), own };
  }

  override transformImages(images: Tensor, mixing: Mixing): Tensor {
    const mixed = this.#mixed(ops.cast(images, 'float32'), mixing, (layer, x, transformation) =>
      layer.transformImages(x, transformation),
    );
    return ops.clip(mixed, ...this.config.valueRange);
  }

  override transformSegmentationMasks(masks: Tensor, mixing: Mixing): Tensor {
    return this.#mixed(ops.cast(masks, 'float32'), mixing, (layer, x, transformation) =>
      layer.transformSegmentationMasks(x, transformation),
    );
  }

  #mixed(
    x: Tensor,
    { chains, shares, own }: Mixing,
    apply: (layer: Augmentation, x: Tensor, transformation: unknown) => Tensor,
  ): Tensor {
    const results = chains.map((links) =>
      links.reduce((before, link) => applyChosen(this.augmentations, link, before, apply), x),
    );
    const weights = ops.unstack(shares);
    const others = results
      .map((result, i) => ops.multiply(result, weights[i]!))
      .reduce((sum, result) => ops.add(sum, result));
    return ops.add(ops.multiply(own, x), ops.multiply(ops.subtract(1, own), others));
  }
}

/** Short for `new AugMix(config)`. */
export const augMix = (config: AugMixConfig = {}): AugMix => new AugMix(config);
