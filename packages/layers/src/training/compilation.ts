import {
  ArgumentError,
  ops,
  type PartialShape,
  type Shape,
  ShapeError,
  scope,
  type Tensor,
  UnknownNameError,
} from '@capas/core';
import { getLoss, type LabelShapes, type Loss, type LossIdentifier } from '../losses/index.ts';
import { maskOf } from '../masking.ts';
import { getMetric, Mean, type Metric, type MetricIdentifier } from '../metrics/index.ts';
import type { Model } from '../models/model.ts';
import { getOptimizer, type Optimizer, type OptimizerIdentifier } from '../optimizers/index.ts';
import type { Batch } from './data-adapter.ts';
import type { Forward } from './steps.ts';

/** One thing for the only output, or one per output as a list or by output name. */
export type PerOutput<T> = T | readonly (T | null)[] | Readonly<Record<string, T | null>>;

/** Options of `Model.compile`. */
export interface CompileOptions<Metrics extends readonly MetricIdentifier[] = readonly MetricIdentifier[]> {
  /** @defaultValue `'rmsprop'` */
  readonly optimizer?: OptimizerIdentifier;
  /** What is minimised; one, or one per output. Without it only penalties that layers add are. */
  readonly loss?: PerOutput<LossIdentifier> | null;
  /** How much each output's loss counts. */
  readonly lossWeights?: readonly number[] | Readonly<Record<string, number>>;
  /** What is measured; for several outputs a list of lists or a record of lists by output name. */
  readonly metrics?: Metrics | PerOutput<readonly MetricIdentifier[]>;
  /** The same, weighted by sample and class weights. */
  readonly weightedMetrics?: Metrics | PerOutput<readonly MetricIdentifier[]>;
}

/** The name under which a metric is logged: that of the object, or the string as it was given. */
export type NameOf<M> = M extends Metric<infer Name> ? Name : M extends string ? M : string;

/** The names of all logs of a model that was compiled with these metrics. */
export type LogNames<Metrics extends readonly MetricIdentifier[]> = 'loss' | NameOf<Metrics[number]>;

/** A metric, the name of its log, and what it measures. */
export interface NamedMetric {
  readonly name: string;
  readonly metric: Metric;
}

interface OutputMetric extends NamedMetric {
  readonly output: number;
  readonly weighted: boolean;
}

/**
 * What `compile` chose: optimizer, losses, metrics. Losses and metrics are matched with outputs when the first batch
 * shows how many there are and of which shape.
 *
 * @see Keras 3, `keras/src/trainers/compile_utils.py`
 */
export class Compilation {
  readonly optimizer: Optimizer;
  readonly #options: CompileOptions;
  readonly #model: Model;
  readonly #lossTracker = new Mean({ name: 'loss' });
  #losses: readonly (Loss | undefined)[] | undefined;
  #lossWeights: readonly number[] = [];
  #outputTrackers: readonly NamedMetric[] = [];
  #metrics: readonly OutputMetric[] = [];

  /** @throws UnknownNameError for an optimizer, loss or metric that does not exist */
  constructor(model: Model, options: CompileOptions) {
    this.#model = model;
    this.#options = options;
    this.optimizer = getOptimizer(options.optimizer ?? 'rmsprop');
    // looked up once here, so that a wrong name is reported by compile and not by the first step
    for (const loss of identifiers(options.loss))
      if (loss !== 'crossentropy' && loss !== 'ce') getLoss(loss as LossIdentifier);
    for (const metric of [...identifiers(options.metrics), ...identifiers(options.weightedMetrics)]) {
      if (metric !== 'accuracy' && metric !== 'acc' && metric !== 'crossentropy' && metric !== 'ce')
        getMetric(metric as MetricIdentifier);
    }
  }

