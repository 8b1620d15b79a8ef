import type { Layer } from '../layer.ts';
import { Metric } from '../metrics/index.ts';

/**
 * The metrics that stand in the properties of a layer and of the layers in it, in lists and records too. Those of models inside are
 * left out, as in Keras: they are for the training of that model.
 */
export function metricsIn(layer: Layer, found: Set<Metric> = new Set()): ReadonlySet<Metric> {
  for (const key of Object.keys(layer)) if (key !== 'config') collect(layer[key as keyof Layer], found);
  for (const sublayer of layer.sublayers) if (!('compile' in sublayer)) metricsIn(sublayer, found);
  return found;
}

function collect(value: unknown, found: Set<Metric>): void {
  if (value instanceof Metric) found.add(value);
  else if (Array.isArray(value)) for (const item of value) collect(item, found);
  else if (typeof value === 'object' && value?.constructor === Object)
    for (const item of Object.values(value)) collect(item, found);
}
