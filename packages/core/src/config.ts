import { requireNumber } from './check.ts';
import { isChannelsFirst } from './data-format.ts';
import type { DTypePolicy } from './dtype-policies/dtype-policy.ts';
import { type DTypePolicyIdentifier, get } from './dtype-policies/get.ts';
import { globalPolicy } from './dtype-policies/global-policy.ts';
import { policyOf } from './dtype-policies/policy-of.ts';
import { ArgumentError } from './errors.ts';

/** What holds for everything that is computed, until it is set anew. */
const settings = { epsilon: 1e-7 };

/** The small number that keeps divisors and the arguments of logarithms from 0. @defaultValue `1e-7` */
export const epsilon = (): number => settings.epsilon;

/**
 * Sets {@link epsilon}. Steps that are compiled already keep the one that they were compiled with.
 *
 * @see Keras 3, `keras/src/backend/config.py`
 */
export function setEpsilon(value: number): void {
  settings.epsilon = requireNumber('config.setEpsilon', 'value', value, 0, Number.MAX_VALUE);
}

/** The policy of layers that are made without a `dtype`. @defaultValue `'float32'` */
export const dtypePolicy = (): DTypePolicy => policyOf(null);

/**
 * Sets {@link dtypePolicy}, for layers that are made from now on: `'mixed_bfloat16'`, `'mixed_float16'`.
 *
 * @see Keras 3, `keras/src/dtype_policies/dtype_policy.py`
 */
export function setDtypePolicy(policy: DTypePolicyIdentifier): void {
  globalPolicy.current = get(policy);
}

/** The dtype of tensors with fractions: always `'float32'`. What layers round to is their {@link dtypePolicy}. */
export const floatx = (): 'float32' => 'float32';

/** Takes `'float32'`, for programs that set it. @throws ArgumentError for any other */
export function setFloatx(value: string): void {
  if (value !== 'float32') throw new ArgumentError('config.setFloatx', 'value', "'float32'", value);
}

/** Where channels stand if nothing else is said: always `'channelsLast'`. */
export const imageDataFormat = (): 'channelsLast' => 'channelsLast';

/** Takes `'channelsLast'`, for programs that set it. @throws ArgumentError for any other: layers and ops take a `dataFormat` each */
export function setImageDataFormat(dataFormat: string): void {
  if (!isChannelsFirst('config.setImageDataFormat', dataFormat)) return;
  throw new ArgumentError(
    'config.setImageDataFormat',
    'dataFormat',
    "'channelsLast': give `dataFormat: 'channelsFirst'` to each layer that wants it",
    dataFormat,
  );
}
