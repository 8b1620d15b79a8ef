import { type HostArray, scope } from '@capas/core';
import {
  type GoldenCase,
  GoldenCheck,
  type GoldenGroup,
  type GoldenOutcome,
  missing,
  resolveGolden,
} from '@capas/core/testing';
import { MeanSquaredError } from '../losses/index.ts';
import * as metrics from '../metrics/index.ts';
import { lossValues } from '../metrics/loss-values.ts';
import { camelizeConfig } from '../saving/keras-config.ts';

interface MetricCase {
  readonly className: string;
  readonly args: Record<string, unknown>;
  readonly config: { readonly name: string };
  readonly steps: readonly {
    readonly yTrue?: HostArray;
    readonly yPred?: HostArray;
    readonly values?: HostArray;
    readonly sampleWeight?: HostArray;
    readonly expected: unknown;
  }[];
  readonly variablesAfter: readonly { readonly name: string; readonly value: unknown }[];
  readonly afterReset?: unknown;
}

/** Runs a case of `metrics.json`: the result after each update, the state at the end, the result after a reset. */
export function runMetricCase(golden: GoldenCase, group: GoldenGroup): GoldenOutcome {
  const { className, args, config, steps, variablesAfter, afterReset } = resolveGolden(golden, group) as MetricCase;
  const make = (metrics as Record<string, unknown>)[className];
  if (typeof make !== 'function') return missing(golden, `metrics.${className}`);
  const check = new GoldenCheck(golden, group);
  try {
    scope(() => {
      using metric = create(make as new (config: object) => metrics.Metric, camelizeConfig(args));
      if (metric.name !== config.name) check.fail(`the name is '${metric.name}' instead of '${config.name}'`);
      for (const [i, { values, yTrue, yPred, sampleWeight, expected }] of steps.entries()) {
        if (values) (metric as metrics.Mean<string>).updateState(values, sampleWeight);
        else metric.updateState(yTrue!, yPred!, sampleWeight);
        check.close(`step ${i}`, metric.result(), expected);
      }
      const names = metric.variables.map(({ name }) => name);
      const wanted = variablesAfter.map(({ name }) => name);
      if (String(names) !== String(wanted)) check.fail(`the variables are [${names}] instead of [${wanted}]`);
      for (const [i, { name, value }] of variablesAfter.entries()) check.close(name, metric.variables[i]?.value, value);
      metric.resetState();
      if (afterReset !== undefined) check.close('after reset', metric.result(), afterReset);
    });
  } catch (error) {
    check.fail((error as Error).message);
  }
  return check.outcome;
}

/** The metric of a case; the one of a function is made for the function that the goldens use. */
function create(MetricClass: new (config: object) => metrics.Metric, args: object): metrics.Metric {
  if (MetricClass === (metrics.MeanMetricWrapper as unknown)) {
    return new metrics.MeanMetricWrapper(lossValues(new MeanSquaredError()), args);
  }
  return new MetricClass(args);
}
