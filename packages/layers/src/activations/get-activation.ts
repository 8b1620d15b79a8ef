import { ArgumentError, type Tensor } from '@capas/core';
import { type EitherCase, findByName, type Serialized } from '../registry.ts';
import * as functions from './activations.ts';

/** Those that a name alone can stand for: all but the one whose numbers must be given. */
type Name = Exclude<keyof typeof functions, 'threshold'> | 'hardSwish' | 'swish';

/** The names of activations. */
export type ActivationName = EitherCase<Name>;

/** What a layer does with its output, element by element or along the last axis. */
export type Activation = (x: Tensor) => Tensor;

/** What stands for an activation in options; a layer is one too. */
export type ActivationIdentifier = ActivationName | Activation | Serialized;

const { threshold: _, ...named } = functions;
const table: Readonly<Record<Name, Activation>> = { ...named, hardSwish: functions.hardSilu, swish: functions.silu };

/** The activation that a name, a function or a layer stands for; `null` and `undefined`: none, which is `linear`. */
export function getActivation(identifier: ActivationIdentifier | null | undefined): Activation {
  if (identifier === null || identifier === undefined) return functions.linear;
  if (typeof identifier === 'function') return identifier;
  const name = nameOf(identifier);
  if (name === undefined) {
    throw new ArgumentError('activation', 'identifier', 'a name, a function or a layer', identifier);
  }
  return findByName('activation', name, table);
}

/** The name of a built-in activation; `undefined` for any other function. */
export const activationName = (activation: Activation): string | undefined =>
  Object.keys(table).find((name) => table[name as Name] === activation);

/** Keras writes a function into files as its name, or as `{ class_name: 'function', config: name }`. */
function nameOf(identifier: string | Serialized): string | undefined {
  if (typeof identifier === 'string') return identifier;
  const { config } = identifier;
  return typeof config === 'string' ? config : undefined;
}
