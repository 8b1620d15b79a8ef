import { batchToSpaceND, spaceToBatchND, type Tensor } from '@tensorflow/tfjs-core';
import type { ConvGeometry } from './conv-geometry.ts';

/** A dilated convolution with stride 1, channels last, and the gradients of the plain one (stride 1, no padding). */
export interface DilatedConvolution {
  readonly dy: Tensor;
  readonly x: Tensor;
  readonly filter: Tensor;
  readonly geometry: ConvGeometry;
  inputGradient(dy: Tensor, filter: Tensor, inputShape: number[]): Tensor;
  filterGradient(x: Tensor, dy: Tensor, filterShape: number[]): Tensor;
}

/**
 * The gradients of a dilated convolution. Pixels that are a dilation apart see only each other: dealt out to batches of
 * their own (`spaceToBatchND`), they are convolved plainly. No backend has gradients with dilation, and none is needed.
 */
export function dilatedGradients({ dy, x, filter, geometry, ...plain }: DilatedConvolution): {
  x: () => Tensor;
  filter: () => Tensor;
} {
  const steps = [...geometry.dilations];
  const rest = geometry.padding.map(([before, after], i) => {
    const length = before + x.shape[i + 1]! + after;
    return (steps[i]! - (length % steps[i]!)) % steps[i]!;
  });
  const crops = geometry.padding.map(([before, after], i) => [before, after + rest[i]!]);
  const dealtX = (): Tensor => spaceToBatchND(x, steps, crops);
  const dealtShape = x.shape.map((dim, i) => {
    if (i === 0) return dim * steps.reduce((product, step) => product * step, 1);
    const crop = crops[i - 1];
    return crop ? (crop[0]! + dim + crop[1]!) / steps[i - 1]! : dim;
  });
  const dealtDy = spaceToBatchND(
    dy,
    steps,
    rest.map((count) => [0, count]),
  );
  return {
    x: () => batchToSpaceND(plain.inputGradient(dealtDy, filter, dealtShape), steps, crops),
    filter: () => plain.filterGradient(dealtX(), dealtDy, filter.shape),
  };
}
