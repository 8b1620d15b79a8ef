import {
  ArgumentError,
  type HostArray,
  ops,
  type PartialShape,
  scope,
  type Tensor,
  type TensorLike,
  toTensor,
} from '@capas/core';
import { maskOf } from '../masking.ts';
import { snakeCase } from '../naming.ts';
import { canonicalReduction, type Reduction, type ReductionName, reduceWeighted } from './reduction.ts';

/** Options that every loss takes. */
export interface LossConfig {
  /** @defaultValue the class name in snake_case */
  readonly name?: string;
  /** How the losses of the samples become one number. @defaultValue `'sumOverBatchSize'` */
  readonly reduction?: Reduction;
  /** The dtype of the computation. @defaultValue `'float32'` */
  readonly dtype?: 'float32';
}

/**
 * The base of all losses: how far predictions are from the truth, as one number to make small.
 *
 * A subclass computes the losses of the samples in `call`, written in `ops`; `apply` weights and reduces them.
 *
 * @see Keras 3, `keras/src/losses/loss.py`
 * @example
 * class Quartic extends Loss {
 *   static override readonly className = 'Quartic';
 *   override call(yTrue: Tensor, yPred: Tensor): Tensor {
 *     return ops.mean(ops.power(ops.subtract(yTrue, yPred), 4), { axis: -1 });
 *   }
 * }
 */
export abstract class Loss<Config extends LossConfig = LossConfig> {
  /** The name of the class in files and messages. A subclass sets its own. */
  static readonly className: string = 'Loss';
  readonly name: string;
  readonly config: Readonly<Config>;
  readonly reduction: ReductionName;

  constructor(config: Config = {} as Config) {
    const { className } = this.constructor as typeof Loss;
    if (config.dtype !== undefined && config.dtype !== 'float32') {
      throw new ArgumentError(className, 'dtype', "'float32'", config.dtype);
    }
    this.config = Object.freeze({ ...config });
    this.name = config.name ?? snakeCase(className);
    this.reduction = canonicalReduction(
      className,
      config.reduction === undefined ? 'sumOverBatchSize' : config.reduction,
    );
  }

  /** The losses of the samples, float32 `[batch, …]`. Temporaries are freed by `apply`. */
  abstract call(yTrue: Tensor, yPred: Tensor): Tensor;

  /**
   * The loss of a batch: that of each sample, weighted and reduced.
   *
   * Shapes: `sampleWeight` is one number per sample, `[batch]`, or one per value of `call`; `mask` likewise, and is that of
   * `yPred` unless given.
   *
   * @throws ShapeError if `yTrue` and `yPred` do not fit together.
   */
  apply(yTrue: TensorLike, yPred: TensorLike, sampleWeight?: TensorLike, mask?: TensorLike): Tensor {
    return scope(() => {
      const prediction = toTensor(yPred, 'float32', this.name);
      const inputMask = mask === undefined ? maskOf(yPred as Tensor) : toTensor(mask, 'bool', this.name);
      const values = this.call(toTensor(yTrue, 'float32', this.name), prediction);
      const ownMask = maskOf(values);
      const masked = inputMask && ownMask ? ops.logicalAnd(inputMask, ownMask) : (inputMask ?? ownMask);
      const weight = sampleWeight === undefined ? undefined : toTensor(sampleWeight, 'float32', this.name);
      return reduceWeighted(values, weight, masked, this.reduction);
    });
  }

  /**
   * Checks labels before they go to the backend, where they can no longer be looked at.
   *
   * @param _yTrue all labels of one output
   * @param _outputShape the shape of the prediction, with the batch axis
   * @throws ArgumentError if the loss cannot use one of them. Most take any number.
   */
  checkLabels(_yTrue: HostArray, _outputShape: PartialShape): void {}
}
