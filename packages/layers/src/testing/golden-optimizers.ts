import { type HostArray, hostToTensor, scope, toTensor } from '@capas/core';
import {
  type GoldenCase,
  type GoldenCheck,
  type GoldenGroup,
  type GoldenOutcome,
  resolveGolden,
} from '@capas/core/testing';
import { getConstraint } from '../constraints/index.ts';
import { getOptimizer, type Optimizer } from '../optimizers/index.ts';
import type { Serialized } from '../registry.ts';
import { Weight } from '../weight.ts';
import { checkCase } from './golden-case.ts';

interface GoldenVariable {
  readonly name: string;
  readonly path: string;
  readonly shape: readonly number[];
  readonly value: HostArray;
}

interface OptimizerCase {
  readonly className: string;
  readonly args: Record<string, unknown>;
  readonly config: Record<string, unknown>;
  readonly variables: readonly GoldenVariable[];
  readonly gradients: readonly (readonly (HostArray | null)[])[];
  readonly expected: readonly (readonly HostArray[])[];
  readonly iterations: readonly number[];
  readonly learningRates: readonly number[];
  readonly optimizerVariablesAfter: readonly GoldenVariable[];
  readonly excludeFromWeightDecay?: readonly string[];
  readonly kernelConstraint?: Serialized;
  readonly afterFinalize?: readonly HostArray[];
  readonly scaledLossOfOne?: readonly number[];
}

/** Runs a case of `optimizers.json`: some steps with given gradients; variables and the optimizer's own are compared. */
export function runOptimizerCase(golden: GoldenCase, group: GoldenGroup): GoldenOutcome {
  const resolved = resolveGolden(golden, group) as OptimizerCase;
  const { className, args, config, excludeFromWeightDecay, afterFinalize } = resolved;
  return checkCase(golden, group, (check) => {
    using optimizer = getOptimizer({ className, config: { ...args, name: config.name } });
    const weights = makeWeights(resolved);
    if (excludeFromWeightDecay) optimizer.excludeFromWeightDecay({ names: excludeFromWeightDecay });
    for (let t = 0; t < resolved.gradients.length; t++) runStep(t, resolved, optimizer, weights, check);
    checkOwnVariables(optimizer, resolved.optimizerVariablesAfter, check);
    if (afterFinalize) {
      optimizer.finalizeVariableValues(weights);
      check.close('after finalize', values(weights), afterFinalize);
    }
    for (const weight of weights) weight.dispose();
  });
}

const makeWeights = ({ variables, kernelConstraint }: OptimizerCase): Weight[] =>
  variables.map(({ name, path, shape, value }, i) => {
    const constraint = i === 0 ? getConstraint(kernelConstraint) : undefined;
    return new Weight({ name, path, shape, initializer: () => hostToTensor(value), constraint });
  });

function runStep(
  t: number,
  golden: OptimizerCase,
  optimizer: Optimizer,
  weights: readonly Weight[],
  check: GoldenCheck,
): void {
  scope(() => {
    if (golden.scaledLossOfOne) {
      check.close(`scaled loss at step ${t}`, optimizer.scaleLoss(toTensor(1)), golden.scaledLossOfOne[t]);
    }
    optimizer.apply(
      golden.gradients[t]!.map((gradient) => gradient && hostToTensor(gradient)),
      weights,
    );
    check.close(`step ${t}`, values(weights), golden.expected[t]);
    check.close(`updates at step ${t}`, optimizer.updateCount(), golden.iterations[t]);
    check.close(`learning rate at step ${t}`, optimizer.learningRate.value, golden.learningRates[t]);
  });
}

function checkOwnVariables(optimizer: Optimizer, expected: readonly GoldenVariable[], check: GoldenCheck): void {
  const paths = optimizer.variables.map(({ path }) => path).join(', ');
  if (paths !== expected.map(({ path }) => path).join(', ')) check.fail(`variables of the optimizer: ${paths}`);
  optimizer.variables.forEach((variable, i) => {
    check.close(variable.path, variable.value, expected[i]!.value);
  });
}

const values = (weights: readonly Weight[]): unknown[] => weights.map((weight) => weight.value);
