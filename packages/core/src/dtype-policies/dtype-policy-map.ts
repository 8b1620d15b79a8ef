import { ArgumentError, StateError } from '../errors.ts';
import { DTypePolicy } from './dtype-policy.ts';
import { policyOf } from './policy-of.ts';
import { QuantizedDTypePolicy } from './quantized-dtype-policy.ts';
import { serialize } from './serialize.ts';

/** Options of {@link DTypePolicyMap}. */
export interface DTypePolicyMapConfig {
  /** That of layers that no key matches. @defaultValue that of `config.dtypePolicy()` */
  readonly defaultPolicy?: string | DTypePolicy | null;
  /** Policies by paths of layers, or by regular expressions that match whole paths: `'encoder/.*'`. */
  readonly policyMap?: Readonly<Record<string, string | DTypePolicy>> | null;
}

/**
 * A policy that differs from layer to layer, by their paths.
 *
 * @throws ArgumentError if the default is a map itself
 * @see Keras 3, `keras/src/dtype_policies/dtype_policy_map.py`
 * @example
 * const policies = new DTypePolicyMap({ defaultPolicy: 'mixed_bfloat16', policyMap: { 'encoder/.*': 'float32' } });
 * policies.get('encoder/dense').name; // 'float32'
 */
export class DTypePolicyMap extends DTypePolicy {
  static override readonly className: string = 'DTypePolicyMap';
  readonly defaultPolicy: DTypePolicy;
  readonly #isDefaultGiven: boolean;
  readonly #policies: Map<string, DTypePolicy>;

  constructor({ defaultPolicy = null, policyMap }: DTypePolicyMapConfig = {}) {
    const found = policyOf(defaultPolicy);
    if (found instanceof DTypePolicyMap)
      throw new ArgumentError('DTypePolicyMap', 'defaultPolicy', 'a policy that is no map', found.name);
    super(found instanceof QuantizedDTypePolicy ? found.sourceName : found.name);
    this.defaultPolicy = found;
    this.#isDefaultGiven = defaultPolicy !== null;
    const entries = Object.entries(policyMap ?? {});
    this.#policies = new Map(entries.map(([key, policy]) => [key, policyOf(policy)]));
  }

  /** The number of keys. */
  get size(): number {
    return this.#policies.size;
  }

  /** Whether there is a policy for this very key. */
  has(key: string): boolean {
    return this.#policies.has(key);
  }

  /**
   * The policy for a path: that of the key equal to it, else that of the pattern that matches all of it, else the default.
   *
   * @throws StateError if several patterns match
   */
  get(path: string): DTypePolicy {
    const exact = this.#policies.get(path);
    if (exact) return exact;
    const keys = [...this.#policies.keys()].filter((key) => new RegExp(`^(?:${key})$`, 'u').test(path));
    if (keys.length > 1)
      throw new StateError(`DTypePolicyMap: '${path}' matches several keys: '${keys.join("', '")}'. Make them differ.`);
    return this.#policies.get(keys[0]!) ?? this.defaultPolicy;
  }

  /** Adds a policy. @throws ArgumentError if the key is there */
  set(key: string, policy: string | DTypePolicy): this {
    if (this.has(key)) throw new ArgumentError('DTypePolicyMap.set', 'key', 'one that is not there yet', key);
    this.#policies.set(key, policyOf(policy));
    return this;
  }

  /** Removes a policy; whether there was one. */
  delete(key: string): boolean {
    return this.#policies.delete(key);
  }

  [Symbol.iterator](): IterableIterator<[string, DTypePolicy]> {
    return this.#policies[Symbol.iterator]();
  }

  override get quantizationMode(): 'int8' | undefined {
    return this.defaultPolicy.quantizationMode;
  }

  override get config(): Readonly<Record<string, unknown>> {
    const policies = [...this].map(([key, policy]) => [key, serialize(policy)]);
    return {
      default_policy: this.#isDefaultGiven ? serialize(this.defaultPolicy) : null,
      policy_map: Object.fromEntries(policies),
    };
  }

  override get identifier(): DTypePolicy {
    return this;
  }

  override at(path: string): DTypePolicy {
    return this.get(path);
  }
}
