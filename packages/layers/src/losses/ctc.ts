import { ArgumentError, type HostArray, ops, type PartialShape, ShapeError, showShape, type Tensor } from '@capas/core';
import { Loss, type LossConfig } from './loss.ts';

/** The class that stands for no label: of a blank in the prediction, of padding in the labels. */
const BLANK = 0;

/**
 * Connectionist temporal classification: `−ln` of the probability that a sequence of predictions reads as the labels, over all ways
 * in which they can be spread over its time steps.
 *
 * Shapes: labels `[batch, labels]`, classes from 1 on, padded with 0 at the end; predictions `[batch, steps, classes]`, logits (no
 * softmax), class 0 of which is the blank.
 *
 * @throws ShapeError for other shapes.
 * @see Keras 3, `keras/src/losses/losses.py`, `ctc`; Graves et al., "Connectionist temporal classification", ICML 2006
 * @example
 * ctc().apply([[1]], [[[0, 0]]]); // one step, two classes alike: ln(2) = 0.693
 */
export class CTC extends Loss {
  static override readonly className = 'CTC';

  constructor(config: LossConfig = {}) {
    super({ name: 'ctc', ...config });
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    if (yTrue.rank !== 2 || yPred.rank !== 3 || yTrue.shape[0] !== yPred.shape[0]) {
      throw new ShapeError(
        `CTC: \`yTrue\` must have the shape [batch, labels], and \`yPred\` [batch, steps, classes]. Received: yTrue ${showShape(yTrue.shape)}, yPred ${showShape(yPred.shape)}.`,
      );
    }
    const [batch, steps] = yPred.shape as [number, number, number];
    const labelLength = ops.sum(ops.cast(ops.notEqual(yTrue, BLANK), 'int32'), { axis: -1 });
    const steplength = ops.full([batch], steps, { dtype: 'int32' });
    return ops.ctcLoss(ops.cast(yTrue, 'int32'), yPred, labelLength, steplength, { maskIndex: BLANK });
  }

  override checkLabels(yTrue: HostArray, outputShape: PartialShape): void {
    const classes = outputShape.at(-1);
    if (outputShape.length !== 3 || typeof classes !== 'number') return;
    const data = yTrue.data as ArrayLike<number>;
    for (let i = 0; i < data.length; i++) {
      const label = yTrue.dtype === 'float16' ? yTrue.get(i) : data[i]!;
      if (Number.isInteger(label) && label >= 0 && label < classes) continue;
      throw new ArgumentError(
        'CTC',
        'yTrue',
        `classes, integers from 1 to ${classes - 1}, padded with ${BLANK}`,
        label,
        `It is label ${i} of ${data.length}.`,
      );
    }
  }
}

/** Short for `new CTC(config)`. */
export const ctc = (config: LossConfig = {}): CTC => new CTC(config);
