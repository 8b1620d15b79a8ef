import { modernConfig } from '../keras2-config.ts';
import type { KerasObject } from '../revive.ts';

type Json = Readonly<Record<string, unknown>>;

/**
 * The topology in a `model.json` of tfjs as a config of Keras 3: calls and inputs as Keras 2 has them, and what is called the same but
 * computes something else under a name of its own.
 */
export function readTfjsConfig(topology: Json): KerasObject {
  const model = (topology.model_config ?? topology) as Json;
  return modernConfig(modernOptions(model) as Json) as unknown as KerasObject;
}

/** Options in the spelling of Keras 3, in all layers; `null` stands for a default in tfjs. */
function modernOptions(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) return value.map((item) => modernOptions(item, key));
  if (typeof value !== 'object' || value === null) {
    return /activation$/.test(key) && value === 'hard_sigmoid' ? HARD_SIGMOID : value;
  }
  const entries = Object.entries(value)
    .filter(([option, item]) => item !== null || option === 'merge_mode')
    .map(([option, item]) => [option, modernOptions(item, option)] as const);
  return Object.fromEntries(entries);
}

const HARD_SIGMOID = {
  module: 'builtins',
  class_name: 'function',
  config: 'tfjs_hard_sigmoid',
  registered_name: 'capas>tfjs_hard_sigmoid',
};
