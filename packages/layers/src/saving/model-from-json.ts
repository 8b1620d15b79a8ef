import { ArgumentError, FileFormatError } from '@capas/core';
import type { Model } from '../models/model.ts';
import { compileOptions } from './compile-config.ts';
import type { CustomObjects } from './custom-objects.ts';
import { modernConfig } from './keras2-config.ts';
import { type KerasObject, reviveModel } from './revive.ts';
import { parseJson } from './safe-json.ts';
import { readTfjsConfig } from './tfjs/read-tfjs-config.ts';

/** Options of {@link modelFromJSON}. */
export interface ModelFromJsonOptions {
  /** Classes and functions of your own by the names under which they stand in the config. */
  readonly customObjects?: CustomObjects;
}

/**
 * A model from its config: what `JSON.stringify(model)` gives, `model.to_json()` in Python, or `model.toJSON()` in tfjs. Its weights
 * are new, and it is compiled if the config says how.
 *
 * @param json the text, or what it stands for
 * @throws FileFormatError for what is no config of a model; UnknownNameError for classes that are not known here
 * @see Keras 3, `keras/src/models/model.py`, `model_from_json`
 * @example
 * const twin = modelFromJSON(JSON.stringify(model));
 */
export function modelFromJSON(json: string | object, options: ModelFromJsonOptions = {}): Model {
  const { customObjects = {} } = options;
  if (typeof json !== 'string' && (typeof json !== 'object' || json === null))
    throw new ArgumentError('modelFromJSON', 'json', 'the config of a model, as a text or an object', json);
  const config = parseJson('modelFromJSON', typeof json === 'string' ? json : JSON.stringify(json));
  const model = reviveModel(objectOf(config), customObjects);
  const compiled = config.compile_config as Readonly<Record<string, unknown>> | undefined;
  if (compiled && Object.keys(compiled).length > 0) model.compile(compileOptions(compiled, customObjects));
  return model;
}

/** The config as Keras 3 writes it, whoever wrote it. */
function objectOf(config: Readonly<Record<string, unknown>>): KerasObject {
  const topology = (config.modelTopology ?? config) as Readonly<Record<string, unknown>>;
  const model = (topology.model_config ?? topology) as Readonly<Record<string, unknown>>;
  if (typeof model.class_name !== 'string')
    throw new FileFormatError('modelFromJSON', 'this is no config of a model: it has no `class_name`.');
  if (String(topology.keras_version).startsWith('tfjs')) return readTfjsConfig(topology);
  // Keras 3 says in which module a class is, Keras 2 does not
  return ('module' in model ? model : modernConfig(model)) as unknown as KerasObject;
}
