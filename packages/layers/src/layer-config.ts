import type { DType, dtypePolicies, PartialShape } from '@capas/core';
import type { Constraint, ConstraintIdentifier } from './constraints/index.ts';
import type { Masks } from './masking.ts';
import type { RegularizerIdentifier } from './regularizers/index.ts';

/** Options that every layer takes. */
export interface LayerConfig {
  /** @defaultValue the class name in snake_case, numbered: `'dense_1'` */
  readonly name?: string | undefined;
  /** Whether its weights are trained. @defaultValue `true` */
  readonly trainable?: boolean;
  /** In which dtype it computes and keeps its weights: a policy. @defaultValue that of `config.dtypePolicy()`, `'float32'` */
  readonly dtype?: dtypePolicies.DTypePolicyIdentifier;
  /** The shape of one input sample, without the batch axis: makes a Sequential model build at once. */
  readonly inputShape?: PartialShape;
  /** As `inputShape`, with the batch axis. */
  readonly batchInputShape?: PartialShape;
  /** A penalty on the output, added to the loss. */
  readonly activityRegularizer?: RegularizerIdentifier | null;
}

/** A config in which the options that have defaults are always there. */
export type Resolved<Config, Defaults> = Omit<Config, keyof Defaults> &
  Required<Pick<Config, Extract<keyof Defaults, keyof Config>>>;

/** What is passed to `call` beside the inputs. Layers that take more extend it. */
export interface CallOptions {
  /** Whether the model is being trained: dropout drops, batch normalization uses the batch. @defaultValue `false` */
  readonly training?: boolean | undefined;
  /** The masks of the inputs: bool, `true` where a time step counts. */
  readonly mask?: Masks;
}

/** Options of {@link Layer.addWeight}. */
export interface WeightOptions {
  readonly trainable?: boolean | undefined;
  readonly dtype?: DType | undefined;
  /** What files keep it in: whole numbers of 8 bits. */
  readonly stored?: 'int8' | undefined;
  /** Whether layers that compute in 16 bits read it rounded. @defaultValue `true` */
  readonly autocast?: boolean | undefined;
  readonly regularizer?: RegularizerIdentifier | null | undefined;
  readonly constraint?: ConstraintIdentifier | Constraint | null | undefined;
}

/** The shapes of the inputs or outputs of a call: one, or a list of them. */
export type Shapes = PartialShape | readonly PartialShape[];

/** Whether shapes are a list of shapes. */
export const isShapeList = (shapes: Shapes): shapes is readonly PartialShape[] => Array.isArray(shapes[0]);
