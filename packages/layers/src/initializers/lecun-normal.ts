import { type FanAxesConfig, VarianceScaling } from './variance-scaling.ts';

/**
 * Normal values, cut off at two deviations, with variance `1 / fanIn`, for layers with selu.
 *
 * @see LeCun et al., 1998, Efficient BackProp
 */
export class LecunNormal extends VarianceScaling {
  static override readonly className = 'LecunNormal';

  constructor(config: FanAxesConfig = {}) {
    super({ ...config, scale: 1, mode: 'fanIn', distribution: 'truncatedNormal' });
  }
}

/** Makes a {@link LecunNormal} initializer. */
export const lecunNormal = (config: FanAxesConfig = {}): LecunNormal => new LecunNormal(config);
