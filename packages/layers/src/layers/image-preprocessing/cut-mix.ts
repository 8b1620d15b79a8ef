import { ArgumentError, ops, random, type SeedGenerator, type Tensor } from '@capas/core';
import type { Resolved } from '../../layer-config.ts';
import type { BoundingBoxes } from '../../utils/bounding-boxes/boxes.ts';
import type { ImagesShape } from './base-image-preprocessing.ts';
import { BaseRandomImageLayer, type RandomImageConfig } from './base-random-image.ts';
import { boundedFactor, type Factor, type Pair } from './factor.ts';
import { blend, type Mixture } from './mixture.ts';
import { randomBox } from './random-box.ts';

/** Options of {@link CutMix}. */
export interface CutMixConfig extends RandomImageConfig {
  /** Bounds of the parameter of the beta distribution of the shares, from 0 to 1; `f` means from 0 to `f`. @defaultValue 1 */
  readonly factor?: Factor;
}

const defaults = { factor: 1 } as const;

/** A {@link Mixture} of labels, and the boxes in which the images are those of others. */
interface Cutting extends Mixture {
  /** Bool `[n, h, w, 1]`. */
  readonly isCut: Tensor;
}

/**
 * While training, puts a box of another image of the batch into each image, and mixes their labels by the areas. One image
 * alone stays as it is.
 *
 * Shapes: the output has the shape of the input.
 *
 * @throws ArgumentError if `factor` is not from 0 to 1, or there are bounding boxes.
 * @see Keras 3, `keras/src/layers/preprocessing/image_preprocessing/cut_mix.py`; Yun et al., "CutMix", 2019
 * @example
 * new CutMix().apply({ images, labels: ops.oneHot(classes, 10) }, { training: true });
 */
export class CutMix extends BaseRandomImageLayer<Resolved<CutMixConfig, typeof defaults>, Cutting> {
  static override readonly className = 'CutMix';

  constructor(config: CutMixConfig = {}) {
    const factor = boundedFactor('CutMix', 'factor', config.factor ?? defaults.factor, { low: 0, high: 1 });
    super({ ...config, factor });
  }

  override getRandomTransformation(images: ImagesShape, seeds: SeedGenerator): Cutting {
    const [minval, maxval] = this.config.factor as Pair;
    const alpha = ops.add(random.uniform([], { minval, maxval, seed: seeds }), 1e-6);
    const side = ops.sqrt(ops.subtract(1, random.beta([images.batch], alpha, alpha, { seed: seeds })));
    const { isInside: isCut, area } = randomBox(images, side, side, seeds);
    const order = random.shuffle(ops.arange(images.batch), { seed: seeds });
    return { isCut, order, share: ops.subtract(1, area) };
  }

  override transformImages(images: Tensor, { isCut, order }: Cutting): Tensor {
    return ops.where(isCut, ops.take(images, order, { axis: 0 }), images);
  }

  override transformLabels(labels: Tensor, cutting: Cutting): Tensor {
    return blend(labels, cutting);
  }

  override transformSegmentationMasks(masks: Tensor, cutting: Cutting): Tensor {
    return this.transformImages(masks, cutting);
  }

  override transformBoundingBoxes({ boxes }: BoundingBoxes): BoundingBoxes {
    throw new ArgumentError('CutMix', 'boundingBoxes', 'left out, it can only mix images, labels and masks', boxes);
  }
}

/** Short for `new CutMix(config)`. */
export const cutMix = (config: CutMixConfig = {}): CutMix => new CutMix(config);
