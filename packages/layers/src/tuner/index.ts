export type { HyperValue, RangeConfig } from './domain.ts';
export { GridSearch, type GridSearchConfig, gridSearch } from './grid-search.ts';
export { HyperParameters } from './hyper-parameters.ts';
export { Hyperband, type HyperbandConfig, hyperband } from './hyperband.ts';
export { RandomSearch, type RandomSearchConfig, randomSearch } from './random-search.ts';
export type { BuildModel, HyperModel, Objective } from './run-trial.ts';
export type { Trial } from './trial.ts';
export { Tuner, type TunerConfig } from './tuner.ts';
