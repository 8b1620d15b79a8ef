import { ArgumentError } from '@capas/core';
import { Adam, type AdamConfig } from './adam.ts';

/**
 * {@link Adam} with weight decay, 0.004 unless given, that does not pass through the moving means.
 *
 * @see Loshchilov and Hutter, 2017, https://arxiv.org/abs/1711.05101
 */
export class AdamW extends Adam {
  static override readonly className = 'AdamW';

  constructor(config: AdamConfig = {}) {
    const { weightDecay = 0.004 } = config;
    if (weightDecay === null) throw new ArgumentError('AdamW', 'weightDecay', 'a number', weightDecay);
    super({ ...config, weightDecay });
  }
}

/** Makes an {@link AdamW} optimizer. */
export const adamW = (config: AdamConfig = {}): AdamW => new AdamW(config);
