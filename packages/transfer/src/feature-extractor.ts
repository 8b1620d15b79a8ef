import { StateError } from '@capas/core';
import { type Functional, type Model, model as makeModel, type SymbolicTensor } from '@capas/layers';

/** Options of {@link featureExtractor}. */
export interface FeatureExtractorOptions {
  /** The layer whose output is wanted: a name, an index (negative: from the end), or a list for several outputs. */
  readonly layer: string | number | readonly (string | number)[];
  /** The name of the new model. @defaultValue that of the old one with `_features` */
  readonly name?: string;
}

/**
 * A model from the inputs of another to the outputs of some of its layers. It shares the layers: nothing is copied, and
 * what trains one trains the other.
 *
 * @throws StateError if the model has no graph (subclassed, or a Sequential without input shape); UnknownNameError for a
 * layer that is not there
 * @example
 * const features = featureExtractor(mobilenet, { layer: 'global_average_pooling2d' });
 * const vectors = await features.predict(images); // [n, 1024]
 */
export function featureExtractor(
  model: Model,
  { layer, name = `${model.name}_features` }: FeatureExtractorOptions,
): Functional {
  const outputs = (Array.isArray(layer) ? layer : [layer]).map(
    (which: string | number): SymbolicTensor => model.outputOf(which),
  );
  const { inputs } = model;
  if (!inputs)
    throw new StateError(
      `featureExtractor: model '${model.name}' does not know its inputs yet: give it an input shape.`,
    );
  return makeModel({ inputs, outputs: Array.isArray(layer) ? outputs : outputs[0]!, name });
}
