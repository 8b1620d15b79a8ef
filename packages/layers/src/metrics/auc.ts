import {
  ArgumentError,
  ops,
  type PartialShape,
  requireInteger,
  requireOneOf,
  requirePositiveInteger,
  ShapeError,
  showShape,
  type Tensor,
} from '@capas/core';
import { epsilon } from '../losses/shapes.ts';
import { evenThresholds, requireThresholds } from './confusion.ts';
import { addConfusion, type ConfusionState, confusionState, share } from './confusion-curve.ts';
import { Metric, type MetricConfig } from './metric.ts';

/** Options of {@link AUC}. */
export interface AUCConfig<Name extends string = string> extends MetricConfig<Name> {
  /** How many thresholds approximate the curve. @defaultValue `200` */
  readonly numThresholds?: number;
  /** Receiver operating characteristic, precision over recall, or their gains. @defaultValue `'ROC'` */
  readonly curve?: 'ROC' | 'PR' | 'PRGAIN';
  /** How the curve runs between thresholds: on lines, or at the lower or upper end. @defaultValue `'interpolation'` */
  readonly summationMethod?: 'interpolation' | 'minoring' | 'majoring';
  /** Thresholds of one's own, each from 0 to 1, in place of `numThresholds`. @defaultValue `null` */
  readonly thresholds?: readonly number[] | null;
  /** Whether the area is taken for each label of the last axis, and then averaged. @defaultValue `false` */
  readonly multiLabel?: boolean;
  /** The number of labels, where it is known before the first batch. @defaultValue `null` */
  readonly numLabels?: number | null;
  /** The weight of each label. @defaultValue `null`: the same */
  readonly labelWeights?: readonly number[] | null;
  /** Whether `yPred` holds logits rather than probabilities. @defaultValue `false` */
  readonly fromLogits?: boolean;
}

const defaults = {
  numThresholds: 200,
  curve: 'ROC',
  summationMethod: 'interpolation',
  thresholds: null,
  multiLabel: false,
  numLabels: null,
  labelWeights: null,
  fromLogits: false,
} as const;

/**
 * The area under a curve of a binary classifier, over all thresholds.
 *
 * Shapes: `yTrue` and `yPred` `[batch, …]`, labels 0 and 1.
 *
 * @throws ShapeError if `yTrue` and `yPred` differ in shape.
 * @see Keras 3, `keras/src/metrics/confusion_metrics.py`, `AUC`
 * @example
 * const metric = auc({ numThresholds: 3 });
 * metric.updateState([0, 0, 1, 1], [0, 0.5, 0.3, 0.9]);
 * metric.result(); // 0.75
 */
export class AUC<Name extends string = 'auc'> extends Metric<Name, AUCConfig<Name>> {
  static override readonly className: string = 'AUC';
  override readonly direction = 'up' as const;
  readonly #thresholds: readonly number[];
  #state: ConfusionState | undefined;

  constructor(config: AUCConfig<Name> = {}) {
    super({ ...defaults, ...config });
    const { curve, summationMethod, thresholds, multiLabel, numLabels, numThresholds } = this.config;
    requireOneOf('AUC', 'curve', curve, ['ROC', 'PR', 'PRGAIN']);
    requireOneOf('AUC', 'summationMethod', summationMethod, ['interpolation', 'minoring', 'majoring']);
    const inner = thresholds
      ? [...requireThresholds('AUC', thresholds, 0.5)].sort((a, b) => a - b)
      : evenThresholds(requireInteger('AUC', 'numThresholds', numThresholds, 2)).slice(1, -1);
    // a little beyond 0 and 1, so that the ends of the curve are reached
    this.#thresholds = [-epsilon(), ...inner, 1 + epsilon()];
    if (numLabels && !multiLabel) {
      throw new ArgumentError('AUC', 'numLabels', 'absent unless `multiLabel` is true', numLabels);
    }
    if (!multiLabel) this.#makeState([]);
    else if (numLabels) this.#makeState([requirePositiveInteger('AUC', 'numLabels', numLabels)]);
  }

  override checkOutput(shape: PartialShape): void {
    const { multiLabel, numLabels } = this.config;
    if (!multiLabel || (shape.length === 2 && (!numLabels || shape[1] === null || shape[1] === numLabels))) return;
    const labels = numLabels ? `${numLabels}` : 'labels';
    throw new ShapeError(`AUC: with \`multiLabel\`, yPred must be [batch, ${labels}]. Received: ${showShape(shape)}.`);
  }

