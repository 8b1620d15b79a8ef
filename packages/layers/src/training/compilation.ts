import {
  ArgumentError,
  ops,
  type PartialShape,
  requireInteger,
  type Shape,
  ShapeError,
  scope,
  type Tensor,
} from '@capas/core';
import { getLoss, type LabelShapes, type Loss, type LossIdentifier } from '../losses/index.ts';
import { maskOf } from '../masking.ts';
import { getMetric, Mean, type Metric, type MetricIdentifier } from '../metrics/index.ts';
import type { Model } from '../models/model.ts';
import { getOptimizer, LossScaleOptimizer, type Optimizer, type OptimizerIdentifier } from '../optimizers/index.ts';
import { CompiledTrainable } from './compiled-trainable.ts';
import type { Batch } from './data-adapter.ts';
import { type OptionNames, requireKnownOptions } from './known-options.ts';
import { fitsOutputs, identifiers, listsPerOutput, type PerOutput, perOutput } from './per-output.ts';

/** Options of `Model.compile`. */
export interface CompileOptions<Metrics extends readonly MetricIdentifier[] = readonly MetricIdentifier[]> {
  /** @defaultValue `'rmsprop'` */
  readonly optimizer?: OptimizerIdentifier;
  /** What is minimised; one, or one per output. Without it only penalties that layers add are. */
  readonly loss?: PerOutput<LossIdentifier> | null;
  /** How much each output's loss counts. */
  readonly lossWeights?: readonly number[] | Readonly<Record<string, number>>;
  /** What is measured; for several outputs a list with one metric or list for each, or a record by output name. */
  readonly metrics?: Metrics | PerOutput<readonly MetricIdentifier[]>;
  /** The same, weighted by sample and class weights. */
  readonly weightedMetrics?: Metrics | PerOutput<readonly MetricIdentifier[]>;
  /**
   * Whether a step becomes a program that runs in one call. `'auto'`: where the backend can and it is faster; a model that
   * cannot be compiled then runs op by op, and says so once. `true`: always; what cannot be compiled is an error.
   *
   * @defaultValue `'auto'`
   */
  readonly jitCompile?: boolean | 'auto';
  /** Runs every op by itself: values can be looked at inside of layers, losses and metrics. @defaultValue `false` */
  readonly runEagerly?: boolean;
  /** Batches between two calls of the hooks for batches. More take less time. @defaultValue 1 */
  readonly stepsPerExecution?: number;
  /** Whether the optimizer of a model whose policy is `'mixed_float16'` is put into a `LossScaleOptimizer`. @defaultValue `true` */
  readonly autoScaleLoss?: boolean;
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
  /** The name without that of the output, and what stands before it. */
  readonly shortName: string;
  readonly prefix: string;
  readonly output: number;
  readonly weighted: boolean;
}

const optionNames: OptionNames<CompileOptions> = {
  optimizer: true,
  loss: true,
  lossWeights: true,
  metrics: true,
  weightedMetrics: true,
  jitCompile: true,
  runEagerly: true,
  stepsPerExecution: true,
  autoScaleLoss: true,
};

/**
 * What `compile` chose: optimizer, losses, metrics. Losses and metrics are matched with outputs when the first batch
 * shows how many there are and of which shape.
 *
 * @see Keras 3, `keras/src/trainers/compile_utils.py`
 */
export class Compilation {
  readonly optimizer: Optimizer;
  readonly jitCompile: boolean | 'auto';
  readonly stepsPerExecution: number;
  /** What was trained when the model was compiled. */
  readonly trainable: CompiledTrainable;
  readonly #options: CompileOptions;
  readonly #model: Model;
  readonly #lossTracker = new Mean({ name: 'loss' });
  #losses: readonly (Loss | undefined)[] | undefined;
  #outputLosses: readonly Tensor[] = [];
  #isLossTracked = false;
  #lossWeights: readonly number[] = [];
  #outputTrackers: readonly NamedMetric[] = [];
  #metrics: readonly OutputMetric[] = [];

