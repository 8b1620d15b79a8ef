import {
  ArgumentError,
  ops,
  type PartialShape,
  requireNumber,
  requirePositiveInteger,
  ShapeError,
  showShape,
  type Tensor,
  type TensorLike,
} from '@capas/core';
import type { ConstraintIdentifier } from '../../constraints/index.ts';
import type { InitializerIdentifier } from '../../initializers/index.ts';
import { Layer } from '../../layer.ts';
import { isShapeList, type LayerConfig, type Resolved, type Shapes } from '../../layer-config.ts';
import { attachMask, type Masks } from '../../masking.ts';
import type { RegularizerIdentifier } from '../../regularizers/index.ts';
import { maskedSoftmax } from '../activation/softmax.ts';
import { EinsumDense, type EinsumDenseConfig } from '../core/einsum-dense.ts';
import { Dropout } from '../regularization/dropout.ts';
import type { AttentionOptions } from './attention-options.ts';
import { causalMask, everyMask, windowMask } from './score-masks.ts';

/** Options of the layers that attend with several heads. */
export interface ProjectedAttentionConfig extends LayerConfig {
  /** The share of the weights of the keys that are set to 0 while training. @defaultValue 0 */
  readonly dropout?: number;
  /** Whether the projections have a bias. @defaultValue `true` */
  readonly useBias?: boolean;
  /** A query sees only keys less than so many places away, on either side. @defaultValue `null`: all */
  readonly slidingWindow?: number | null;
  /** Asks for a computation that does not keep the scores; then they cannot be returned or dropped. No part of files. */
  readonly flashAttention?: boolean | null;
  /** Start of the kernels. @defaultValue `'glorotUniform'` */
  readonly kernelInitializer?: InitializerIdentifier;
  /** Start of the biases. @defaultValue `'zeros'` */
  readonly biasInitializer?: InitializerIdentifier;
  readonly kernelRegularizer?: RegularizerIdentifier | null;
  readonly biasRegularizer?: RegularizerIdentifier | null;
  /** A penalty on the outputs of the projections. */
  readonly activityRegularizer?: RegularizerIdentifier | null;
  readonly kernelConstraint?: ConstraintIdentifier | null;
  readonly biasConstraint?: ConstraintIdentifier | null;
  /** Whether a projection of the query, through a sigmoid, multiplies what the heads give. @defaultValue `false` */
  readonly useGate?: boolean;
  /** Makes the sequence of dropout masks repeatable. @defaultValue drawn from the process-wide seed */
  readonly seed?: number | null;
}

/** Keras's defaults of those options. */
export const projectedAttentionDefaults = {
  dropout: 0,
  useBias: true,
  kernelInitializer: 'glorotUniform',
  biasInitializer: 'zeros',
  useGate: false,
} as const;

/** What is passed to the call of these layers beside `[query, value]` or `[query, value, key]`. */
export interface ProjectedAttentionOptions extends AttentionOptions {
  /** True where a query may look at a key: `[batch, Tq, Tv]`, or something that is broadcast to it. */
  readonly attentionMask?: TensorLike | undefined;
  /** `[batch, Tq]`. @defaultValue the mask of the query */
  readonly queryMask?: TensorLike | undefined;
  /** `[batch, Tv]`. @defaultValue the mask of the value */
  readonly valueMask?: TensorLike | undefined;
  /** `[batch, Tv]`. @defaultValue the mask of the key, where one is given */
  readonly keyMask?: TensorLike | undefined;
}

/** Query, key and value, each `[batch, …, heads, dim]`. */
export interface Heads {
  readonly query: Tensor;
  readonly key: Tensor;
  readonly value: Tensor;
}

/** How scores are computed. */
export interface ScoreEquations {
  /** From query and key to scores. */
  readonly scores: string;
  /** From scores and values to what the heads give. */
  readonly combine: string;
  /** The number of axes that attention goes along. */
  readonly axes: number;
}

/**
 * The base of the layers that project query, key and value, let several heads attend, and project what they give.
 *
 * @see Keras 3, `keras/src/layers/attention/multi_head_attention.py`
 */
