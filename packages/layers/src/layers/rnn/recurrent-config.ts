import { ArgumentError } from '@capas/core';
import type { LayerConfig } from '../../layer-config.ts';

/** Options of all recurrent layers. */
export interface RecurrentConfig extends LayerConfig {
  /** Whether to give the outputs of all steps, `[batch, steps, …]`, rather than that of the last. @defaultValue `false` */
  readonly returnSequences?: boolean;
  /** Whether to give the last states too, behind the output. @defaultValue `false` */
  readonly returnState?: boolean;
  /** From the last step to the first; the outputs are in that order. @defaultValue `false` */
  readonly goBackwards?: boolean;
  /** Whether each batch starts with the last states of the batch before. The batch size must be known. @defaultValue `false` */
  readonly stateful?: boolean;
  /** Whether compiled steps hold one copy of the cell for each step of the sequence, rather than a loop. @defaultValue `false` */
  readonly unroll?: boolean;
  /** Whether the output of a masked step is 0, rather than that of the step before. @defaultValue `false` */
  readonly zeroOutputForMask?: boolean;
}

/** Keras's defaults of those options. */
export const recurrentDefaults = {
  returnSequences: false,
  returnState: false,
  goBackwards: false,
  stateful: false,
  unroll: false,
  zeroOutputForMask: false,
} as const;

/** The options in the config of a layer that are those of its cell, and the name of the cell. */
export function cellConfigOf<Config extends RecurrentConfig>(
  config: Config,
  name: string,
): Omit<Config, Exclude<keyof RecurrentConfig, 'trainable' | 'dtype'>> & { readonly name: string } {
  const {
    name: _,
    returnSequences: _sequences,
    returnState: _state,
    goBackwards: _backwards,
    stateful: _stateful,
    unroll: _unroll,
    zeroOutputForMask: _zero,
    inputShape: _shape,
    batchInputShape: _batchShape,
    activityRegularizer: _activity,
    ...cell
  } = config;
  return { ...cell, name };
}

/** Keras's choice of a kernel of the GPU's library for recurrent layers. Here the backend chooses, with the same results. */
export interface CudnnOption {
  /** @defaultValue `'auto'` */
  readonly useCudnn?: boolean | 'auto';
}

/** Throws unless a value is one of that option. */
export function requireCudnn(who: string, value: unknown): void {
  if (value === undefined || value === 'auto' || typeof value === 'boolean') return;
  throw new ArgumentError(who, 'useCudnn', "'auto', true or false", value);
}
