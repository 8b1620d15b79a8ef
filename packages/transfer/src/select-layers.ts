import { ArgumentError } from '@capas/core';
import type { Layer, Model } from '@capas/layers';

/** Which layers of a model are meant; all of them if nothing is said. */
export interface LayerSelection {
  /** The layers up to this one, which is included: a name or an index (negative: from the end). */
  readonly upTo?: string | number;
  /** The layers from this one on, which is included. */
  readonly from?: string | number;
  /** Of those, the ones for which this returns `true`. */
  readonly where?: (layer: Layer) => boolean;
}

/**
 * The layers of a model that a selection names, in the model's order.
 *
 * @throws UnknownNameError for a name that is not there; ArgumentError if the selection is empty
 */
export function selectLayers(
  who: string,
  model: Model,
  { upTo, from, where = () => true }: LayerSelection,
): readonly Layer[] {
  const { layers } = model;
  const first = from === undefined ? 0 : layers.indexOf(model.getLayer(from));
  const last = upTo === undefined ? layers.length - 1 : layers.indexOf(model.getLayer(upTo));
  const selected = layers.slice(first, last + 1).filter(where);
  if (selected.length === 0)
    throw new ArgumentError(who, 'selection', `one that names a layer of '${model.name}'`, { upTo, from });
  return selected;
}
