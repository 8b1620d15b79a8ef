import { reviveCustom } from '../losses/revive-custom.ts';
import type { Serialized } from '../registry.ts';
import type { CustomObjects } from '../saving/custom-objects.ts';
import { getMetric, type MetricIdentifier, type MetricName } from './get-metric.ts';
import { Metric } from './metric.ts';

/**
 * The metric of a serialized one, or of a name; in either spelling.
 *
 * @param customObjects classes and functions of your own by the names under which they stand there; what was registered is known
 * @throws UnknownNameError if there is no such metric
 * @see Keras 3, `keras/src/metrics/__init__.py`
 * @example
 * deserialize({ class_name: 'AUC', config: { num_thresholds: 50 } });
 */
export const deserialize = (serialized: Serialized | MetricName, customObjects: CustomObjects = {}): Metric =>
  getMetric((reviveCustom(serialized, customObjects, Metric) as MetricIdentifier | undefined) ?? serialized);
