import { ops, type PartialShape, ShapeError, showShape, type Tensor, withOrigin } from '@capas/core';
import { readBeforeLoop } from '../../autocast.ts';
import { collectLosses } from '../../call-context.ts';
import type { CallOptions } from '../../layer-config.ts';
import { Wrapper, type WrapperConfig } from '../core/wrapper.ts';
import { listed, summed, timeFirst } from './recur.ts';
import { requireMask } from './recurrent-inputs.ts';

/** Options of {@link TimeDistributed}. */
export type TimeDistributedConfig = WrapperConfig;

/**
 * Applies a layer to every step of a sequence, with the same weights; the layer sees one step of the whole batch at a time.
 *
 * Shapes: inputs `[batch, steps, …]` → output `[batch, steps, …]`, where the layer makes `[batch, …]` of `[batch, …]`.
 * Weights: those of the layer.
 *
 * @throws ShapeError if the input has fewer than three axes or no step, or a mask does not fit it.
 * @see Keras 3, `keras/src/layers/rnn/time_distributed.py`
 * @example
 * new TimeDistributed({ layer: new Dense({ units: 4 }) }).apply(ops.ones([2, 5, 3])).shape; // [2, 5, 4]
 */
export class TimeDistributed extends Wrapper<TimeDistributedConfig> {
  static override readonly className = 'TimeDistributed';

  constructor(config: TimeDistributedConfig) {
    super(config);
    this.supportsMasking = true;
  }

  override build(inputShape: PartialShape): void {
    super.build(this.#stepShape(inputShape));
  }

  override call(inputs: Tensor, { training, mask: masks }: CallOptions): Tensor {
    const { layer } = this;
    const who = `Layer '${this.name}'`;
    if (inputs.shape[1] === 0) {
      throw new ShapeError(`${who} needs at least one step. Received: input of shape ${showShape(inputs.shape)}.`);
    }
    const given = requireMask(who, masks, inputs);
    readBeforeLoop(layer.weights);
    const [, { output, losses }] = ops.scan(
      (_: null, { x, mask }: { x: Tensor; mask: Tensor | null }) => {
        const { result, losses: added } = collectLosses(() =>
          withOrigin(layer.path, () => layer.callInDtype(x, { training, mask: mask ?? undefined })),
        );
        return [null, { output: result as Tensor, losses: listed(added) }];
      },
      null,
      { x: timeFirst(inputs), mask: given ? timeFirst(given) : null },
    );
    for (const loss of summed(losses)) this.addLoss(loss);
    return timeFirst(output);
  }

  override computeOutputShape(inputShape: PartialShape): PartialShape {
    const [batch, ...rest] = this.layer.computeOutputShape(this.#stepShape(inputShape)) as PartialShape;
    return [batch!, inputShape[1]!, ...rest];
  }

  #stepShape(inputShape: PartialShape): PartialShape {
    if (inputShape.length < 3) {
      throw new ShapeError(
        `Layer '${this.name}' expects an input of rank 3 or more, [batch, steps, …]. Received: input of shape ${showShape(inputShape)}.`,
      );
    }
    const [batch, , ...rest] = inputShape;
    return [batch!, ...rest];
  }
}

/** Short for `new TimeDistributed(config)`. */
export const timeDistributed = (config: TimeDistributedConfig): TimeDistributed => new TimeDistributed(config);
