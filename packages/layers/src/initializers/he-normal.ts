import { type FanAxesConfig, VarianceScaling } from './variance-scaling.ts';

/**
 * Normal values, cut off at two deviations, with variance `2 / fanIn`, for layers with relu.
 *
 * @see He et al., 2015, https://arxiv.org/abs/1502.01852
 */
export class HeNormal extends VarianceScaling {
  static override readonly className = 'HeNormal';

  constructor(config: FanAxesConfig = {}) {
    super({ ...config, scale: 2, mode: 'fanIn', distribution: 'truncatedNormal' });
  }
}

/** Makes a {@link HeNormal} initializer. */
export const heNormal = (config: FanAxesConfig = {}): HeNormal => new HeNormal(config);
