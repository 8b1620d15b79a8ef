import {
  ops,
  type PartialShape,
  random,
  requireNumber,
  requireOneOf,
  SeedGenerator,
  ShapeError,
  showShape,
  type Tensor,
  type TensorLike,
} from '@capas/core';
import { Layer } from '../../layer.ts';
import { isShapeList, type LayerConfig, type Resolved, type Shapes } from '../../layer-config.ts';
import type { Masks } from '../../masking.ts';
import type { SymbolicTensor } from '../../symbolic-tensor.ts';
import type { Weight } from '../../weight.ts';
import type { AttentionOptions, WithScores } from './attention-options.ts';
import { causalMask } from './score-masks.ts';

/** Options of {@link Attention}. */
export interface AttentionConfig extends LayerConfig {
  /** Whether a learned factor scales the scores. @defaultValue `false` */
  readonly useScale?: boolean;
  /** `'dot'`: `q · k`; `'concat'`: `w Σ tanh(q + k)`. @defaultValue `'dot'` */
  readonly scoreMode?: 'dot' | 'concat';
  /** The share of the weights of the keys that are set to 0 while training. @defaultValue 0 */
  readonly dropout?: number;
  /** Makes the sequence of masks repeatable. @defaultValue drawn from the process-wide seed */
  readonly seed?: number | null;
}

const defaults = { useScale: false, scoreMode: 'dot', dropout: 0 } as const;

/** How it is called: asked for the scores, it gives them beside the output. */
export interface Attention {
  (inputs: readonly SymbolicTensor[], options: WithScores<AttentionOptions>): [SymbolicTensor, SymbolicTensor];
  (inputs: readonly TensorLike[], options: WithScores<AttentionOptions>): [Tensor, Tensor];
}

/**
 * Attention by dot products: `softmax(query · keyᵀ) · value`.
 *
 * Called on `[query, value]` or `[query, value, key]`; without a key, the value is the key.
 *
 * Shapes: `[batch, Tq, dim]`, `[batch, Tv, dimValue]`, `[batch, Tv, dim]` → `[batch, Tq, dimValue]`; scores `[batch, Tq, Tv]`.
 * Weights: `scale []` with `useScale`, `concat_score_weight []` with `scoreMode: 'concat'`.
 * Masks: `[queryMask, valueMask]`; what is masked in the query becomes 0, what is masked in the value does not count.
 *
 * @throws ShapeError if it is not called on two or three inputs
 * @see Keras 3, `keras/src/layers/attention/attention.py`
 * @example
 * new Attention().apply([query, value], { useCausalMask: true });
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: see the interface above
export class Attention extends Layer<Resolved<AttentionConfig, typeof defaults>, AttentionOptions> {
  static override readonly className: string = 'Attention';
  scale: Weight | undefined;
  concatScoreWeight: Weight | undefined;
  readonly #seeds: SeedGenerator | undefined;

  constructor(config: AttentionConfig = {}) {
    super({ ...defaults, ...config });
    const { className } = new.target;
    requireOneOf(className, 'scoreMode', this.config.scoreMode, ['dot', 'concat']);
    if (requireNumber(className, 'dropout', this.config.dropout, 0, 1) > 0)
      this.#seeds = new SeedGenerator(config.seed ?? undefined);
    this.supportsMasking = true;
  }

  override build(inputShape: Shapes): void {
    this.requireInputs(inputShape);
    if (this.config.useScale) this.scale = this.addWeight('scale', [], 'ones');
    if (this.config.scoreMode === 'concat') this.concatScoreWeight = this.addWeight('concat_score_weight', [], 'ones');
  }

  override call(inputs: readonly Tensor[], options: AttentionOptions): Tensor | readonly Tensor[] {
    const [query, value, key = value] = inputs as [Tensor, Tensor, Tensor?];
    const [queryMask, valueMask] = this.#requireMasks(options.mask);
    const scores = this.scoresOf(query, key);
    const counts = scoresThatCount(scores, valueMask, options.useCausalMask ?? false);
    const weights = ops.softmax(counts ? ops.where(counts, scores, ops.subtract(scores, FAR)) : scores);
    const kept =
      options.training && this.#seeds ? random.dropout(weights, this.config.dropout, { seed: this.#seeds }) : weights;
    const output = ops.matmul(kept, value);
    const result = queryMask ? ops.where(ops.expandDims(queryMask, -1), output, 0) : output;
    return options.returnAttentionScores ? [result, kept] : result;
  }

  override computeMask(_inputs: readonly Tensor[], mask: Masks): Tensor | undefined {
    return this.#requireMasks(mask)[0];
  }

  override computeOutputShape(inputShape: Shapes, options: AttentionOptions = {}): Shapes {
    const [query, value, key = value] = this.requireInputs(inputShape);
    const output = [...query.slice(0, -1), value.at(-1)!];
    return options.returnAttentionScores ? [output, [...query.slice(0, -1), key.at(-2)!]] : output;
  }

  override dispose(): void {
    this.#seeds?.dispose();
    super.dispose();
  }

  /** How much each query looks at each key: `[batch, Tq, Tv]`. */
  protected scoresOf(query: Tensor, key: Tensor): Tensor {
    if (this.config.scoreMode === 'dot') {
      const scores = ops.matmul(query, ops.swapaxes(key, -2, -1));
      return this.scale ? ops.multiply(scores, this.scale) : scores;
    }
    const sums = ops.add(ops.expandDims(query, -2), ops.expandDims(key, -3));
    const bent = ops.tanh(this.scale ? ops.multiply(this.scale, sums) : sums);
    return ops.multiply(this.concatScoreWeight!, ops.sum(bent, { axis: -1 }));
  }

  /** The shapes of query, value and key. */
  protected requireInputs(shapes: Shapes): [PartialShape, PartialShape, PartialShape?] {
    if (isShapeList(shapes) && (shapes.length === 2 || shapes.length === 3))
      return [...shapes] as [PartialShape, PartialShape, PartialShape?];
    const received = isShapeList(shapes) ? `${shapes.length} inputs` : `one input of shape ${showShape(shapes)}`;
    throw new ShapeError(
      `Layer '${this.name}' must be called on [query, value] or [query, value, key]. Received: ${received}.`,
    );
  }

  #requireMasks(mask: Masks): readonly (Tensor | undefined)[] {
    if (!mask) return [];
    if (Array.isArray(mask) && (mask.length === 2 || mask.length === 3))
      return (mask as readonly (Tensor | null | undefined)[]).map((one) => one ?? undefined);
    throw new ShapeError(`Layer '${this.name}': \`mask\` must be [queryMask, valueMask], each a tensor or undefined.`);
  }
}

/** What a masked score is lowered by. */
const FAR = 1e9;

/** Where scores count, broadcast to `[batch, Tq, Tv]`; `undefined`: everywhere. */
function scoresThatCount(scores: Tensor, valueMask: Tensor | undefined, isCausal: boolean): Tensor | undefined {
  const keys = valueMask && (valueMask.rank === 2 ? ops.expandDims(valueMask, -2) : valueMask);
  if (!isCausal) return keys;
  const past = causalMask(scores.shape.at(-2)!, scores.shape.at(-1)!);
  return keys ? ops.logicalAnd(keys, past) : past;
}

/** Short for `new Attention(config)`. */
export const attention = (config: AttentionConfig = {}): Attention => new Attention(config);
