import { type EitherCase, lookup, type Maker, type Serialized } from '../registry.ts';
import { adadelta } from './adadelta.ts';
import { adafactor } from './adafactor.ts';
import { adagrad } from './adagrad.ts';
import { adam } from './adam.ts';
import { adamW } from './adam-w.ts';
import { adamax } from './adamax.ts';
import { ftrl } from './ftrl.ts';
import { lamb } from './lamb.ts';
import { lion } from './lion.ts';
import { LossScaleOptimizer, type LossScaleOptimizerConfig } from './loss-scale-optimizer.ts';
import { muon } from './muon.ts';
import { nadam } from './nadam.ts';
import { Optimizer } from './optimizer.ts';
import { rmsprop } from './rmsprop.ts';
import { scheduleFreeAdamW } from './schedule-free-adam-w.ts';
import { sgd } from './sgd.ts';

type Name =
  | 'adadelta'
  | 'adafactor'
  | 'adagrad'
  | 'adam'
  | 'adamW'
  | 'adamax'
  | 'ftrl'
  | 'lamb'
  | 'lion'
  | 'muon'
  | 'nadam'
  | 'rmsprop'
  | 'scheduleFreeAdamW'
  | 'sgd';

/** The names of optimizers. */
export type OptimizerName = EitherCase<Name> | 'adamw';

/** What stands for an optimizer in options. */
export type OptimizerIdentifier = OptimizerName | Optimizer | Serialized;

const table: Readonly<Record<Name | 'lossScaleOptimizer', Maker<Optimizer>>> = {
  adadelta,
  adafactor,
  adagrad,
  adam,
  adamW,
  adamax,
  ftrl,
  lamb,
  lion,
  lossScaleOptimizer: ({ innerOptimizer, ...config }: SerializedLossScale) =>
    new LossScaleOptimizer({ ...config, innerOptimizer: getOptimizer(innerOptimizer) }),
  muon,
  nadam,
  rmsprop,
  scheduleFreeAdamW,
  sgd,
};

type SerializedLossScale = Omit<LossScaleOptimizerConfig, 'innerOptimizer'> & {
  readonly innerOptimizer: OptimizerIdentifier;
};

/** The optimizer that a name or a serialized object stands for, or the optimizer itself. */
export function getOptimizer(identifier: OptimizerIdentifier): Optimizer {
  return lookup('optimizer', identifier, table, (value) => value instanceof Optimizer);
}
