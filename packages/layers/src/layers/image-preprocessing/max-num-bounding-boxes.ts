import { type DType, ops, requirePositiveInteger, type Tensor } from '@capas/core';
import type { Resolved } from '../../layer-config.ts';
import { pack, type Structure } from '../../structure.ts';
import { isSymbolic, SymbolicTensor } from '../../symbolic-tensor.ts';
import type { BoundingBoxes } from '../../utils/bounding-boxes/boxes.ts';
import { BaseImagePreprocessingLayer, type ImagePreprocessingConfig } from './base-image-preprocessing.ts';
import { roleOf } from './labeled-images.ts';

/** Options of {@link MaxNumBoundingBoxes}. */
export interface MaxNumBoundingBoxesConfig extends ImagePreprocessingConfig {
  readonly maxNumber: number;
  /** What boxes and labels that are missing are filled with. @defaultValue -1 */
  readonly fillValue?: number;
}

const defaults = { fillValue: -1 } as const;

/**
 * Gives each image the same number of boxes, in training and otherwise: what is more is left out, what is missing filled up.
 *
 * Shapes: boxes `[n, any, 4]` → `[n, maxNumber, 4]`, their labels `[n, any]` → `[n, maxNumber]`; the rest stays.
 *
 * @throws ArgumentError if `maxNumber` is not an integer above 0.
 * @see Keras 3, `keras/src/layers/preprocessing/image_preprocessing/max_num_bounding_box.py`
 * @example
 * new MaxNumBoundingBoxes({ maxNumber: 20 }).apply({ images, boundingBoxes: { boxes, labels } });
 */
export class MaxNumBoundingBoxes extends BaseImagePreprocessingLayer<
  Resolved<MaxNumBoundingBoxesConfig, typeof defaults>
> {
  static override readonly className = 'MaxNumBoundingBoxes';
  protected override readonly isAlwaysApplied = true;

  constructor(config: MaxNumBoundingBoxesConfig) {
    super({ ...defaults, ...config });
    requirePositiveInteger('MaxNumBoundingBoxes', 'maxNumber', config.maxNumber);
  }

  override outputDType([images]: readonly DType[]): DType {
    return images ?? 'float32';
  }

  override getRandomTransformation(): undefined {}

  override transformImages(images: Tensor): Tensor {
    return images;
  }

  override transformBoundingBoxes({ boxes, labels }: BoundingBoxes): BoundingBoxes {
    const { maxNumber, fillValue } = this.config;
    const [n, given] = boxes.shape as [number, number];
    const kept = Math.min(given, maxNumber);
    const fit = (x: Tensor): Tensor => {
      const others = x.shape.slice(2);
      const part = ops.slice(
        x,
        x.shape.map(() => 0),
        [n, kept, ...others],
      );
      const widths = x.shape.map((_, axis): [number, number] => [0, axis === 1 ? maxNumber - kept : 0]);
      return ops.pad(part, widths, { constantValues: fillValue });
    };
    return { boxes: fit(boxes), labels: fit(labels) };
  }

  protected override symbolicOutputs(
    inputs: readonly SymbolicTensor[],
    structure: Structure<SymbolicTensor>,
  ): Structure<SymbolicTensor> {
    const roles = isSymbolic(structure) ? ['images'] : Object.keys(structure).map(roleOf);
    const outputs = inputs.map(({ shape, dtype }, i) => {
      const isOfBoxes = roles[i] === 'boxes' || roles[i] === 'boxLabels';
      return new SymbolicTensor(isOfBoxes ? shape.with(1, this.config.maxNumber) : shape, dtype, this.name);
    });
    return pack(structure, outputs, isSymbolic);
  }
}

/** Short for `new MaxNumBoundingBoxes(config)`. */
export const maxNumBoundingBoxes = (config: MaxNumBoundingBoxesConfig): MaxNumBoundingBoxes =>
  new MaxNumBoundingBoxes(config);