export abstract class ProjectedAttention<
  Config extends Resolved<ProjectedAttentionConfig, typeof projectedAttentionDefaults>,
> extends Layer<Config, ProjectedAttentionOptions> {
  /** Its inputs are arguments of their own in Python; files have them by these names. */
  static readonly inputNames: readonly string[] = ['query', 'value', 'key'];
  /** What files call the layers inside where it is not the name of the property. */
  static readonly savedNames: Readonly<Record<string, string>> = {
    gateDense: '_gate_dense',
    dropoutLayer: '_dropout_layer',
  };
  // in the order of the weights
  queryDense!: EinsumDense;
  keyDense!: EinsumDense;
  gateDense: EinsumDense | undefined;
  valueDense!: EinsumDense;
  outputDense!: EinsumDense;
  readonly dropoutLayer: Dropout;

  constructor(config: Config) {
    super(config);
    const { className } = new.target as unknown as typeof Layer;
    const { dropout, seed, slidingWindow, flashAttention } = config;
    const rate = requireNumber(className, 'dropout', dropout, 0, 1);
    if (slidingWindow !== undefined && slidingWindow !== null)
      requirePositiveInteger(className, 'slidingWindow', slidingWindow);
    if (flashAttention && rate > 0)
      throw new ArgumentError(
        className,
        'dropout',
        '0 with `flashAttention`: scores that are not kept cannot be dropped',
        rate,
      );
    this.dropoutLayer = new Dropout({ name: 'dropout', rate, seed: seed ?? null, dtype: this.dtypePolicy });
    this.supportsMasking = true;
  }

  /** How the scores are computed, where they are wanted or dropped. */
  protected abstract readonly equations: ScoreEquations;

  override call(inputs: readonly Tensor[], options: ProjectedAttentionOptions): Tensor | readonly Tensor[] {
    const [query, value, key = value] = inputs as [Tensor, Tensor, Tensor?];
    if (options.returnAttentionScores && this.config.flashAttention) {
      throw new ArgumentError(`Layer '${this.name}'`, 'returnAttentionScores', 'false with `flashAttention`', true);
    }
    // in one op, where nobody wants to see the scores or drops them
    const isAtOnce = !this.config.dropout && !options.returnAttentionScores && query.rank === 3;
    const mask = this.#maskOf(query, value, options, isAtOnce);
    const gate = this.gateDense?.apply(query);
    const heads = {
      query: this.queryDense.apply(query),
      key: this.keyDense.apply(key),
      value: this.valueDense.apply(value),
    };
    const { attended, scores } = isAtOnce
      ? attendAtOnce(heads, mask, options.useCausalMask)
      : this.#attendByScores(this.headsForScores(heads), mask, options.training);
    const output = this.outputDense.apply(gate ? ops.multiply(attended, gate) : attended);
    return options.returnAttentionScores ? [output, scores!] : output;
  }

  /** That of the query, for the output. */
  override computeMask(_inputs: readonly Tensor[], mask: Masks): Tensor | undefined {
    return Array.isArray(mask) ? (mask as readonly (Tensor | undefined)[])[0] : undefined;
  }

  /** A projection; the layer takes it as its own. */
  protected project(
    name: string,
    config: Pick<EinsumDenseConfig, 'equation' | 'outputShape' | 'biasAxes' | 'activation'>,
  ): EinsumDense {
    const { useBias, activityRegularizer, ...options } = this.config;
    return new EinsumDense({
      ...config,
      name,
      dtype: this.dtypePolicy,
      biasAxes: useBias ? config.biasAxes! : null,
      kernelInitializer: options.kernelInitializer,
      biasInitializer: options.biasInitializer,
      kernelRegularizer: options.kernelRegularizer ?? null,
      biasRegularizer: options.biasRegularizer ?? null,
      activityRegularizer: activityRegularizer ?? null,
      kernelConstraint: options.kernelConstraint ?? null,
      biasConstraint: options.biasConstraint ?? null,
    });
  }

  /** The heads as they enter the scores: as many of keys and values as of queries. */
  protected headsForScores(heads: Heads): Heads {
    return heads;
  }

  /** The shapes of query, value and key. */
  protected requireInputs(shapes: Shapes): [PartialShape, PartialShape, PartialShape] {
    if (!isShapeList(shapes) || shapes.length < 2 || shapes.length > 3) {
      const received = isShapeList(shapes) ? `${shapes.length} inputs` : `one input of shape ${showShape(shapes)}`;
      throw new ShapeError(
        `Layer '${this.name}' must be called on [query, value] or [query, value, key]. Received: ${received}.`,
      );
    }
    const [query, value, key = value] = shapes as [PartialShape, PartialShape, PartialShape?];
    if (String(value.slice(1, -1)) !== String(key.slice(1, -1))) {
      throw new ShapeError(
        `Layer '${this.name}': value and key must have equal shapes but for the last axis. Received: ${showShape(value)} and ${showShape(key)}.`,
      );
    }
    return [query, value, key];
  }

  /** The penalty is on the projections. */
  protected override activityPenalty(): undefined {
    return undefined;
  }

  /** The mask of the query that counts: Keras's layers differ in it. */
  protected queryMaskOf(attached: Tensor | undefined, given: TensorLike | undefined): TensorLike | undefined {
    return given ?? attached;
  }

  /** Attention by way of its scores, which can be dropped and returned. Where all keys are masked, a query gets zeros. */
  #attendByScores({ query, key, value }: Heads, mask: Tensor | undefined, training: boolean | undefined): Attended {
    const { scores: equation, combine, axes } = this.equations;
    const scaled = ops.multiply(query, 1 / Math.sqrt(query.shape.at(-1)!));
    const scores = ops.einsum(equation, scaled, key);
    const wide = mask && expandMask(mask, scores.rank, axes);
    const along = Array.from({ length: axes }, (_, i) => scores.rank - axes + i);
    const weights = maskedSoftmax(`Layer '${this.name}'`, scores, along, wide);
    attachMask(weights, wide);
    const kept = this.dropoutLayer.apply(weights, { training });
    return { attended: ops.einsum(combine, kept, value), scores: weights };
  }

  /** Where a query may look at a key, `[batch, Tq, Tv]`; `undefined` if everywhere, or if the op sees to it. */
  #maskOf(query: Tensor, value: Tensor, options: ProjectedAttentionOptions, isAtOnce: boolean): Tensor | undefined {
    const attached = Array.isArray(options.mask) ? (options.mask as readonly (Tensor | undefined)[]) : [];
    const masks = [
      expanded(this.queryMaskOf(attached[0], options.queryMask), -1),
      expanded(options.valueMask ?? attached[1], -2),
      expanded(options.keyMask ?? attached[2], -2),
      options.attentionMask === undefined ? undefined : ops.cast(options.attentionMask, 'bool'),
    ];
    const [queries, keys] = [query.shape[1]!, value.shape[1]!];
    const window = this.config.slidingWindow;
    if (window) masks.push(windowMask(queries, keys, window));
    if (options.useCausalMask && (!isAtOnce || masks.some(Boolean))) masks.push(causalMask(queries, keys));
    return everyMask(masks);
  }
}

/** What the heads give, and how much each query looks at each key. */
interface Attended {
  readonly attended: Tensor;
  readonly scores?: Tensor;
}

/** Attention in one op. Where all keys are masked, a query looks at all of them. */
const attendAtOnce = ({ query, key, value }: Heads, mask: Tensor | undefined, isCausal = false): Attended => ({
  attended: ops.dotProductAttention(query, key, value, {
    mask: mask ? expandMask(mask, 4, 1) : null,
    isCausal: isCausal && !mask,
  }),
});

const expanded = (mask: TensorLike | undefined, axis: number): Tensor | undefined =>
  mask === undefined ? undefined : ops.expandDims(ops.cast(mask, 'bool'), axis);

/** A mask with the axes that scores have before those of attention, the heads' among them. */
function expandMask(mask: Tensor, rank: number, axes: number): Tensor {
  let wide = mask;
  while (wide.rank < rank) wide = ops.expandDims(wide, -axes * 2 - 1);
  return wide;
}
