import { gradients, type HostArray, scope, toTensor } from '@capas/core';
import {
  type GoldenCase,
  GoldenCheck,
  type GoldenGroup,
  type GoldenOutcome,
  missing,
  resolveGolden,
} from '@capas/core/testing';
import * as losses from '../losses/index.ts';
import { camelizeConfig } from '../saving/keras-config.ts';

interface LossCase {
  readonly className: string;
  readonly args: Record<string, unknown>;
  readonly yTrue: HostArray;
  readonly yPred: HostArray;
  readonly sampleWeight?: HostArray;
  readonly mask?: HostArray;
  readonly expected: unknown;
  readonly gradYPred: unknown;
}

/** Runs a case of `losses.json`: the value, and the gradient of its sum with respect to the prediction. */
export function runLossCase(golden: GoldenCase, group: GoldenGroup): GoldenOutcome {
  const { className, args, yTrue, yPred, sampleWeight, mask, expected, gradYPred } = resolveGolden(
    golden,
    group,
  ) as LossCase;
  const LossClass = (losses as Record<string, unknown>)[className] as (new (config: object) => losses.Loss) | undefined;
  if (typeof LossClass !== 'function') return missing(golden, `losses.${className}`);
  const check = new GoldenCheck(golden, group);
  try {
    scope(() => {
      const loss = new LossClass(camelizeConfig(args));
      const prediction = toTensor(yPred, 'float32');
      check.close('value', loss.apply(yTrue, prediction, sampleWeight, mask), expected);
      const [gradient] = gradients((x) => loss.apply(yTrue, x, sampleWeight, mask), [prediction]);
      check.close('gradYPred', gradient, gradYPred);
    });
  } catch (error) {
    check.fail((error as Error).message);
  }
  return check.outcome;
}
