import { ArgumentError, ops, type PartialShape, ShapeError, showShape, type Tensor } from '@capas/core';
import { Layer } from '../../layer.ts';
import type { CallOptions, LayerConfig, Resolved } from '../../layer-config.ts';

/** Options of {@link Softmax}. */
export interface SoftmaxConfig extends LayerConfig {
  /** The axis, or axes, along which the output sums to 1. @defaultValue −1: the last */
  readonly axis?: number | readonly number[];
}

const defaults = { axis: -1 } as const;

/**
 * `e^x / Σ e^x` along an axis. With a mask, what is masked becomes 0 and does not count in the sum.
 *
 * Shapes: the output has the shape of the input; a mask can be broadcast to it.
 *
 * @throws ShapeError if the mask cannot be broadcast to the input
 * @see Keras 3, `keras/src/layers/activations/softmax.py`
 * @example
 * new Softmax().apply([[0, Math.log(3)]]); // [[0.25, 0.75]]
 */
export class Softmax extends Layer<Resolved<SoftmaxConfig, typeof defaults>> {
  static override readonly className = 'Softmax';

  constructor(config: SoftmaxConfig = {}) {
    super({ ...defaults, ...config });
    if (![this.config.axis].flat().every(Number.isInteger))
      throw new ArgumentError('Softmax', 'axis', 'an integer or a list of integers', config.axis);
    this.supportsMasking = true;
  }

  override call(inputs: Tensor, { mask }: CallOptions): Tensor {
    return maskedSoftmax(`Layer '${this.name}'`, inputs, this.config.axis, mask as Tensor | undefined);
  }

  override computeOutputShape(inputShape: PartialShape): PartialShape {
    return inputShape;
  }
}

/**
 * Softmax along one axis or several. What the mask leaves out becomes 0 and does not count in the sum.
 *
 * @throws ShapeError if the mask cannot be broadcast to `x`
 */
export function maskedSoftmax(
  who: string,
  x: Tensor,
  axis: number | readonly number[],
  mask: Tensor | undefined,
): Tensor {
  if (!mask) return softmaxAlong(x, axis);
  const kept = requireMask(who, mask, x);
  const outputs = softmaxAlong(ops.where(kept, x, MASKED), axis);
  // where all is masked, all would be the same
  return ops.where(kept, outputs, 0);
}

/** What stands for a score that is masked. */
const MASKED = -1e9;

function softmaxAlong(x: Tensor, axis: number | readonly number[]): Tensor {
  const axes = [axis].flat();
  if (axes.length === 1) return ops.softmax(x, { axis: axes[0]! });
  return ops.exp(ops.subtract(x, ops.logsumexp(x, { axis: axes, keepdims: true })));
}

/** The mask as booleans: numbers count as true above 0.5. */
function requireMask(who: string, mask: Tensor, { shape }: Tensor): Tensor {
  const offset = shape.length - mask.rank;
  if (offset < 0 || mask.shape.some((dim, axis) => dim !== 1 && dim !== shape[axis + offset])) {
    throw new ShapeError(
      `${who}: the mask must be broadcast to the input ${showShape(shape)}. Received: a mask of shape ${showShape(mask.shape)}.`,
    );
  }
  return mask.dtype === 'bool' ? mask : ops.greater(mask, 0.5);
}

/** Short for `new Softmax(config)`. */
export const softmax = (config: SoftmaxConfig = {}): Softmax => new Softmax(config);
