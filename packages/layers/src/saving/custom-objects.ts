import { ArgumentError } from '@capas/core';
import { tfjsHardSigmoid } from '../activations/tfjs-hard-sigmoid.ts';

/** Classes and functions of your own by the names under which they stand in files. */
export type CustomObjects = Readonly<Record<string, unknown>>;

/** Those that were registered, and the other way round. */
const registered = { byName: new Map<string, unknown>(), names: new Map<unknown, string>() };

/** Functions of this library that Keras does not have. */
const OURS: ReadonlyMap<string, unknown> = new Map([['capas>tfjs_hard_sigmoid', tfjsHardSigmoid]]);

/**
 * Makes a class or function known to files, as `package>name`: models with it can be saved, and loaded without `customObjects`.
 * Layers, models, initializers, regularizers, constraints, losses, metrics, optimizers and schedules may be classes of yours;
 * activations, initializers, losses, metrics and what a `Lambda` computes may be functions.
 *
 * @see Keras 3, `keras/src/saving/object_registration.py`
 * @example
 * class Scale extends Layer { static override readonly className = 'Scale'; … }
 * registerKerasSerializable(Scale, { package: 'my_package' });
 */
export function registerKerasSerializable<
  Thing extends (abstract new (...args: never[]) => unknown) | ((...args: never[]) => unknown),
>(thing: Thing, options: { readonly package?: string; readonly name?: string } = {}): Thing {
  if (typeof thing !== 'function')
    throw new ArgumentError('registerKerasSerializable', 'thing', 'a class or a function', thing);
  const { className } = thing as { readonly className?: string };
  const name = `${options.package ?? 'Custom'}>${options.name ?? className ?? thing.name}`;
  registered.byName.set(name, thing);
  registered.names.set(thing, name);
  return thing;
}

/** The name under which a class or function was registered; `undefined` if it was not. */
export const getRegisteredName = (thing: unknown): string | undefined =>
  registered.names.get(thing) ?? [...OURS].find(([, own]) => own === thing)?.[0];

/** What was registered under a name. */
export const getRegisteredObject = (name: string): unknown => registered.byName.get(name) ?? OURS.get(name);

/** All that was registered, by name. */
export const getCustomObjects = (): CustomObjects => Object.fromEntries(registered.byName);

/** What stands under a name of a file: in `customObjects` by its registered or class name, else what was registered. */
export function findCustomObject(
  customObjects: CustomObjects,
  className: string,
  registeredName: string | null | undefined,
): unknown {
  for (const name of [registeredName, className]) {
    if (name && Object.hasOwn(customObjects, name)) return customObjects[name];
  }
  return (registeredName ? getRegisteredObject(registeredName) : undefined) ?? getRegisteredObject(className);
}
