import { Layer, layers } from '../../src/index.ts';
import type { LayerClass } from '../../src/testing.ts';

/** The layers that are called on data. */
export const layerClasses = Object.entries(layers as unknown as Record<string, unknown>).filter(
  ([name, value]) =>
    typeof value === 'function' &&
    value.prototype instanceof Layer &&
    !['InputLayer', 'Wrapper'].includes(name) &&
    // the others are second names
    (value as unknown as LayerClass<object>).className === name,
) as [string, LayerClass<object>][];