  /** @throws UnknownNameError for an optimizer, loss, metric or option that does not exist */
  constructor(model: Model, options: CompileOptions) {
    requireKnownOptions('compile', options, optionNames);
    this.jitCompile = jitOf(options);
    this.stepsPerExecution = requireInteger('compile', 'stepsPerExecution', options.stepsPerExecution ?? 1, 1);
    this.#model = model;
    this.trainable = new CompiledTrainable(model);
    this.#options = options;
    this.optimizer = scaling(model, getOptimizer(options.optimizer ?? 'rmsprop'), options.autoScaleLoss);
    // looked up once here, so that a wrong name is reported by compile and not by the first step
    for (const loss of identifiers(options.loss))
      if (loss !== 'crossentropy' && loss !== 'ce') getLoss(loss as LossIdentifier);
    for (const metric of [...identifiers(options.metrics), ...identifiers(options.weightedMetrics)]) {
      if (!isByLabels(metric)) getMetric(metric as MetricIdentifier);
    }
    for (const metrics of [options.metrics, options.weightedMetrics]) this.#checkOutputs(metrics);
  }

  /** What `compile` was called with. */
  get options(): CompileOptions {
    return this.#options;
  }

  /** Whether losses and metrics were matched with outputs: a batch was seen. */
  get isMatched(): boolean {
    return this.#losses !== undefined;
  }

