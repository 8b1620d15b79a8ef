import { Layer } from '../../layer.ts';

/**
 * A new layer of the same class and options, layers inside it included, with weights of its own.
 *
 * @param options what differs
 */
export function cloneLayer(layer: Layer, options: Readonly<Record<string, unknown>> = {}): Layer {
  const copy = (value: unknown): unknown => {
    if (value instanceof Layer) return cloneLayer(value);
    return Array.isArray(value) ? value.map(copy) : value;
  };
  const config = Object.entries(layer.config).map(([key, value]) => [key, copy(value)] as const);
  const LayerClass = layer.constructor as new (config: object) => Layer;
  const { name, dtypePolicy, quantizationConfig } = layer;
  const quantized = quantizationConfig && { quantizationConfig };
  return new LayerClass({
    ...Object.fromEntries(config),
    name,
    dtype: dtypePolicy.identifier,
    ...quantized,
    ...options,
  });
}
