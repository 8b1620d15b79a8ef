import { type FanAxesConfig, VarianceScaling } from './variance-scaling.ts';

/**
 * Uniform values in `±√(3 / fanIn)`.
 *
 * @see LeCun et al., 1998, Efficient BackProp
 */
export class LecunUniform extends VarianceScaling {
  static override readonly className = 'LecunUniform';

  constructor(config: FanAxesConfig = {}) {
    super({ ...config, scale: 1, mode: 'fanIn', distribution: 'uniform' });
  }
}

/** Makes a {@link LecunUniform} initializer. */
export const lecunUniform = (config: FanAxesConfig = {}): LecunUniform => new LecunUniform(config);