  protected override update(yTrue: Tensor, yPred: Tensor, sampleWeight: Tensor | undefined): void {
    const { multiLabel, labelWeights, fromLogits } = this.config;
    this.checkOutput(yPred.shape);
    const state = this.#state ?? this.#makeState([yPred.shape[1]!]);
    addConfusion(state, 'AUC', [yTrue, fromLogits ? ops.sigmoid(yPred) : yPred], {
      thresholds: this.#thresholds,
      sampleWeight,
      multiLabel,
      labelWeights: multiLabel ? null : labelWeights,
    });
  }

  protected override compute(): Tensor {
    if (!this.#state) return ops.zeros([]);
    const { curve, summationMethod, multiLabel, labelWeights } = this.config;
    const precise = curve === 'PR' && summationMethod === 'interpolation';
    const parts = precise ? precisionRecallParts(this.#state) : this.#parts(this.#state);
    if (!multiLabel) return ops.sum(parts);
    const areas = ops.sum(parts, { axis: 0 });
    if (!labelWeights) return ops.mean(areas);
    return ops.divideNoNan(ops.sum(ops.multiply(areas, labelWeights)), ops.sum(labelWeights));
  }

  #makeState(labels: readonly number[]): ConfusionState {
    const shape = [this.#thresholds.length, ...labels];
    this.#state = confusionState((name) => this.addVariable(name, shape));
    return this.#state;
  }

  /** The area between each two thresholds. */
  #parts(state: ConfusionState): Tensor {
    const { curve, summationMethod } = this.config;
    const { x, y } = { ROC: roc, PR: precisionOverRecall, PRGAIN: gains }[curve ?? 'ROC'](state);
    const [left, right] = [butLast(y), butFirst(y)];
    const heights = {
      interpolation: () => ops.divide(ops.add(left, right), 2),
      minoring: () => ops.minimum(left, right),
      majoring: () => ops.maximum(left, right),
    }[summationMethod ?? 'interpolation']();
    return ops.multiply(ops.subtract(butLast(x), butFirst(x)), heights);
  }
}

/** Short for `new AUC(config)`. */
export const auc = <const Name extends string = 'auc'>(config: AUCConfig<Name> = {}): AUC<Name> => new AUC(config);

interface Curve {
  readonly x: Tensor;
  readonly y: Tensor;
}

const roc = (state: ConfusionState): Curve => ({
  x: share(state.falsePositives, state.trueNegatives),
  y: share(state.truePositives, state.falseNegatives),
});

const precisionOverRecall = (state: ConfusionState): Curve => ({
  x: share(state.truePositives, state.falseNegatives),
  y: share(state.truePositives, state.falsePositives),
});

/** Precision and recall measured from what a classifier without knowledge reaches. @see Flach, Kull, 2015 */
function gains({ truePositives, falsePositives, trueNegatives, falseNegatives }: ConfusionState): Curve {
  const odds = ops.divideNoNan(ops.add(truePositives, falseNegatives), ops.add(trueNegatives, falsePositives));
  const none = ops.equal(truePositives, 0);
  const gain = (errors: Tensor): Tensor => ops.subtract(1, ops.multiply(odds, ops.divideNoNan(errors, truePositives)));
  return {
    x: ops.maximum(ops.where(none, 0, gain(falseNegatives.value)), 0),
    y: ops.where(none, 1, gain(falsePositives.value)),
  };
}

/**
 * The areas under precision over recall between thresholds, where true and false positives change in proportion.
 *
 * @see Davis, Goadrich, 2006, "The Relationship Between Precision-Recall and ROC Curves"
 */
function precisionRecallParts({ truePositives, falsePositives, falseNegatives }: ConfusionState): Tensor {
  const tp = truePositives.value;
  const positives = ops.add(tp, falsePositives);
  const [before, after] = [butLast(positives), butFirst(positives)];
  const gained = ops.subtract(butLast(tp), butFirst(tp));
  const slope = ops.divideNoNan(gained, ops.maximum(ops.subtract(before, after), 0));
  const intercept = ops.subtract(butFirst(tp), ops.multiply(slope, after));
  const bothAbove = ops.logicalAnd(ops.greater(before, 0), ops.greater(after, 0));
  const ratio = ops.where(bothAbove, ops.divideNoNan(before, ops.maximum(after, 0)), 1);
  const area = ops.multiply(slope, ops.add(gained, ops.multiply(intercept, ops.log(ratio))));
  return ops.divideNoNan(area, ops.maximum(ops.add(butFirst(tp), butFirst(falseNegatives.value)), 0));
}

const butLast = (x: Tensor): Tensor =>
  ops.slice(
    x,
    x.shape.map(() => 0),
    [x.shape[0]! - 1, ...x.shape.slice(1)],
  );

const butFirst = (x: Tensor): Tensor =>
  ops.slice(
    x,
    x.shape.map((_, axis) => (axis === 0 ? 1 : 0)),
    [x.shape[0]! - 1, ...x.shape.slice(1)],
  );
