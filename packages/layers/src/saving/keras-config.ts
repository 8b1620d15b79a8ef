/** A Keras object as it stands in a config: its class, and what its constructor is called with. */
export interface SerializedObject {
  readonly className: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly module?: string | null;
  readonly registeredName?: string | null;
}

/**
 * A config of Keras in the spelling of our options: the keys in camelCase, objects inside it as {@link SerializedObject},
 * tuples as lists. What is data and no option (class weights, a vocabulary, inputs by name) stays as it is.
 *
 * @example
 * camelizeConfig({ learning_rate: 0.1, beta_1: 0.9 }); // { learningRate: 0.1, beta1: 0.9 }
 */
export function camelizeConfig(config: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(config).map(([key, value]) => [camelKey(key), camelizeValue(value)]));
}

/** `beta_1` → `beta1`, `use_bias` → `useBias`; a leading underscore stays. */
export const camelKey = (key: string): string =>
  key.replaceAll(/(?<=[^_])_+([a-zA-Z0-9])/g, (_, letter: string) => letter.toUpperCase());

/** `useBias` → `use_bias`, `beta1` → `beta_1`: what {@link camelKey} came from. */
export const snakeKey = (key: string): string =>
  key
    .replaceAll(/(?<=[a-z0-9])[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
    .replaceAll(/(?<=^|_)(beta|epsilon|gamma)(?=\d)/g, '$1_')
    .replaceAll(/(?<=_\d)(?=[a-z])/g, '_');

function camelizeValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(camelizeValue);
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  const record = value as Record<string, unknown>;
  const className = record.class_name ?? record.className;
  if (typeof className !== 'string') return value;
  if (className === '__tuple__') return camelizeValue(record.items);
  const { config } = record;
  const isOptions = typeof config === 'object' && config !== null && !Array.isArray(config);
  return { ...camelKeys(record), config: isOptions ? camelizeConfig(config as Record<string, unknown>) : config };
}

const camelKeys = (record: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [camelKey(key), value]));
