import { ops, type Tensor } from '@capas/core';
import { AutoContrast } from './auto-contrast.ts';
import type { BaseImagePreprocessingLayer, ImagePreprocessingConfig } from './base-image-preprocessing.ts';
import { BaseRandomProjection } from './base-random-projection.ts';
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

/**
 * The layers of `RandAugment` and `AugMix`: those that leave the brightness and contrast of colors, then the others. They have fixed
 * names, so that a model that is opened and saved again has the same bytes.
 */
export function augmentations({ factor, valueRange, interpolation, seed }: AugmentationOptions): {
  readonly basic: readonly Augmentation[];
  readonly colors: readonly Augmentation[];
} {
  const color = { factor, valueRange, seed };
  const basic = [
    new RandomShear({ name: 'random_shear', xFactor: factor, yFactor: factor, interpolation, seed }),
    new RandomTranslation({
      name: 'random_translation',
      heightFactor: factor,
      widthFactor: factor,
      interpolation,
      seed,
    }),
    new RandomRotation({ name: 'random_rotation', factor, interpolation, seed }),
    new RandomPosterization({
      name: 'random_posterization',
      factor: Math.max(1, Math.trunc(8 * factor[1])),
      valueRange,
      seed,
    }),
    new Solarization({ name: 'solarization', additionFactor: factor, thresholdFactor: factor, valueRange, seed }),
    new AutoContrast({ name: 'auto_contrast', valueRange }),
    new Equalization({ name: 'equalization', valueRange }),
  ];
  const colors = [
    new RandomBrightness({ name: 'random_brightness', ...color }),
    new RandomColorDegeneration({ name: 'random_color_degeneration', ...color }),
    new RandomContrast({ name: 'random_contrast', ...color }),
    new RandomSharpness({ name: 'random_sharpness', ...color }),
  ];
  return { basic: basic as unknown as Augmentation[], colors: colors as unknown as Augmentation[] };
}

/** Which layer is applied, int32 `[]`, and what each would do. */
export interface Choice {
  readonly choice: Tensor;
  readonly transformations: readonly unknown[];
}

/**
 * What the chosen layer makes of `x`; a number behind the last one stands for none.
 *
 * A program cannot leave layers out by what was drawn: all are applied, and one result is taken. Those that move pixels differ
 * in their maps alone: of these one is taken, and pixels are moved once.
 */
export function applyChosen(
  layers: readonly Augmentation[],
  { choice, transformations }: Choice,
  x: Tensor,
  apply: (layer: Augmentation, x: Tensor, transformation: unknown) => Tensor,
): Tensor {
  const isChosen = layers.map((_, i) => ops.equal(choice, i));
  const movers = [...layers.keys()].filter((i) => layers[i] instanceof BaseRandomProjection);
  const map = movers.reduce((map, i) => ops.where(isChosen[i]!, transformations[i] as Tensor, map), ops.array(STILL));
  const moved = movers.length ? apply(layers[movers[0]!]!, x, map) : x;
  return layers.reduce((chosen, layer, i) => {
    if (movers.includes(i)) return chosen;
    const result = apply(layer, x, transformations[i]);
    return result === x ? chosen : ops.where(isChosen[i]!, result, chosen);
  }, moved);
}

/** The map that moves nothing. */
const STILL = [[1, 0, 0, 0, 1, 0, 0, 0]];