  /** Every metric that is logged: the loss, the losses of several outputs, the metrics. */
  get metrics(): readonly NamedMetric[] {
    // a training step of the user's own may have no loss that is known here
    const isTracked = this.#isLossTracked || (this.#options.loss ?? null) !== null;
    const loss = isTracked ? [{ name: 'loss', metric: this.#lossTracker }] : [];
    return [...loss, ...this.#outputTrackers, ...this.#metrics];
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

  /** The loss of a batch, from targets, outputs and the penalties of the layers. A scalar. */
  computeLoss(batch: Batch, outputs: readonly Tensor[], penalties: readonly Tensor[]): Tensor {
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
    this.#outputLosses = outputLosses;
    return total;
  }

  /** The loss of each output, without penalties, of the last {@link computeLoss}; none if it was not called since. */
  takeOutputLosses(): readonly Tensor[] {
    const losses = this.#outputLosses;
    this.#outputLosses = [];
    return losses;
  }

  /** Adds the losses of a batch to their means. */
  updateLosses(batch: Batch, loss: Tensor, outputLosses: readonly Tensor[]): void {
    this.#isLossTracked = true;
    scope(() => {
      this.#lossTracker.updateState(loss, batch.size);
      for (const [i, value] of outputLosses.entries()) this.#outputTrackers[i]?.metric.updateState(value, batch.size);
    });
  }

  /** Adds a batch to the metrics. */
  updateMetrics(batch: Batch, outputs: readonly Tensor[]): void {
    this.#match(batch.y, outputs);
    scope(() => {
      for (const { metric, output, weighted } of this.#metrics) {
        metric.updateState(batch.y[output]!, outputs[output]!, weighted ? batch.sampleWeight[output] : undefined);
      }
    });
  }

  /** Frees the optimizer and the metrics, but those that were given as objects: they stay the caller's. */
  dispose(): void {
    const { optimizer, metrics, weightedMetrics } = this.#options;
    const given = new Set([optimizer, ...identifiers(metrics), ...identifiers(weightedMetrics)]);
    const own = this.optimizer;
    if (own instanceof LossScaleOptimizer && given.has(own.config.innerOptimizer)) own.disposeScale();
    else if (!given.has(own)) own.dispose();
    for (const { metric } of this.metrics) if (!given.has(metric)) metric.dispose();
  }

  /** Lets metrics look at the shapes of the outputs, where these are known and there is one list of metrics for each. */
  #checkOutputs(given: CompileOptions['metrics']): void {
    const { outputShapes, outputNames } = this.#model;
    if (!outputShapes || !fitsOutputs(given, outputNames)) return;
    for (const [i, list] of listsPerOutput<MetricIdentifier>('metrics', given as never, outputNames).entries())
      for (const id of list) if (!isByLabels(id)) getMetric(id).checkOutput(outputShapes[i]!);
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
    const { loss, lossWeights, metrics, weightedMetrics } = this.#options;
    const given = [loss, metrics, weightedMetrics].flatMap(identifiers);
    if (given.length === 0) {
      this.#losses = outputs.map(() => undefined);
      return;
    }
    if (targets.length === 0) {
      throw new ArgumentError(
        `Model '${this.#model.name}'`,
        'y',
        'given: the losses and metrics of `compile` compare the outputs with it',
        undefined,
      );
    }
    const names = this.#outputNames(outputs.length);
    if (targets.length !== outputs.length) {
      throw new ShapeError(
        `Model '${this.#model.name}' has ${outputs.length} output(s) (${names.join(', ')}). Received: \`y\` with ${targets.length} array(s).`,
      );
    }
    const losses = this.#lossesFor(
      targets.map((target, i) => ({ yTrueShape: target.shape, yPredShape: outputs[i]!.shape })),
    );
    const weights = perOutput<number>('lossWeights', (lossWeights as PerOutput<number>) ?? names.map(() => 1), names);
    const make = (argument: 'metrics' | 'weightedMetrics', given: CompileOptions['metrics']): OutputMetric[] =>
      listsPerOutput<MetricIdentifier>(argument, given as never, names).flatMap((list, output) =>
        list.map((id) => {
          const metric = getMetric(id, { yTrueShape: targets[output]!.shape, yPredShape: outputs[output]!.shape });
          const shortName = typeof id === 'string' ? id : metric.name;
          const prefix = outputs.length > 1 ? `${names[output]}_` : '';
          return { name: prefix + shortName, shortName, prefix, metric, output, weighted: argument !== 'metrics' };
        }),
      );
    // nothing is kept unless all of it fits
    this.#metrics = unique([...make('metrics', metrics), ...make('weightedMetrics', weightedMetrics)]);
    this.#lossWeights = weights.map((weight) => weight ?? 1);
    if (outputs.length > 1) {
      this.#outputTrackers = names.flatMap((name, i) =>
        losses[i] ? [{ name: `${name}_loss`, metric: new Mean({ name: `${name}_loss` }) }] : [],
      );
    }
    this.#losses = losses;
  }
}

/** Whether labels decide which metric a name stands for. */
const isByLabels = (metric: unknown): boolean =>
  metric === 'accuracy' || metric === 'acc' || metric === 'crossentropy' || metric === 'ce';

/** The optimizer, in one that scales the loss where the gradients have 16 bits, of which 5 for the exponent. */
function scaling(model: Model, optimizer: Optimizer, autoScaleLoss = true): Optimizer {
  const isWanted = autoScaleLoss && model.dtypePolicy.name === 'mixed_float16';
  if (!isWanted || optimizer instanceof LossScaleOptimizer) return optimizer;
  return new LossScaleOptimizer({ innerOptimizer: optimizer, name: 'loss_scale_optimizer' });
}

function jitOf({ jitCompile = 'auto', runEagerly = false }: CompileOptions): boolean | 'auto' {
  if (typeof jitCompile !== 'boolean' && jitCompile !== 'auto')
    throw new ArgumentError('compile', 'jitCompile', "true, false or 'auto'", jitCompile);
  if (typeof runEagerly !== 'boolean') throw new ArgumentError('compile', 'runEagerly', 'true or false', runEagerly);
  if (runEagerly && jitCompile === true) {
    throw new ArgumentError('compile', 'jitCompile', "left out, false or 'auto' with `runEagerly: true`", jitCompile);
  }
  return runEagerly ? false : jitCompile;
}

/** Names every log once, as Keras does: `accuracy`, `accuracy_1`; a weighted one `weighted_accuracy`. */
function unique(metrics: readonly OutputMetric[]): OutputMetric[] {
  const seen = new Map<string, number>();
  const count = (name: string): number => {
    const before = seen.get(name) ?? 0;
    seen.set(name, before + 1);
    return before;
  };
  return metrics.map((metric) => {
    const isTaken = seen.has(metric.name);
    const name = isTaken && metric.weighted ? `${metric.prefix}weighted_${metric.shortName}` : metric.name;
    const before = count(name);
    return { ...metric, name: before ? `${name}_${before}` : name };
  });
}