  /** Every metric that is logged: the loss, the losses of several outputs, the metrics. */
  get metrics(): readonly NamedMetric[] {
    return [{ name: 'loss', metric: this.#lossTracker }, ...this.#outputTrackers, ...this.#metrics];
  }

  /** The losses by output, for targets and outputs of these shapes, before they are matched. */
  plannedLosses(
    targets: readonly { readonly sampleShape: Shape }[],
    outputShapes: readonly PartialShape[],
  ): readonly (Loss | undefined)[] {
    if (this.#losses || targets.length !== outputShapes.length) return this.#losses ?? [];
    const shapes = targets.map(({ sampleShape }, i) => ({
      yTrueShape: [null, ...sampleShape],
      yPredShape: outputShapes[i]!,
    }));
    return this.#lossesFor(shapes);
  }

  /** The loss of a batch, from targets, outputs and the penalties of the layers. */
  computeLoss(
    batch: Batch,
    outputs: readonly Tensor[],
    penalties: readonly Tensor[],
  ): Omit<Forward, 'outputs'> & { loss: Tensor; outputLosses: readonly Tensor[] } {
    this.#match(batch.y, outputs);
    const outputLosses: Tensor[] = [];
    let total: Tensor | undefined;
    this.#losses!.forEach((loss, i) => {
      if (!loss) return;
      const value = loss.apply(batch.y[i]!, outputs[i]!, batch.sampleWeight[i], maskOf(outputs[i]!));
      outputLosses.push(value);
      const weighted = this.#lossWeights[i] === 1 ? value : ops.multiply(value, this.#lossWeights[i]!);
      total = total ? ops.add(total, weighted) : weighted;
    });
    for (const penalty of penalties) total = total ? ops.add(total, penalty) : penalty;
    if (!total)
      throw new ArgumentError(
        `Model '${this.#model.name}'`,
        'loss',
        'given to compile: there is nothing to minimise',
        this.#options.loss,
      );
    return { loss: total, outputLosses };
  }

  /** Adds a batch to the metrics. */
  updateMetrics(batch: Batch, { outputs, loss, outputLosses }: Forward): void {
    scope(() => {
      this.#lossTracker.updateState(loss, batch.size);
      for (const [i, { metric }] of this.#outputTrackers.entries()) metric.updateState(outputLosses[i]!, batch.size);
      for (const { metric, output, weighted } of this.#metrics) {
        metric.updateState(batch.y[output]!, outputs[output]!, weighted ? batch.sampleWeight[output] : undefined);
      }
    });
  }

  /** Frees optimizer and metrics. */
  dispose(): void {
    this.optimizer.dispose();
    for (const { metric } of this.metrics) metric.dispose();
  }

  #outputNames(count: number): readonly string[] {
    const { outputNames } = this.#model;
    return outputNames.length === count ? outputNames : Array.from({ length: count }, (_, i) => `output_${i + 1}`);
  }

  #lossesFor(shapes: readonly LabelShapes[]): (Loss | undefined)[] {
    const given = perOutput('loss', this.#options.loss ?? null, this.#outputNames(shapes.length));
    return given.map((id, i) => (id === null ? undefined : getLoss(id, shapes[i])));
  }

  #match(targets: readonly Tensor[], outputs: readonly Tensor[]): void {
    if (this.#losses) return;
    const { lossWeights, metrics, weightedMetrics } = this.#options;
    const names = this.#outputNames(outputs.length);
    if (targets.length !== outputs.length) {
      throw new ShapeError(
        `Model '${this.#model.name}' has ${outputs.length} output(s) (${names.join(', ')}). Received: \`y\` with ${targets.length} array(s).`,
      );
    }
    this.#losses = this.#lossesFor(
      targets.map((target, i) => ({ yTrueShape: target.shape, yPredShape: outputs[i]!.shape })),
    );
    this.#lossWeights = perOutput<number>(
      'lossWeights',
      (lossWeights as PerOutput<number>) ?? names.map(() => 1),
      names,
    ).map((weight) => weight ?? 1);
    if (outputs.length > 1) {
      this.#outputTrackers = names.flatMap((name, i) =>
        this.#losses![i] ? [{ name: `${name}_loss`, metric: new Mean({ name: `${name}_loss` }) }] : [],
      );
    }
    const make = (lists: CompileOptions['metrics'], weighted: boolean): OutputMetric[] =>
      perOutputLists(lists, names).flatMap((list, output) =>
        list.map((id) => {
          const metric = getMetric(id, { yTrueShape: targets[output]!.shape, yPredShape: outputs[output]!.shape });
          const name = typeof id === 'string' ? id : metric.name;
          return { name: outputs.length > 1 ? `${names[output]}_${name}` : name, metric, output, weighted };
        }),
      );
    this.#metrics = unique([...make(metrics, false), ...make(weightedMetrics, true)]);
  }
}

/** Numbers names that occur twice, as Keras does: `accuracy`, `accuracy_1`. */
function unique(metrics: readonly OutputMetric[]): OutputMetric[] {
  const seen = new Map<string, number>();
  return metrics.map((metric) => {
    const count = seen.get(metric.name) ?? 0;
    seen.set(metric.name, count + 1);
    return count ? { ...metric, name: `${metric.name}_${count}` } : metric;
  });
}

/** One item per output: the given one for a single output, else by place or by name. */
function perOutput<T>(argument: string, given: PerOutput<T> | null, names: readonly string[]): (T | null)[] {
  if (given === null) return names.map(() => null);
  if (Array.isArray(given)) {
    if (given.length !== names.length) {
      throw new ArgumentError(
        'compile',
        argument,
        `a list of ${names.length}, one for each output (${names.join(', ')})`,
        given,
      );
    }
    return [...(given as readonly (T | null)[])];
  }
  if (isRecord(given)) {
    const record = given as Readonly<Record<string, T | null>>;
    for (const key of Object.keys(record))
      if (!names.includes(key)) throw new UnknownNameError(`output in \`${argument}\``, key, names);
    return names.map((name) => record[name] ?? null);
  }
  return names.map(() => given as T);
}

function perOutputLists(given: CompileOptions['metrics'], names: readonly string[]): (readonly MetricIdentifier[])[] {
  if (given === undefined) return names.map(() => []);
  if (Array.isArray(given)) {
    if (given.some((item) => Array.isArray(item) || item === null)) {
      return perOutput('metrics', given as readonly (readonly MetricIdentifier[])[], names).map((list) => list ?? []);
    }
    // one flat list: for every output
    return names.map(() => given as readonly MetricIdentifier[]);
  }
  const lists = perOutput<readonly MetricIdentifier[] | MetricIdentifier>('metrics', given as never, names);
  return lists.map((list) => (list === null ? [] : Array.isArray(list) ? list : [list as MetricIdentifier]));
}

/** Everything that stands in a `loss` or `metrics` option. */
function identifiers(given: unknown): unknown[] {
  if (given === undefined || given === null) return [];
  if (Array.isArray(given)) return given.flatMap(identifiers);
  return isRecord(given) ? Object.values(given).flatMap(identifiers) : [given];
}

/** Whether a value is a plain record by output names, and not a serialized object `{ className, config }`. */
const isRecord = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  value.constructor === Object &&
  !('className' in value || 'class_name' in value);
