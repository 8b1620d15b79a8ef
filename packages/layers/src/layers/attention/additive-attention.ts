import { ops, type Tensor } from '@capas/core';
import type { Shapes } from '../../layer-config.ts';
import { Attention, type AttentionConfig } from './attention.ts';

/** Options of {@link AdditiveAttention}. */
export interface AdditiveAttentionConfig extends Omit<AttentionConfig, 'useScale' | 'scoreMode'> {
  /** Whether learned factors weigh the features. @defaultValue `true` */
  readonly useScale?: boolean;
}

const defaults = { useScale: true } as const;

/**
 * Attention by sums, after Bahdanau: `softmax(Σ scale · tanh(query + key)) · value`.
 *
 * Called on `[query, value]` or `[query, value, key]`; masks and shapes as in `Attention`.
 *
 * Weights: `scale [dim]` with `useScale`.
 *
 * @see Keras 3, `keras/src/layers/attention/additive_attention.py`
 * @example
 * new AdditiveAttention().apply([query, value]);
 */
export class AdditiveAttention extends Attention {
  static override readonly className = 'AdditiveAttention';

  constructor(config: AdditiveAttentionConfig = {}) {
    super({ ...defaults, ...config });
  }

  override build(inputShape: Shapes): void {
    const [query] = this.requireInputs(inputShape);
    if (this.config.useScale) this.scale = this.addWeight('scale', [query.at(-1)!], 'glorotUniform');
  }

  protected override scoresOf(query: Tensor, key: Tensor): Tensor {
    const bent = ops.tanh(ops.add(ops.expandDims(query, -2), ops.expandDims(key, -3)));
    return ops.sum(this.scale ? ops.multiply(this.scale, bent) : bent, { axis: -1 });
  }
}

/** Short for `new AdditiveAttention(config)`. */
export const additiveAttention = (config: AdditiveAttentionConfig = {}): AdditiveAttention =>
  new AdditiveAttention(config);
