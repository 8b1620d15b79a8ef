import { type SerializedThing, serializeThing } from '../saving/serialize.ts';
import type { Metric } from './metric.ts';

/**
 * A metric as Keras writes it: its class and its config, with names in snake_case.
 *
 * @throws StateError for a function of your own that is not registered
 * @see Keras 3, `keras/src/metrics/__init__.py`
 * @example
 * serialize(recall({ topK: 3 })); // { module: 'keras.metrics', class_name: 'Recall', config: { …, top_k: 3 }, registered_name: null }
 */
export const serialize = (metric: Metric): SerializedThing => serializeThing(metric);
