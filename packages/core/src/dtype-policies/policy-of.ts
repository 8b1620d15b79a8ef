import { DTypePolicy } from './dtype-policy.ts';
import { globalPolicy } from './global-policy.ts';
import { QuantizedDTypePolicy, requireQuantizationMode } from './quantized-dtype-policy.ts';

/** The policy for a name or the policy itself; that of `config.dtypePolicy()` for nothing. */
export function policyOf(policy: string | DTypePolicy | null | undefined): DTypePolicy {
  if (policy instanceof DTypePolicy) return policy;
  if (policy === null || policy === undefined) return globalPolicy.current ?? new DTypePolicy('float32');
  const [, mode, source] = QUANTIZED.exec(policy) ?? [];
  return source
    ? new QuantizedDTypePolicy(requireQuantizationMode('DTypePolicy', mode), source)
    : new DTypePolicy(policy);
}

/** Names of policies of quantized layers: `'int8_from_float32'`. */
const QUANTIZED = /^((?:int8|int4|float8|gptq|awq)[^_]*)_from_(.+)$/;
