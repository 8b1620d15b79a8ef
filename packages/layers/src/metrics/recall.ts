import { PrecisionRecall, type PrecisionRecallConfig } from './precision-recall.ts';

/**
 * The share of samples predicted positive among the true ones.
 *
 * @throws ShapeError if `yTrue` and `yPred` differ in shape.
 * @see Keras 3, `keras/src/metrics/confusion_metrics.py`, `Recall`
 * @example
 * const metric = recall();
 * metric.updateState([1, 0], [0.9, 0.6]);
 * metric.result(); // 1 / (1 + 0) = 1
 */
export class Recall<Name extends string = 'recall'> extends PrecisionRecall<Name> {
  static override readonly className: string = 'Recall';

  constructor(config: PrecisionRecallConfig<Name> = {}) {
    super(config, 'falseNegatives');
  }
}

/** Short for `new Recall(config)`. */
export const recall = <const Name extends string = 'recall'>(config: PrecisionRecallConfig<Name> = {}): Recall<Name> =>
  new Recall(config);
