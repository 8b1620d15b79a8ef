import { ArgumentError, UnknownNameError } from '@capas/core';
import { camelizeConfig, type SerializedObject } from './saving/keras-config.ts';

/** `'glorotUniform'` as Keras writes it: `'glorot_uniform'`. */
export type SnakeCase<Name extends string> = Name extends `${infer Head}${infer Rest}`
  ? Head extends Lowercase<Head>
    ? `${Head}${SnakeCase<Rest>}`
    : `_${Lowercase<Head>}${SnakeCase<Rest>}`
  : Name;

/** A name in camelCase or in Keras's snake_case. */
export type EitherCase<Name extends string> = Name | SnakeCase<Name>;

/** What stands for a thing in saved files and in options: its class and its config, in either spelling. */
export type Serialized =
  | Pick<SerializedObject, 'className' | 'config'>
  | { readonly class_name: string; readonly config: unknown };

/** Makes a thing from its config: the factory under its class. */
export type Maker<Thing> = (config: never) => Thing;

/**
 * Turns an identifier into a thing: a name in any spelling (`'glorotUniform'`, `'glorot_uniform'`, `'GlorotUniform'`), a
 * serialized Keras object, or the thing itself.
 *
 * @param kind what is looked up, for messages: `'initializer'`
 * @param table the factories by camelCase name, aliases among them
 * @param isThing tells the things themselves
 * @throws UnknownNameError if the table has no such name; ArgumentError if the identifier is nothing of these.
 * @example
 * lookup('initializer', 'glorot_uniform', { glorotUniform, zeros }, isInitializer);
 */
export function lookup<Thing>(
  kind: string,
  identifier: unknown,
  table: Readonly<Record<string, Maker<Thing>>>,
  isThing: (value: unknown) => value is Thing,
): Thing {
  if (isThing(identifier)) return identifier;
  if (typeof identifier === 'string') return make(findByName(kind, identifier, table), {});
  const serialized = asSerialized(identifier);
  if (serialized) return make(findByName(kind, serialized.className, table), serialized.config);
  throw new ArgumentError(kind, 'identifier', `a name, a ${kind} or { className, config }`, identifier);
}

/** The entry of a table under a name in any spelling: case and underscores do not count. */
export function findByName<Entry>(kind: string, name: string, table: Readonly<Record<string, Entry>>): Entry {
  const direct = Object.hasOwn(table, name) ? table[name] : undefined;
  if (direct !== undefined) return direct;
  const wanted = plain(name);
  const key = Object.keys(table).find((known) => plain(known) === wanted);
  if (key === undefined) throw new UnknownNameError(kind, name, Object.keys(table));
  return table[key]!;
}

/** The class name and camelCase config of a serialized object; `undefined` if the value is none. */
export function asSerialized(value: unknown): { className: string; config: Record<string, unknown> } | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { className, class_name: snakeName, config } = value as Record<string, unknown>;
  const name = className ?? snakeName;
  if (typeof name !== 'string') return undefined;
  if (config !== undefined && config !== null && (typeof config !== 'object' || Array.isArray(config)))
    return undefined;
  return { className: name, config: camelizeConfig((config ?? {}) as Record<string, unknown>) };
}

// A table's factories take configs of different types; which one a name needs, only the file or the user knows.
const make = <Thing>(maker: Maker<Thing>, config: Record<string, unknown>): Thing =>
  (maker as (config: Record<string, unknown>) => Thing)(config);

const plain = (name: string): string => name.toLowerCase().replaceAll('_', '');
