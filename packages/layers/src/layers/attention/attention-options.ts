import type { Tensor, TensorLike } from '@capas/core';
import type { CallOptions } from '../../layer-config.ts';
import type { Structure } from '../../structure.ts';
import type { SymbolicTensor } from '../../symbolic-tensor.ts';

/** What is passed to the call of an attention layer beside its inputs. */
export interface AttentionOptions extends CallOptions {
  /** Whether the scores are returned too: the layer then gives `[output, scores]`. @defaultValue `false` */
  readonly returnAttentionScores?: boolean | undefined;
  /** Whether a query sees only keys up to its own place. @defaultValue `false` */
  readonly useCausalMask?: boolean | undefined;
}

/** The signatures of a call of an attention layer: with `returnAttentionScores` there are two results. */
export interface AttentionCall<Options extends AttentionOptions> {
  (inputs: Structure<SymbolicTensor>, options: WithScores<Options>): [SymbolicTensor, SymbolicTensor];
  (inputs: Structure<TensorLike>, options: WithScores<Options>): [Tensor, Tensor];
  (inputs: Structure<SymbolicTensor>, options?: Options): SymbolicTensor;
  (inputs: Structure<TensorLike>, options?: Options): Tensor;
}

/** Options that ask for the scores. */
export type WithScores<Options extends AttentionOptions> = Options & { readonly returnAttentionScores: true };
