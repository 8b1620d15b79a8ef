import { type FanAxesConfig, VarianceScaling } from './variance-scaling.ts';

/**
 * Uniform values in `±√(6 / fanIn)`, for layers with relu.
 *
 * @see He et al., 2015, https://arxiv.org/abs/1502.01852
 */
export class HeUniform extends VarianceScaling {
  static override readonly className = 'HeUniform';

  constructor(config: FanAxesConfig = {}) {
    super({ ...config, scale: 2, mode: 'fanIn', distribution: 'uniform' });
  }
}

/** Makes a {@link HeUniform} initializer. */
export const heUniform = (config: FanAxesConfig = {}): HeUniform => new HeUniform(config);
