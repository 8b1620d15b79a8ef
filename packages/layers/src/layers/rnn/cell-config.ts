import type { ActivationIdentifier } from '../../activations/index.ts';
import type { ConstraintIdentifier } from '../../constraints/index.ts';
import type { InitializerIdentifier } from '../../initializers/index.ts';
import type { LayerConfig } from '../../layer-config.ts';
import type { RegularizerIdentifier } from '../../regularizers/index.ts';

/** Options of the cells that multiply the input by a kernel and the state by a recurrent kernel. */
export interface CellConfig extends LayerConfig {
  /** Applied to what the cell makes of input and state; `null`: nothing. @defaultValue `'tanh'` */
  readonly activation?: ActivationIdentifier | null;
  /** Whether to add a bias vector. @defaultValue `true` */
  readonly useBias?: boolean;
  /** Start of `kernel`. @defaultValue `'glorotUniform'` */
  readonly kernelInitializer?: InitializerIdentifier;
  /** Start of `recurrent_kernel`. @defaultValue `'orthogonal'` */
  readonly recurrentInitializer?: InitializerIdentifier;
  /** Start of `bias`. @defaultValue `'zeros'` */
  readonly biasInitializer?: InitializerIdentifier;
  readonly kernelRegularizer?: RegularizerIdentifier | null;
  readonly recurrentRegularizer?: RegularizerIdentifier | null;
  readonly biasRegularizer?: RegularizerIdentifier | null;
  readonly kernelConstraint?: ConstraintIdentifier | null;
  readonly recurrentConstraint?: ConstraintIdentifier | null;
  readonly biasConstraint?: ConstraintIdentifier | null;
  /** The share of the input's elements that are dropped while training, the same ones in every step. @defaultValue 0 */
  readonly dropout?: number;
  /** The share of the state's elements that are dropped while training, the same ones in every step. @defaultValue 0 */
  readonly recurrentDropout?: number;
  /** Makes what is dropped repeatable. @defaultValue drawn from the process-wide seed */
  readonly seed?: number | null;
}

/** Keras's defaults of those options. */
export const cellDefaults = {
  activation: 'tanh',
  useBias: true,
  kernelInitializer: 'glorotUniform',
  recurrentInitializer: 'orthogonal',
  biasInitializer: 'zeros',
  dropout: 0,
  recurrentDropout: 0,
} as const;

/** Options of the cells whose gates have an activation of their own. */
export interface GatedCellConfig extends CellConfig {
  /** The size of the state and the output: an integer above 0. */
  readonly units: number;
  /** Applied to the gates; `null`: nothing. @defaultValue `'sigmoid'` */
  readonly recurrentActivation?: ActivationIdentifier | null;
  /** 1: each gate drops elements of its own, as it always is with `recurrentDropout`; 2: all drop the same. @defaultValue 2 */
  readonly implementation?: 1 | 2;
}

/** Keras's defaults of the options that they have beside those of all cells. */
export const gateDefaults = { recurrentActivation: 'sigmoid', implementation: 2 } as const;

/** Whether each gate has a dropout mask of its own. */
export const hasMaskForEachGate = ({ implementation = 2, recurrentDropout = 0 }: GatedCellConfig): boolean =>
  implementation === 1 || recurrentDropout > 0;
