import type { CallOptions } from '../../layer-config.ts';

/** What is passed to the call of an attention layer beside its inputs. */
export interface AttentionOptions extends CallOptions {
  /** Whether the scores are returned too: the layer then gives `[output, scores]`. @defaultValue `false` */
  readonly returnAttentionScores?: boolean | undefined;
  /** Whether a query sees only keys up to its own place. @defaultValue `false` */
  readonly useCausalMask?: boolean | undefined;
}

/** Options that ask for the scores. */
export type WithScores<Options extends AttentionOptions> = Options & { readonly returnAttentionScores: true };
