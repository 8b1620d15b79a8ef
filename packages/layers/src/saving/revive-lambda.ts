import { Lambda, type LambdaConfig } from '../layers/core/lambda.ts';
import type { CustomObjects } from './custom-objects.ts';
import { camelizeConfig } from './keras-config.ts';
import { pythonCode, reviveCustom } from './revive-custom.ts';

/**
 * A `Lambda` from its config. Its function is one that was registered, or one of `customObjects` under the name of the function or
 * of the layer.
 *
 * @throws StateError where it is Python code and nothing was handed over in its place
 */
export function reviveLambda(config: Readonly<Record<string, unknown>>, customObjects: CustomObjects): Lambda {
  const { name, trainable, arguments: args } = config;
  const inPlace = Object.hasOwn(customObjects, String(name)) ? customObjects[String(name)] : undefined;
  const instead = ` Hand over a function of yours for this layer: \`customObjects: { '${name}': (x) => … }\`.`;
  const refuse = (option: string): Error => pythonCode(`'${option}' of the Lambda layer '${name}'`, instead);
  /** What stands in an option; code counts for nothing where a function was handed over. */
  const option = (key: string): unknown => {
    const value = config[key];
    if (!isCode(value)) return reviveCustom(value ?? null, customObjects, key);
    if (typeof inPlace === 'function') return null;
    throw refuse(key);
  };
  const fn = inPlace ?? option('function');
  if (typeof fn !== 'function') throw refuse('function');
  return new Lambda({
    ...camelizeConfig({ output_shape: option('output_shape'), mask: option('mask') }),
    name,
    ...(trainable !== undefined && { trainable }),
    arguments: args ?? null,
    function: fn,
  } as unknown as LambdaConfig);
}

/** Code of Keras 3 is marked as such; Keras 2 wrote a list of a text, defaults and closure. */
const isCode = (value: unknown): boolean =>
  (value as { readonly class_name?: unknown } | null | undefined)?.class_name === '__lambda__' ||
  (Array.isArray(value) && typeof value[0] === 'string');
