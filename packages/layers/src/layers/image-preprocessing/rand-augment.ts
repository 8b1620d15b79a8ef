import { ops, random, requireInteger, requireOneOf, type SeedGenerator, type Tensor } from '@capas/core';
import type { Resolved } from '../../layer-config.ts';
import { type Augmentation, applyChosen, augmentations } from './augmentations.ts';
import type { ImagesShape } from './base-image-preprocessing.ts';
import { BaseRandomImageLayer, type RandomImageConfig } from './base-random-image.ts';
import { boundedFactor, type Factor, requireValueRange } from './factor.ts';
import type { ValueRangeOption } from './value-range.ts';

/** Options of {@link RandAugment}. */
export interface RandAugmentConfig extends RandomImageConfig, ValueRangeOption {
  /** How many layers are applied, one after the other. @defaultValue 2 */
  readonly numOps?: number;
  /** Bounds of the factors of the layers, from 0 to 1: `f` means from 0 to `f`. @defaultValue 0.5 */
  readonly factor?: Factor;
  /** @defaultValue `'bilinear'` */
  readonly interpolation?: 'bilinear' | 'nearest';
}

const defaults = { valueRange: [0, 255], numOps: 2, factor: 0.5, interpolation: 'bilinear' } as const;

/** Which layer is applied first, second, …, and what each would do. */
interface Augmenting {
  /** int32 `[]`. */
  readonly choices: readonly Tensor[];
  readonly transformations: readonly unknown[];
}

/**
 * While training, applies a few layers to the images of a batch, which are drawn for it from eleven: shear, translation,
 * rotation, brightness, color degeneration, contrast, sharpness, posterization, solarization, auto contrast, equalization.
 *
 * Shapes: the output has the shape of the input, with 3 channels.
 *
 * @throws ArgumentError if `factor` is not from 0 to 1, or `numOps` not an integer of at least 0.
 * @see Keras 3, `keras/src/layers/preprocessing/image_preprocessing/rand_augment.py`; Cubuk et al., "RandAugment", 2019
 * @example
 * new RandAugment({ numOps: 3, factor: 0.3 }).apply(images, { training: true });
 */
export class RandAugment extends BaseRandomImageLayer<Resolved<RandAugmentConfig, typeof defaults>, Augmenting> {
  static override readonly className = 'RandAugment';
  readonly augmentations: readonly Augmentation[];

  constructor(config: RandAugmentConfig = {}) {
    const given = { ...defaults, ...config };
    const factor = boundedFactor('RandAugment', 'factor', given.factor, { low: 0, high: 1 });
    const valueRange = requireValueRange('RandAugment', given.valueRange);
    super({ ...given, factor, valueRange });
    requireInteger('RandAugment', 'numOps', given.numOps, 0);
    const { interpolation, seed = null } = given;
    requireOneOf('RandAugment', 'interpolation', interpolation, ['bilinear', 'nearest']);
    const { basic, colors } = augmentations({ factor, valueRange, interpolation, seed });
    this.augmentations = [...basic, ...colors];
  }

  override getRandomTransformation(images: ImagesShape, seeds: SeedGenerator): Augmenting {
    const { numOps } = this.config;
    const choices = Array.from({ length: numOps }, () =>
      random.randint([], 0, this.augmentations.length, { seed: seeds }),
    );
    const transformations = this.augmentations.map((layer) => layer.getRandomTransformation(images, seeds));
    return { choices, transformations };
  }

  override transformImages(images: Tensor, augmenting: Augmenting): Tensor {
    return this.#applied(ops.cast(images, 'float32'), augmenting, (layer, x, transformation) =>
      layer.transformImages(x, transformation),
    );
  }

  override transformBoxes(boxes: Tensor, augmenting: Augmenting, images: ImagesShape): Tensor {
    return this.#applied(
      boxes,
      augmenting,
      (layer, x, transformation) => layer.transformBoxes?.(x, transformation, images) ?? x,
    );
  }

  override transformSegmentationMasks(masks: Tensor, augmenting: Augmenting): Tensor {
    return this.#applied(masks, augmenting, (layer, x, transformation) =>
      layer.transformSegmentationMasks(x, transformation),
    );
  }

  #applied(
    x: Tensor,
    { choices, transformations }: Augmenting,
    apply: (layer: Augmentation, x: Tensor, transformation: unknown) => Tensor,
  ): Tensor {
    return choices.reduce(
      (before, choice) => applyChosen(this.augmentations, { choice, transformations }, before, apply),
      x,
    );
  }
}

/** Short for `new RandAugment(config)`. */
export const randAugment = (config: RandAugmentConfig = {}): RandAugment => new RandAugment(config);
