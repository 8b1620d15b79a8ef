import type { ActivationIdentifier } from '../activations/index.ts';
import type { ConstraintIdentifier } from '../constraints/index.ts';
import type { InitializerIdentifier } from '../initializers/index.ts';
import type { LayerConfig } from '../layer-config.ts';
import type { RegularizerIdentifier } from '../regularizers/index.ts';

/** Options of the layers that multiply by a kernel, add a bias and apply an activation. */
export interface KernelConfig extends LayerConfig {
  /** Applied to each element of the output. @defaultValue `'linear'`: none */
  readonly activation?: ActivationIdentifier | null;
  /** Whether to add a bias vector. @defaultValue `true` */
  readonly useBias?: boolean;
  /** Start of `kernel`. @defaultValue `'glorotUniform'` */
  readonly kernelInitializer?: InitializerIdentifier;
  /** Start of `bias`. @defaultValue `'zeros'` */
  readonly biasInitializer?: InitializerIdentifier;
  readonly kernelRegularizer?: RegularizerIdentifier | null;
  readonly biasRegularizer?: RegularizerIdentifier | null;
  readonly kernelConstraint?: ConstraintIdentifier | null;
  readonly biasConstraint?: ConstraintIdentifier | null;
}

/** Keras's defaults of those options. */
export const kernelDefaults = {
  activation: 'linear',
  useBias: true,
  kernelInitializer: 'glorotUniform',
  biasInitializer: 'zeros',
} as const;
