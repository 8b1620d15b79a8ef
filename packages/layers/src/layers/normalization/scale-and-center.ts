import type { PartialShape } from '@capas/core';
import type { ConstraintIdentifier } from '../../constraints/index.ts';
import type { InitializerIdentifier } from '../../initializers/index.ts';
import type { Layer } from '../../layer.ts';
import type { LayerConfig } from '../../layer-config.ts';
import type { RegularizerIdentifier } from '../../regularizers/index.ts';
import type { Weight } from '../../weight.ts';

/** Options of the layers that scale and shift what they have normalized. */
export interface ScaleAndCenterConfig extends LayerConfig {
  /** Added to the variance, against division by zero. @defaultValue 1e-3 */
  readonly epsilon?: number;
  /** Whether to add the weight `beta`. @defaultValue `true` */
  readonly center?: boolean;
  /** Whether to multiply by the weight `gamma`. @defaultValue `true` */
  readonly scale?: boolean;
  /** Start of `beta`. @defaultValue `'zeros'` */
  readonly betaInitializer?: InitializerIdentifier;
  /** Start of `gamma`. @defaultValue `'ones'` */
  readonly gammaInitializer?: InitializerIdentifier;
  readonly betaRegularizer?: RegularizerIdentifier | null;
  readonly gammaRegularizer?: RegularizerIdentifier | null;
  readonly betaConstraint?: ConstraintIdentifier | null;
  readonly gammaConstraint?: ConstraintIdentifier | null;
}

/** Keras's defaults of those options. */
export const scaleAndCenterDefaults = {
  epsilon: 1e-3,
  center: true,
  scale: true,
  betaInitializer: 'zeros',
  gammaInitializer: 'ones',
} as const;

/** The weights `gamma` and `beta`, each where the options want it. */
export function addScaleAndCenter(
  layer: Layer,
  config: ScaleAndCenterConfig,
  shape: PartialShape,
): { readonly gamma: Weight | undefined; readonly beta: Weight | undefined } {
  const { scale, center, gammaInitializer, betaInitializer } = { ...scaleAndCenterDefaults, ...config };
  const gamma = scale
    ? layer.addWeight('gamma', shape, gammaInitializer, {
        regularizer: config.gammaRegularizer,
        constraint: config.gammaConstraint,
        autocast: false,
      })
    : undefined;
  const beta = center
    ? layer.addWeight('beta', shape, betaInitializer, {
        regularizer: config.betaRegularizer,
        constraint: config.betaConstraint,
        autocast: false,
      })
    : undefined;
  return { gamma, beta };
}
