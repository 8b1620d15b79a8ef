import { ops, requireNumber, requireOneOf, type SeedGenerator, type Tensor } from '@capas/core';
import { project } from '../../utils/bounding-boxes/project.ts';
import type { ImagesShape } from './base-image-preprocessing.ts';
import { BaseRandomImageLayer, type RandomImageConfig } from './base-random-image.ts';

/** Options of layers that move pixels. */
export interface ProjectionConfig extends RandomImageConfig {
  /** What lies beyond the edge: the mirror image, the image again, `fillValue`, or the last pixel. @defaultValue `'reflect'` */
  readonly fillMode?: 'reflect' | 'wrap' | 'constant' | 'nearest';
  /** @defaultValue `'bilinear'`; masks are always moved by the nearest pixel */
  readonly interpolation?: 'bilinear' | 'nearest';
  /** What `'constant'` fills with. @defaultValue 0 */
  readonly fillValue?: number;
}

/** Keras's defaults of those options. */
export const projectionDefaults = { fillMode: 'reflect', interpolation: 'bilinear', fillValue: 0 } as const;

/** The base of the layers that move each image by a projective map, and its boxes and mask with it. */
export abstract class BaseRandomProjection<Config extends ProjectionConfig> extends BaseRandomImageLayer<
  Config,
  Tensor
> {
  constructor(config: Config) {
    super(config);
    const who = (this.constructor as typeof BaseRandomProjection).className;
    const { fillMode, interpolation, fillValue } = this.config;
    requireOneOf(who, 'fillMode', fillMode, ['reflect', 'wrap', 'constant', 'nearest']);
    requireOneOf(who, 'interpolation', interpolation, ['bilinear', 'nearest']);
    requireNumber(who, 'fillValue', fillValue);
  }

  /** The maps, `[n, 8]`: where in the image each pixel of the result comes from, see `ops.image.affineTransform`. */
  abstract override getRandomTransformation(images: ImagesShape, seeds: SeedGenerator): Tensor;

  override transformImages(images: Tensor, maps: Tensor): Tensor {
    return this.#moved(ops.cast(images, 'float32'), maps, this.config.interpolation);
  }

  override transformBoxes(boxes: Tensor, maps: Tensor): Tensor {
    return project(boxes, maps);
  }

  override transformSegmentationMasks(masks: Tensor, maps: Tensor): Tensor {
    return this.#moved(masks, maps, 'nearest');
  }

  #moved(images: Tensor, maps: Tensor, interpolation: ProjectionConfig['interpolation']): Tensor {
    const { fillMode, fillValue } = this.config;
    return ops.image.affineTransform(images, maps, { interpolation, fillMode, fillValue } as ProjectionConfig);
  }
}

/** Maps `[n, 8]` of their columns `a0 … c1`: tensors `[n, 1]`, or numbers for all. */
export function mapsOf(columns: readonly (Tensor | number)[]): Tensor {
  const first = columns.find((column): column is Tensor => typeof column !== 'number')!;
  return ops.concatenate(
    columns.map((column) => (typeof column === 'number' ? ops.fullLike(first, column) : column)),
    { axis: 1 },
  );
}
