export { CosineDecay, type CosineDecayConfig, cosineDecay } from './cosine-decay.ts';
export {
  CosineDecayRestarts,
  type CosineDecayRestartsConfig,
  cosineDecayRestarts,
} from './cosine-decay-restarts.ts';
export { ExponentialDecay, type ExponentialDecayConfig, exponentialDecay } from './exponential-decay.ts';
export { getSchedule, type ScheduleIdentifier, type ScheduleName } from './get-schedule.ts';
export { InverseTimeDecay, type InverseTimeDecayConfig, inverseTimeDecay } from './inverse-time-decay.ts';
export { LearningRateSchedule } from './learning-rate-schedule.ts';
export {
  PiecewiseConstantDecay,
  type PiecewiseConstantDecayConfig,
  piecewiseConstantDecay,
} from './piecewise-constant-decay.ts';
export { PolynomialDecay, type PolynomialDecayConfig, polynomialDecay } from './polynomial-decay.ts';
