import { type HostArray, hostToTensor } from '@capas/core';
import { type GoldenCase, type GoldenGroup, type GoldenOutcome, resolveGolden } from '@capas/core/testing';
import { getConstraint } from '../constraints/index.ts';
import { checkCase } from './golden-case.ts';

interface ConstraintCase {
  readonly className: string;
  readonly args: Record<string, unknown>;
  readonly input: HostArray;
  readonly expected: HostArray;
}

/** Runs a case of `constraints.json`. */
export function runConstraintCase(golden: GoldenCase, group: GoldenGroup): GoldenOutcome {
  const { className, args, input, expected } = resolveGolden(golden, group) as ConstraintCase;
  return checkCase(golden, group, (check) => {
    const constraint = getConstraint({ className, config: args })!;
    check.close('value', constraint.call(hostToTensor(input)), expected);
  });
}
