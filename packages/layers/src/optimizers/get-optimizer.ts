import { asSerialized, type EitherCase, lookup, type Maker, type Serialized } from '../registry.ts';
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
import { MultiOptimizer, type MultiOptimizerConfig } from './multi-optimizer.ts';
import { muon } from './muon.ts';
import { nadam } from './nadam.ts';
import { Optimizer } from './optimizer.ts';
import { OptimizerMap } from './optimizer-map.ts';
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

const table: Readonly<Record<Name | 'lossScaleOptimizer' | 'multiOptimizer', Maker<Optimizer>>> = {
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
  multiOptimizer: ({ optimizerMap, ...config }: MultiOptimizerConfig) =>
    new MultiOptimizer({ ...config, optimizerMap: mapOf(optimizerMap) }),
  muon,
  nadam,
  rmsprop,
  scheduleFreeAdamW,
  sgd,
};

type SerializedLossScale = Omit<LossScaleOptimizerConfig, 'innerOptimizer'> & {
  readonly innerOptimizer: OptimizerIdentifier;
};

/** The map that a serialized one stands for; other things stay as they are. */
function mapOf(map: MultiOptimizerConfig['optimizerMap']): MultiOptimizerConfig['optimizerMap'] {
  const serialized = typeof map === 'object' ? asSerialized(map) : undefined;
  if (serialized?.className !== 'OptimizerMap') return map;
  const { defaultOptimizer, optimizerMap } = serialized.config as {
    readonly defaultOptimizer: OptimizerIdentifier;
    readonly optimizerMap?: Readonly<Record<string, OptimizerIdentifier>>;
  };
  const entries = Object.entries(optimizerMap ?? {}).map(([key, value]) => [key, getOptimizer(value)]);
  return new OptimizerMap({
    defaultOptimizer: getOptimizer(defaultOptimizer),
    optimizerMap: Object.fromEntries(entries),
  });
}

/** The optimizer that a name or a serialized object stands for, or the optimizer itself. */
export function getOptimizer(identifier: OptimizerIdentifier): Optimizer {
  return lookup('optimizer', identifier, table, (value) => value instanceof Optimizer);
}
