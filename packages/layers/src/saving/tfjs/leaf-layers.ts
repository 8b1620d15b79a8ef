import type { Layer } from '../../layer.ts';
import type { Model } from '../../models/model.ts';

/** The layers of a model and of the models in it that have weights, each once. */
export function leafLayers(model: Model): readonly Layer[] {
  const all = model.layers.flatMap((layer) => {
    const { savedLayers } = layer as Partial<Model>;
    if (savedLayers) return leafLayers(layer as unknown as Model);
    return layer.weights.length > 0 ? [layer] : [];
  });
  return [...new Set(all)];
}
