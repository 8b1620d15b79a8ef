import { type FanAxesConfig, VarianceScaling } from './variance-scaling.ts';

/**
 * Normal values, cut off at two deviations, with variance `2 / (fanIn + fanOut)`.
 *
 * @see Glorot and Bengio, 2010, https://proceedings.mlr.press/v9/glorot10a.html
 */
export class GlorotNormal extends VarianceScaling {
  static override readonly className = 'GlorotNormal';

  constructor(config: FanAxesConfig = {}) {
    super({ ...config, scale: 1, mode: 'fanAvg', distribution: 'truncatedNormal' });
  }
}

/** Makes a {@link GlorotNormal} initializer. */
export const glorotNormal = (config: FanAxesConfig = {}): GlorotNormal => new GlorotNormal(config);
