import type { DTypePolicy } from './dtype-policy.ts';

/** A policy as it stands in files of Keras. */
export interface SerializedPolicy {
  readonly module: string;
  readonly class_name: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly registered_name: null;
}

/** A policy as Keras writes it: `{ module: 'keras', class_name: 'DTypePolicy', config: { name: 'mixed_bfloat16' }, … }`. */
export function serialize(policy: DTypePolicy): SerializedPolicy {
  const { className } = policy.constructor as typeof DTypePolicy;
  const module = className === 'DTypePolicy' ? 'keras' : 'keras.dtype_policies';
  return { module, class_name: className, config: policy.config, registered_name: null };
}
