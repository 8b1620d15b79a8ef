import { ops, random, type SeedGenerator, type Tensor } from '@capas/core';
import type { ImagesShape } from './base-image-preprocessing.ts';

/** A box in each image. */
export interface RandomBox {
  /** Whether a pixel lies in it: bool `[n, h, w, 1]`. */
  readonly isInside: Tensor;
  /** Its share of the area, `[n]`. */
  readonly area: Tensor;
}

/** Boxes at random places, of given shares of the width and the height, each `[n]`. */
export function randomBox(images: ImagesShape, width: Tensor, height: Tensor, seeds: SeedGenerator): RandomBox {
  const [across, columns] = within(images.batch, images.width, width, seeds);
  const [down, rows] = within(images.batch, images.height, height, seeds);
  const isInside = ops.logicalAnd(
    ops.reshape(columns, [images.batch, 1, images.width, 1]),
    ops.reshape(rows, [images.batch, images.height, 1, 1]),
  );
  return { isInside, area: ops.divide(ops.multiply(across, down), images.width * images.height) };
}

/** The lengths `[n]` of intervals, and what lies in them `[n, length]`. */
function within(batch: number, length: number, share: Tensor, seeds: SeedGenerator): [Tensor, Tensor] {
  const size = ops.multiply(share, length);
  const start = ops.multiply(random.uniform([batch], { seed: seeds }), ops.subtract(length, size));
  const end = ops.add(start, size);
  const place = ops.cast(ops.arange(length), 'float32');
  const isInside = ops.logicalAnd(
    ops.greaterEqual(place, ops.expandDims(start, 1)),
    ops.less(place, ops.expandDims(end, 1)),
  );
  return [ops.subtract(end, start), isInside];
}
