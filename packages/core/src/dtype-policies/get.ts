import { ArgumentError } from '../errors.ts';
import { DTypePolicy } from './dtype-policy.ts';
import { DTypePolicyMap } from './dtype-policy-map.ts';
import { policyOf } from './policy-of.ts';
import { QuantizedDTypePolicy, requireQuantizationMode } from './quantized-dtype-policy.ts';
import type { SerializedPolicy } from './serialize.ts';

/** What stands for a policy in options: a name, a policy, or what {@link serialize} wrote. */
export type DTypePolicyIdentifier =
  | 'float32'
  | 'mixed_bfloat16'
  | 'mixed_float16'
  | 'mixedBfloat16'
  | 'mixedFloat16'
  | 'bfloat16'
  | 'float16'
  | `int8_from_${string}`
  | DTypePolicy
  | Pick<SerializedPolicy, 'class_name' | 'config'>
  | { readonly className: string; readonly config: Readonly<Record<string, unknown>> };

/**
 * The policy that a name or a serialized policy stands for, or the policy itself; that of `config.dtypePolicy()` for nothing.
 *
 * @throws ArgumentError if it is none
 * @see Keras 3, `keras/src/dtype_policies/__init__.py`
 */
export function get(identifier?: DTypePolicyIdentifier | string | null): DTypePolicy {
  if (typeof identifier !== 'object' || identifier === null || identifier instanceof DTypePolicy)
    return policyOf(identifier);
  const { config } = identifier;
  const className = 'className' in identifier ? identifier.className : identifier.class_name;
  if (className === 'DTypePolicyMap') return mapOf(config);
  if (className === 'DTypePolicy' || className === 'FloatDTypePolicy') return new DTypePolicy(config.name as string);
  if (typeof config?.mode === 'string') {
    const source = (config.sourceName ?? config.source_name) as string | null | undefined;
    return new QuantizedDTypePolicy(requireQuantizationMode('QuantizedDTypePolicy', config.mode), source);
  }
  throw new ArgumentError('dtypePolicies.get', 'identifier', 'a name, a policy or what `serialize` wrote', identifier);
}

function mapOf(config: SerializedPolicy['config']): DTypePolicyMap {
  const standard = (config.defaultPolicy ?? config.default_policy ?? null) as DTypePolicyIdentifier | null;
  const entries = Object.entries(
    (config.policyMap ?? config.policy_map ?? {}) as Record<string, DTypePolicyIdentifier>,
  );
  return new DTypePolicyMap({
    defaultPolicy: standard === null ? null : get(standard),
    policyMap: Object.fromEntries(entries.map(([key, policy]) => [key, get(policy)])),
  });
}

/** {@link get} of what was serialized. */
export const deserialize = (config: Pick<SerializedPolicy, 'class_name' | 'config'>): DTypePolicy => get(config);
