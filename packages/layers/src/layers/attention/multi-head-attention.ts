import { ArgumentError, type PartialShape, requirePositiveInteger, type Tensor, type TensorLike } from '@capas/core';
import type { Resolved, Shapes } from '../../layer-config.ts';
import type { SymbolicTensor } from '../../symbolic-tensor.ts';
import { attentionEquations, projectionEquation } from './attention-equations.ts';
import type { WithScores } from './attention-options.ts';
import {
  ProjectedAttention,
  type ProjectedAttentionConfig,
  type ProjectedAttentionOptions,
  projectedAttentionDefaults,
  type ScoreEquations,
} from './projected-attention.ts';

/** Options of {@link MultiHeadAttention}. */
export interface MultiHeadAttentionConfig extends ProjectedAttentionConfig {
  /** The number of heads: an integer above 0. */
  readonly numHeads: number;
  /** The size of query and key in each head: an integer above 0. */
  readonly keyDim: number;
  /** The size of the value in each head. @defaultValue `keyDim` */
  readonly valueDim?: number | null;
  /** The last axis, or axes, of the output. @defaultValue that of the query */
  readonly outputShape?: number | readonly number[] | null;
  /** The axes that attention goes along, counted with the batch axis. @defaultValue all but batch and features */
  readonly attentionAxes?: number | readonly number[] | null;
}

/** How it is called: asked for the scores, it gives them beside the output. */
export interface MultiHeadAttention {
  (inputs: readonly SymbolicTensor[], options: WithScores<ProjectedAttentionOptions>): [SymbolicTensor, SymbolicTensor];
  (inputs: readonly TensorLike[], options: WithScores<ProjectedAttentionOptions>): [Tensor, Tensor];
}

/**
 * Attention by several heads: each projects query, key and value, and attends; what they give is projected once more.
 *
 * Called on `[query, value]` or `[query, value, key]`; without a key, the value is the key.
 *
 * Shapes: `[batch, Tq, dim]`, `[batch, Tv, dimValue]`, `[batch, Tv, dimKey]` → `[batch, Tq, dim]`; scores
 * `[batch, numHeads, Tq, Tv]`. More axes than one may stand in the place of `T`.
 * Weights: kernels and biases of `query`, `key`, `gate` (with `useGate`), `value` and `attention_output`.
 *
 * @throws ArgumentError if a number is not an integer above 0; ShapeError if key and value differ in more than the last axis
 * @see Vaswani et al., 2017, https://arxiv.org/abs/1706.03762; Keras 3, `keras/src/layers/attention/multi_head_attention.py`
 * @example
 * const attend = new MultiHeadAttention({ numHeads: 8, keyDim: 64 });
 * attend.apply([x, x], { useCausalMask: true }); // x: [batch, steps, features]
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: see the interface above
export class MultiHeadAttention extends ProjectedAttention<
  Resolved<MultiHeadAttentionConfig, typeof projectedAttentionDefaults>
> {
  static override readonly className = 'MultiHeadAttention';
  protected override equations!: ScoreEquations;
  readonly #valueDim: number;

  constructor(config: MultiHeadAttentionConfig) {
    super({ ...projectedAttentionDefaults, ...config });
    const { numHeads, keyDim, valueDim, outputShape, attentionAxes } = config;
    requirePositiveInteger('MultiHeadAttention', 'numHeads', numHeads);
    requirePositiveInteger('MultiHeadAttention', 'keyDim', keyDim);
    this.#valueDim = requirePositiveInteger('MultiHeadAttention', 'valueDim', valueDim ?? keyDim);
    requireIntegers('outputShape', outputShape);
    requireIntegers('attentionAxes', attentionAxes);
  }

  override build(inputShape: Shapes): void {
    const [query, value, key] = this.requireInputs(inputShape);
    const { numHeads, keyDim, useGate, attentionAxes } = this.config;
    const perHead = (name: string, { length }: PartialShape, dim: number, activation: 'sigmoid' | null = null) =>
      this.project(name, { ...projectionEquation(length - 1, 1, [numHeads, dim]), activation });
    this.queryDense = perHead('query', query, keyDim);
    this.keyDense = perHead('key', key, keyDim);
    if (useGate) this.gateDense = perHead('gate', query, this.#valueDim, 'sigmoid');
    this.valueDense = perHead('value', value, this.#valueDim);
    this.outputDense = this.project(
      'attention_output',
      projectionEquation(query.length - 1, 2, this.#outputSizes(query)),
    );
    this.equations = attentionEquations(value.length + 1, attentionAxes ?? null);
    this.queryDense.ensureBuilt(query);
    this.keyDense.ensureBuilt(key);
    this.gateDense?.ensureBuilt(query);
    this.valueDense.ensureBuilt(value);
    this.outputDense.ensureBuilt([...query.slice(0, -1), numHeads, this.#valueDim]);
  }

  override computeOutputShape(inputShape: Shapes, options: ProjectedAttentionOptions = {}): Shapes {
    const [query, value] = this.requireInputs(inputShape);
    const output = [...query.slice(0, -1), ...this.#outputSizes(query)];
    if (!options.returnAttentionScores) return output;
    const { attentionAxes, numHeads } = this.config;
    const { attended } = attentionEquations(query.length + 1, attentionAxes ?? null);
    const batch = query.slice(0, -1).filter((_, axis) => !attended.includes(axis));
    return [
      output,
      [...batch, numHeads, ...attended.map((axis) => query[axis]!), ...attended.map((axis) => value[axis]!)],
    ];
  }

  /** Keras's layer hears only of the mask that the query carries. */
  protected override queryMaskOf(attached: Tensor | undefined, _given: TensorLike | undefined): Tensor | undefined {
    return attached;
  }

  #outputSizes(query: PartialShape): PartialShape {
    const { outputShape } = this.config;
    return outputShape === undefined || outputShape === null ? [query.at(-1)!] : [outputShape].flat();
  }
}

function requireIntegers(argument: string, value: unknown): void {
  if (value === undefined || value === null || [value].flat().every(Number.isInteger)) return;
  throw new ArgumentError('MultiHeadAttention', argument, 'an integer, a list of integers or null', value);
}

/** Short for `new MultiHeadAttention(config)`. */
export const multiHeadAttention = (config: MultiHeadAttentionConfig): MultiHeadAttention =>
  new MultiHeadAttention(config);
