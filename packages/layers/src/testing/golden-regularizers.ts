import { gradients, type HostArray, hostToTensor, ops } from '@capas/core';
import { type GoldenCase, type GoldenGroup, type GoldenOutcome, resolveGolden } from '@capas/core/testing';
import { getRegularizer } from '../regularizers/index.ts';
import { checkCase } from './golden-case.ts';

interface RegularizerCase {
  readonly className: string;
  readonly args: Record<string, unknown>;
  readonly input: HostArray;
  readonly expected: number;
  readonly grad: HostArray;
}

/** Runs a case of `regularizers.json`: the penalty and its gradient. */
export function runRegularizerCase(golden: GoldenCase, group: GoldenGroup): GoldenOutcome {
  const { className, args, input, expected, grad } = resolveGolden(golden, group) as RegularizerCase;
  return checkCase(golden, group, (check) => {
    const regularizer = getRegularizer({ className, config: args })!;
    const x = hostToTensor(input);
    check.close('penalty', regularizer.call(x), expected);
    const [gradient] = gradients((value) => regularizer.call(value), [x]);
    // Keras says 'None' where the penalty does not depend on the input; no gradient and zeros are the same then
    if (grad.dtype === 'string') check.close('gradient', gradient && ops.any(gradient), gradient ? false : null);
    else check.close('gradient', gradient, grad);
  });
}
