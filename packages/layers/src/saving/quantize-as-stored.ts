import { Layer } from '../layer.ts';
import type { Model } from '../models/model.ts';
import { isQuantizable } from '../quantizers/quantize-layer.ts';
import type { H5Reader } from './h5/read-h5.ts';
import { stateTree } from './state-tree.ts';

/** Quantizes the layers whose weights are int8 in a file that does not say so otherwise: Keras's files of models with quantized attention. */
export function quantizeAsStored(model: Model, root: H5Reader): void {
  for (const { path, object } of stateTree(model)) {
    if (!(object instanceof Layer) || object.quantizationConfig || !isQuantizable(object)) continue;
    if (root.group(`${path}/vars`)?.array('0')?.dtype === 'int8') object.quantize('int8');
  }
}
