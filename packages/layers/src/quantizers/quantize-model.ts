import { ArgumentError, type dtypePolicies, noticeOnce } from '@capas/core';
import type { Layer } from '../layer.ts';
import type { QuantizationConfig } from './quantization-config.ts';
import { NotQuantizableError, type QuantizeOptions, quantizationOf } from './quantize-layer.ts';

/** Options of `Model.quantize`. */
export interface QuantizeModelOptions extends QuantizeOptions {
  /** Which layers are quantized: a pattern that is found in their names, several of them, or a function. @defaultValue all */
  readonly filters?: QuantizeFilter | readonly (string | RegExp)[];
}

/** Says whether a layer is quantized. */
export type QuantizeFilter = string | RegExp | ((layer: Layer) => boolean);

/** Quantizes the layers of a model that have no layers in them, and leaves those that cannot be. See `Model.quantize`. */
export function quantizeModel(
  model: Layer,
  mode: dtypePolicies.QuantizationMode | QuantizationConfig,
  { filters, ...options }: QuantizeModelOptions = {},
): void {
  const quantization = quantizationOf(`Model '${model.name}'`, mode);
  const isWanted = wanted(model, filters);
  const left = leavesOf(model).filter((layer) => isWanted(layer) && !quantized(layer, quantization, options));
  const named = left.filter(({ weights }) => weights.length > 0).map(({ path }) => path);
  if (named.length > 0)
    noticeOnce(
      `quantize: these layers of model '${model.name}' cannot be quantized, and stay as they are: ${named.join(', ')}.`,
    );
}

function quantized(layer: Layer, quantization: QuantizationConfig, options: QuantizeOptions): boolean {
  try {
    layer.quantize(quantization, options);
    return true;
  } catch (error) {
    if (error instanceof NotQuantizableError) return false;
    throw error;
  }
}

/** The layers without layers in them, each once. */
function leavesOf(model: Layer): readonly Layer[] {
  const found = new Set<Layer>();
  const visit = (layer: Layer): void => {
    if (layer.sublayers.length === 0) found.add(layer);
    for (const inner of layer.sublayers) visit(inner);
  };
  for (const layer of model.sublayers) visit(layer);
  return [...found];
}

function wanted(model: Layer, filters: QuantizeModelOptions['filters']): (layer: Layer) => boolean {
  if (filters === undefined) return () => true;
  if (typeof filters === 'function') return filters;
  const patterns = [filters].flat();
  if (!patterns.every((pattern) => typeof pattern === 'string' || pattern instanceof RegExp))
    throw new ArgumentError(`Model '${model.name}'`, 'filters', 'a pattern, a list of patterns or a function', filters);
  return ({ name }) => patterns.some((pattern) => name.search(pattern) >= 0);
}
