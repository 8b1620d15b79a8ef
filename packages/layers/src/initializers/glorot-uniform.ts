import { type FanAxesConfig, VarianceScaling } from './variance-scaling.ts';

/**
 * Uniform values in `±√(6 / (fanIn + fanOut))`; Keras's default for kernels.
 *
 * @see Glorot and Bengio, 2010, https://proceedings.mlr.press/v9/glorot10a.html
 */
export class GlorotUniform extends VarianceScaling {
  static override readonly className = 'GlorotUniform';

  constructor(config: FanAxesConfig = {}) {
    super({ ...config, scale: 1, mode: 'fanAvg', distribution: 'uniform' });
  }
}

/** Makes a {@link GlorotUniform} initializer. */
export const glorotUniform = (config: FanAxesConfig = {}): GlorotUniform => new GlorotUniform(config);
