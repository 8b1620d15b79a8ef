import type { ActivationIdentifier } from '../activations/index.ts';
import type { ConstraintIdentifier } from '../constraints/index.ts';
import type { InitializerIdentifier } from '../initializers/index.ts';
import type { LayerConfig } from '../layer-config.ts';
import type { RegularizerIdentifier } from '../regularizers/index.ts';

/** Options of the layers that add a bias to a product and apply an activation. */
export interface BiasConfig extends LayerConfig {
  /** Applied to each element of the output. @defaultValue `'linear'`: none */
  readonly activation?: ActivationIdentifier | null;
  /** Whether to add a bias vector. @defaultValue `true` */
  readonly useBias?: boolean;
  /** Start of `bias`. @defaultValue `'zeros'` */
  readonly biasInitializer?: InitializerIdentifier;
  readonly biasRegularizer?: RegularizerIdentifier | null;
  readonly biasConstraint?: ConstraintIdentifier | null;
}

/** Keras's defaults of those options. */
export const biasDefaults = { activation: 'linear', useBias: true, biasInitializer: 'zeros' } as const;

/** Options of the layers that multiply by a kernel, add a bias and apply an activation. */
export interface KernelConfig extends BiasConfig {
  /** Start of `kernel`. @defaultValue `'glorotUniform'` */
  readonly kernelInitializer?: InitializerIdentifier;
  readonly kernelRegularizer?: RegularizerIdentifier | null;
  readonly kernelConstraint?: ConstraintIdentifier | null;
}

/** Keras's defaults of those options. */
export const kernelDefaults: typeof biasDefaults & { readonly kernelInitializer: 'glorotUniform' } = {
  ...biasDefaults,
  kernelInitializer: 'glorotUniform',
};
