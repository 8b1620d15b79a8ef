export { Adadelta, type AdadeltaConfig, adadelta } from './adadelta.ts';
export { Adafactor, type AdafactorConfig, adafactor } from './adafactor.ts';
export { Adagrad, type AdagradConfig, adagrad } from './adagrad.ts';
export { Adam, type AdamConfig, adam } from './adam.ts';
export { AdamW, adamW } from './adam-w.ts';
export { Adamax, type AdamaxConfig, adamax } from './adamax.ts';
export { Ftrl, type FtrlConfig, ftrl } from './ftrl.ts';
export { getOptimizer, type OptimizerIdentifier, type OptimizerName } from './get-optimizer.ts';
export type { GradientPair, Gradients } from './gradient-pairs.ts';
export { Lamb, type LambConfig, lamb } from './lamb.ts';
export { Lion, type LionConfig, lion } from './lion.ts';
export { LossScaleOptimizer, type LossScaleOptimizerConfig, lossScaleOptimizer } from './loss-scale-optimizer.ts';
export { MultiOptimizer, type MultiOptimizerConfig, multiOptimizer } from './multi-optimizer.ts';
export { Muon, type MuonConfig, muon } from './muon.ts';
export { Nadam, type NadamConfig, nadam } from './nadam.ts';
export {
  type ExcludedVariables,
  Optimizer,
  type OptimizerVariableOptions,
  type Slots,
  type Step,
} from './optimizer.ts';
export type { OptimizerConfig, ResolvedOptimizerConfig } from './optimizer-config.ts';
export { OptimizerMap, type OptimizerMapConfig } from './optimizer-map.ts';
export { RMSprop, type RMSpropConfig, rmsprop } from './rmsprop.ts';
export { ScheduleFreeAdamW, type ScheduleFreeAdamWConfig, scheduleFreeAdamW } from './schedule-free-adam-w.ts';
export { SGD, type SGDConfig, sgd } from './sgd.ts';
