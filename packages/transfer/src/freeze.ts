import type { Model } from '@capas/layers';
import { type LayerSelection, selectLayers } from './select-layers.ts';

/**
 * Freezes layers: training no longer changes their weights, and batch normalization in them runs in inference mode, so
 * that its moving statistics stay bit for bit as they are. Compile the model afterwards, as in Keras.
 *
 * @returns the number of layers that were frozen
 * @example
 * freeze(base); // all of it
 * freeze(model, { upTo: 'block_4' }); // the layers up to block_4
 */
export function freeze(model: Model, selection: LayerSelection = {}): number {
  return setTrainable('freeze', model, selection, false);
}

/**
 * Lets training change layers again, for fine-tuning. Compile the model afterwards, with a small learning rate.
 *
 * @returns the number of layers that were unfrozen
 * @example
 * unfreeze(base, { from: 'block_12', where: (layer) => !(layer instanceof layers.BatchNormalization) });
 */
export function unfreeze(model: Model, selection: LayerSelection = {}): number {
  return setTrainable('unfreeze', model, selection, true);
}

function setTrainable(who: string, model: Model, selection: LayerSelection, trainable: boolean): number {
  const selected = selectLayers(who, model, selection);
  for (const layer of selected) layer.trainable = trainable;
  return selected.length;
}
