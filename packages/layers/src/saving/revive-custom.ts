import { StateError } from '@capas/core';
import { Layer } from '../layer.ts';
import { type CustomObjects, findCustomObject } from './custom-objects.ts';
import { camelizeConfig } from './keras-config.ts';

type Json = Readonly<Record<string, unknown>>;

/**
 * A config of Keras in which functions, and things of your own but layers (initializers, losses, optimizers …), are made from
 * their class and config. Built-in functions stay as their names.
 *
 * @param option the option in which the value stands
 * @throws StateError for a function of somebody's own that is not known here, and for Python code
 * @see Keras 3, `keras/src/saving/serialization_lib.py`
 */
export function reviveCustom(value: unknown, customObjects: CustomObjects, option = ''): unknown {
  if (typeof value === 'string') {
    const isName = TAKES_FUNCTIONS.test(option) && Object.hasOwn(customObjects, value);
    return isName ? customObjects[value] : value;
  }
  if (Array.isArray(value)) return value.map((item) => reviveCustom(item, customObjects, option));
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  const { class_name: className, registered_name: registeredName } = value as Json;
  if (typeof className !== 'string') {
    // a record by the names of outputs is as its option
    const isRecord = TAKES_FUNCTIONS.test(option);
    return mapRecord(value as Json, (item, key) => reviveCustom(item, customObjects, isRecord ? option : key));
  }
  const { config } = value as Json;
  if (className === '__lambda__') throw pythonCode(`'${option}'`);
  if (className === 'function') return reviveFunction(String(config), registeredName, customObjects);
  const inner = typeof config === 'object' && config !== null ? reviveCustom(config, customObjects) : config;
  const Custom = findCustomObject(customObjects, className, registeredName as string | undefined);
  if (typeof Custom !== 'function' || Custom.prototype instanceof Layer) return { ...value, config: inner };
  return new (Custom as new (config: object) => object)(camelizeConfig((inner ?? {}) as Json));
}

/** The function of that name: one of yours, or the name of one that is built in. */
function reviveFunction(name: string, registeredName: unknown, customObjects: CustomObjects): unknown {
  const registered = typeof registeredName === 'string' ? registeredName : undefined;
  const found = findCustomObject(customObjects, name, registered);
  if (found !== undefined) return found;
  if (!registered?.includes('>')) return name;
  throw new StateError(
    `The file names the function '${registered}', which is not known here. Hand it over, \`customObjects: { '${name}': … }\`, or \`registerKerasSerializable\` it first.`,
  );
}

/** What is said of Python code in a file. @param what where it stands */
export const pythonCode = (what: string, instead = ''): StateError =>
  new StateError(
    `The file has Python code at ${what}, which is never run here, with \`safeMode\` or without.${instead || ' Use a function that is registered in Python instead.'}`,
  );

/** Options whose texts may be names of your own functions. */
const TAKES_FUNCTIONS = /(activation|initializer|regularizer|constraint|loss|metrics|optimizer)$/;

const mapRecord = (record: Json, map: (value: unknown, key: string) => unknown): Json =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value, key)]));
