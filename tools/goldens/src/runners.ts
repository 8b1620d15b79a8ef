import {
  type GoldenCase,
  type GoldenGroup,
  type GoldenMode,
  type GoldenOutcome,
  missing,
  runOpCase,
} from '@capas/core/testing';
import {
  runActivationCase,
  runCallbackCase,
  runConstraintCase,
  runInitializerCase,
  runLayerCase,
  runLossCase,
  runMetricCase,
  runModelCase,
  runOptimizerCase,
  runRegularizerCase,
  runScheduleCase,
  runTrainingCase,
} from '@capas/layers/testing';
import { runUtilityCase } from './utility-cases.ts';

/** Runs one case of a group through the public API. */
export type Runner = (
  golden: GoldenCase,
  group: GoldenGroup,
  mode: GoldenMode,
) => GoldenOutcome | Promise<GoldenOutcome>;

const runOps: Runner = (golden, group, mode) => {
  const { outcome, worst, detail } = runOpCase(golden, group, mode);
  return { id: golden.id, status: outcome, worst, detail };
};

const runners: Readonly<Record<string, Runner>> = {
  activations: runActivationCase,
  callbacks: runCallbackCase,
  constraints: runConstraintCase,
  initializers: runInitializerCase,
  losses: runLossCase,
  metrics: runMetricCase,
  models: runModelCase,
  ops: runOps,
  'ops-image': runOps,
  optimizers: runOptimizerCase,
  regularizers: runRegularizerCase,
  schedules: runScheduleCase,
  training: runTrainingCase,
  utils: runUtilityCase,
};

/** Whether the cases of a group are run as programs in the mode `'compiled'`; those of others are always run op by op. */
export const isCompilable = (group: string): boolean =>
  group.startsWith('layers-') || ['ops', 'ops-image', 'training'].includes(group);

/** The runner of a group; what has none counts as not there yet. */
export function runnerOf(group: string): Runner {
  if (group.startsWith('layers-')) return runLayerCase;
  return runners[group] ?? ((golden) => missing(golden, `what the group '${group}' is about`));
}
