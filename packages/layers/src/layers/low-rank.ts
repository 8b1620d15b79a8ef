import { ArgumentError, ops, requirePositiveInteger, type Tensor } from '@capas/core';
import type { Layer } from '../layer.ts';
import type { RegularizerIdentifier } from '../regularizers/index.ts';
import type { Weight } from '../weight.ts';

/** Options of layers whose kernel can be adapted with few weights. */
export interface LowRankConfig {
  /** Freezes the kernel and trains a sum to it of this rank, `loraAlpha / loraRank · a · b`. @defaultValue none */
  readonly loraRank?: number | null;
  /** The weight of that sum. @defaultValue `loraRank` */
  readonly loraAlpha?: number | null;
}

/** Whether a config asks for a sum of low rank; checks it. */
export function isLowRank(who: string, config: LowRankConfig & { readonly kernelConstraint?: unknown }): boolean {
  if (config.loraRank === undefined || config.loraRank === null) return false;
  requirePositiveInteger(who, 'loraRank', config.loraRank);
  if (config.kernelConstraint) {
    throw new ArgumentError(who, 'kernelConstraint', 'left out where loraRank is given', config.kernelConstraint);
  }
  return true;
}

/**
 * Adds the weights `lora_kernel_a` and `lora_kernel_b` of a frozen kernel `[…, units]` to a layer. Gives the kernel that it
 * computes with.
 *
 * @see LoRA, https://arxiv.org/abs/2106.09685; Keras 3, `Layer.enable_lora`
 */
export function addLowRank(
  layer: Layer,
  kernel: Weight,
  { loraRank, loraAlpha }: LowRankConfig,
  regularizer: RegularizerIdentifier | null | undefined,
): () => Tensor {
  const rank = loraRank!;
  const a = layer.addWeight('lora_kernel_a', [...kernel.shape.slice(0, -1), rank], 'heUniform', { regularizer });
  const b = layer.addWeight('lora_kernel_b', [rank, kernel.shape.at(-1)!], 'zeros', { regularizer });
  const total = (): Tensor => ops.add(kernel, ops.multiply(ops.matmul(a, b), (loraAlpha ?? rank) / rank));
  kernel.lowRank = { factors: [a, b], total };
  return total;
}
