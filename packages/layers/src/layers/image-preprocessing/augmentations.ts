import { ops, type Tensor } from '@capas/core';
import { AutoContrast } from './auto-contrast.ts';
import type { BaseImagePreprocessingLayer, ImagePreprocessingConfig } from './base-image-preprocessing.ts';
import { Equalization } from './equalization.ts';
import type { Pair } from './factor.ts';
import { RandomBrightness } from './random-brightness.ts';
import { RandomColorDegeneration } from './random-color-degeneration.ts';
import { RandomContrast } from './random-contrast.ts';
import { RandomPosterization } from './random-posterization.ts';
import { RandomRotation } from './random-rotation.ts';
import { RandomSharpness } from './random-sharpness.ts';
import { RandomShear } from './random-shear.ts';
import { RandomTranslation } from './random-translation.ts';
import { Solarization } from './solarization.ts';

/** A layer that another one may apply; what it draws is passed back to it as it came. */
export type Augmentation = BaseImagePreprocessingLayer<ImagePreprocessingConfig, unknown>;

/** What the augmentations have in common. */
export interface AugmentationOptions {
  readonly factor: Pair;
  readonly valueRange: Pair;
  readonly interpolation: 'bilinear' | 'nearest';
  readonly seed: number | null;
}

/** The layers of `RandAugment` and `AugMix`: those that leave the brightness and contrast of colors, then the others. */
export function augmentations({ factor, valueRange, interpolation, seed }: AugmentationOptions): {
  readonly basic: readonly Augmentation[];
  readonly colors: readonly Augmentation[];
} {
  const color = { factor, valueRange, seed };
  const basic = [
    new RandomShear({ xFactor: factor, yFactor: factor, interpolation, seed }),
    new RandomTranslation({ heightFactor: factor, widthFactor: factor, interpolation, seed }),
    new RandomRotation({ factor, interpolation, seed }),
    new RandomPosterization({ factor: Math.max(1, Math.trunc(8 * factor[1])), valueRange, seed }),
    new Solarization({ additionFactor: factor, thresholdFactor: factor, valueRange, seed }),
    new AutoContrast({ valueRange }),
    new Equalization({ valueRange }),
  ];
  const colors = [
    new RandomBrightness(color),
    new RandomColorDegeneration(color),
    new RandomContrast(color),
    new RandomSharpness(color),
  ];
  return { basic: basic as unknown as Augmentation[], colors: colors as unknown as Augmentation[] };
}

/**
 * What the layer with the number `choice` makes of `x`; a number behind the last one stands for none. A program cannot leave
 * layers out by what was drawn: all are applied, and one result is taken.
 */
export function applyChosen(
  layers: readonly Augmentation[],
  choice: Tensor,
  x: Tensor,
  apply: (layer: Augmentation, i: number) => Tensor,
): Tensor {
  return layers.reduce((chosen, layer, i) => {
    const result = apply(layer, i);
    return result === x ? chosen : ops.where(ops.equal(choice, i), result, chosen);
  }, x);
}
