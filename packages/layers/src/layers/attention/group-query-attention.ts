import {
  ArgumentError,
  ops,
  type PartialShape,
  requirePositiveInteger,
  ShapeError,
  showShape,
  type Tensor,
  type TensorLike,
} from '@capas/core';
import type { Resolved, Shapes } from '../../layer-config.ts';
import type { SymbolicTensor } from '../../symbolic-tensor.ts';
import type { WithScores } from './attention-options.ts';
import {
  type Heads,
  ProjectedAttention,
  type ProjectedAttentionConfig,
  type ProjectedAttentionOptions,
  projectedAttentionDefaults,
} from './projected-attention.ts';

/** Options of {@link GroupQueryAttention}. */
export interface GroupQueryAttentionConfig extends ProjectedAttentionConfig {
  /** The size of query, key and value in each head: an integer above 0. */
  readonly headDim: number;
  /** The number of heads of the query: a multiple of those of key and value. */
  readonly numQueryHeads: number;
  /** The number of heads of key and value; with 1 it is multi-query attention. */
  readonly numKeyValueHeads: number;
}

/** How it is called: asked for the scores, it gives them beside the output. */
export interface GroupQueryAttention {
  (inputs: readonly SymbolicTensor[], options: WithScores<ProjectedAttentionOptions>): [SymbolicTensor, SymbolicTensor];
  (inputs: readonly TensorLike[], options: WithScores<ProjectedAttentionOptions>): [Tensor, Tensor];
}

/**
 * Attention by several heads, groups of which share key and value: fewer weights, and less to keep when generating.
 *
 * Called on `[query, value]` or `[query, value, key]`; without a key, the value is the key.
 *
 * Shapes: `[batch, Tq, dim]`, `[batch, Tv, dim]` twice → `[batch, Tq, dim]`; scores `[batch, numQueryHeads, Tq, Tv]`.
 * Weights: kernels and biases of `query`, `key`, `gate` (with `useGate`), `value` and `attention_output`.
 *
 * @throws ArgumentError if a number is not an integer above 0, or the heads cannot be grouped; ShapeError if inputs do not fit
 * @see Ainslie et al., 2023, https://arxiv.org/abs/2305.13245; Keras 3, `keras/src/layers/attention/grouped_query_attention.py`
 * @example
 * new GroupQueryAttention({ headDim: 64, numQueryHeads: 8, numKeyValueHeads: 2 }).apply([x, x]);
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: see the interface above
export class GroupQueryAttention extends ProjectedAttention<
  Resolved<GroupQueryAttentionConfig, typeof projectedAttentionDefaults>
> {
  // the name of its class in Keras, and so of its layers, is another than that which it is exported under
  static override readonly className = 'GroupedQueryAttention';
  /** As it stands in files. */
  static readonly exportedName = 'GroupQueryAttention';
  static override readonly savedNames: Readonly<Record<string, string>> = {
    ...ProjectedAttention.savedNames,
    queryDense: '_query_dense',
    keyDense: '_key_dense',
    valueDense: '_value_dense',
    outputDense: '_output_dense',
  };
  protected override readonly equations = { scores: 'bquh,bkuh->buqk', combine: 'buqk,bkuh->bquh', axes: 1 };

  constructor(config: GroupQueryAttentionConfig) {
    super({ ...projectedAttentionDefaults, ...config });
    for (const argument of ['headDim', 'numQueryHeads', 'numKeyValueHeads'] as const)
      requirePositiveInteger('GroupQueryAttention', argument, config[argument]);
    if (config.numQueryHeads % config.numKeyValueHeads !== 0) {
      const expected = `a multiple of \`numKeyValueHeads\` (${config.numKeyValueHeads})`;
      throw new ArgumentError('GroupQueryAttention', 'numQueryHeads', expected, config.numQueryHeads);
    }
  }

  override build(inputShape: Shapes): void {
    const [query, value, key] = this.requireInputs(inputShape);
    const { headDim, numQueryHeads, numKeyValueHeads, useGate } = this.config;
    const perQuery = { equation: 'bqm,muh->bquh', outputShape: [null, numQueryHeads, headDim], biasAxes: 'uh' };
    const perKey = { equation: 'bkm,mvh->bkvh', outputShape: [null, numKeyValueHeads, headDim], biasAxes: 'vh' };
    this.queryDense = this.project('query', perQuery);
    this.keyDense = this.project('key', perKey);
    if (useGate) this.gateDense = this.project('gate', { ...perQuery, activation: 'sigmoid' });
    this.valueDense = this.project('value', perKey);
    this.outputDense = this.project('attention_output', {
      equation: 'bquh,uhm->bqm',
      outputShape: [null, query.at(-1)!],
      biasAxes: 'm',
    });
    this.queryDense.ensureBuilt(query);
    this.keyDense.ensureBuilt(key);
    this.gateDense?.ensureBuilt(query);
    this.valueDense.ensureBuilt(value);
    this.outputDense.ensureBuilt([null, null, numQueryHeads, headDim]);
  }

  override computeOutputShape(inputShape: Shapes, options: ProjectedAttentionOptions = {}): Shapes {
    const [query, value] = this.requireInputs(inputShape);
    if (query.at(-1) !== value.at(-1)) this.#refuse(query, value, ' with as many features');
    const [batch, queries, ...rest] = query;
    const output = [batch!, queries!, ...rest];
    return options.returnAttentionScores ? [output, [batch!, this.config.numQueryHeads, queries!, value[1]!]] : output;
  }

  protected override headsForScores({ query, key, value }: Heads): Heads {
    const count = this.config.numQueryHeads / this.config.numKeyValueHeads;
    return { query, key: ops.repeat(key, count, { axis: 2 }), value: ops.repeat(value, count, { axis: 2 }) };
  }

  protected override requireInputs(shapes: Shapes): [PartialShape, PartialShape, PartialShape] {
    const [query, value, key] = super.requireInputs(shapes);
    if (query.length !== 3) this.#refuse(query, value);
    return [query, value, key];
  }

  /** Query and value may differ in features where the layer is called on tensors, as in Keras. */
  #refuse(query: PartialShape, value: PartialShape, more = ''): never {
    throw new ShapeError(
      `Layer '${this.name}': query and value must be [batch, steps, features]${more}. Received: ${showShape(query)} and ${showShape(value)}.`,
    );
  }
}

/** Short for `new GroupQueryAttention(config)`. */
export const groupQueryAttention = (config: GroupQueryAttentionConfig): GroupQueryAttention =>
  new GroupQueryAttention(config);
