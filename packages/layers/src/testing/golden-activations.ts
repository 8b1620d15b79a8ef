import { canonicalName, gradients, type HostArray, hostToTensor, ops, type Tensor } from '@capas/core';
import { type GoldenCase, type GoldenGroup, type GoldenOutcome, missing, resolveGolden } from '@capas/core/testing';
import * as activations from '../activations/index.ts';
import { camelizeConfig } from '../saving/keras-config.ts';
import { checkCase } from './golden-case.ts';

interface ActivationCase {
  readonly function: string;
  readonly args: Record<string, unknown>;
  readonly input: HostArray;
  readonly expected: HostArray;
  readonly cotangent: HostArray;
  readonly grad: HostArray;
}

type AnyActivation = (x: Tensor, ...options: unknown[]) => Tensor;

/** Runs a case of `activations.json`: the value and the gradient. */
export function runActivationCase(golden: GoldenCase, group: GoldenGroup): GoldenOutcome {
  const { function: name, args, input, expected, cotangent, grad } = resolveGolden(golden, group) as ActivationCase;
  const activation = (activations as unknown as Record<string, AnyActivation | undefined>)[canonicalName(name)];
  if (!activation) return missing(golden, `activations.${name}`);
  const { threshold, defaultValue, ...others } = camelizeConfig(args);
  // the two arguments of `threshold` are required, so they are positional
  const options =
    name === 'threshold' ? [threshold, defaultValue] : [{ ...others, ...(threshold ? { threshold } : {}) }];
  return checkCase(golden, group, (check) => {
    const x = hostToTensor(input);
    check.close('value', activation(x, ...options), expected);
    const weighted = (value: Tensor): Tensor => ops.multiply(activation(value, ...options), hostToTensor(cotangent));
    check.close('gradient', gradients(weighted, [x])[0], grad);
  });
}
