import { getActivation } from '../activations/get-activation.ts';
import { getConstraint } from '../constraints/get-constraint.ts';
import { getInitializer } from '../initializers/get-initializer.ts';
import { Layer } from '../layer.ts';
import { getLoss } from '../losses/get-loss.ts';
import { getMetric } from '../metrics/get-metric.ts';
import { getOptimizer } from '../optimizers/get-optimizer.ts';
import { getQuantizer } from '../quantizers/get-quantizer.ts';
import { getQuantizationConfig } from '../quantizers/quantization-config.ts';
import { asSerialized, type Serialized } from '../registry.ts';
import { getRegularizer } from '../regularizers/get-regularizer.ts';
import { getSchedule } from '../schedules/get-schedule.ts';
import type { CustomObjects } from './custom-objects.ts';
import { serializeLayer } from './model-config.ts';
import { revive } from './revive.ts';
import { reviveCustom } from './revive-custom.ts';
import { serializeValue } from './serialize.ts';

/**
 * A model, layer, initializer, regularizer, constraint, activation, loss, metric, optimizer or schedule as Keras writes it: its module,
 * class and config, with names in snake_case. Built-in activations are their names. Weights are not in it.
 *
 * @throws StateError for functions of your own that are not registered
 * @see Keras 3, `keras/src/saving/serialization_lib.py`
 * @example
 * serializeKerasObject(l2({ l2: 0.1 })); // { module: 'keras.regularizers', class_name: 'L2', config: { l2: 0.1 }, registered_name: null }
 */
export const serializeKerasObject = (thing: object): unknown =>
  thing instanceof Layer ? serializeLayer(thing as Layer) : serializeValue(thing);

/**
 * A new thing from what {@link serializeKerasObject} gave, or what stands in a file of Keras.
 *
 * @param customObjects classes and functions of your own by the names under which they stand there; what was registered is known
 * @throws UnknownNameError if there is no such class
 * @see Keras 3, `keras/src/saving/serialization_lib.py`
 */
export function deserializeKerasObject(serialized: unknown, customObjects: CustomObjects = {}): unknown {
  const made = reviveCustom(serialized, customObjects, 'activation');
  if (typeof made === 'string') return getActivation(made as never);
  const { module, class_name: className } = (made ?? {}) as { readonly module?: string; readonly class_name?: string };
  if (typeof className !== 'string') return made;
  const make = module !== undefined && Object.hasOwn(MODULES, module) ? MODULES[module] : undefined;
  return make ? make(made as never) : revive(made as never, customObjects);
}

/** What makes the things of a module. */
const MODULES: Readonly<Record<string, (serialized: never) => unknown>> = {
  'keras.constraints': getConstraint,
  'keras.initializers': getInitializer,
  'keras.losses': getLoss,
  'keras.metrics': getMetric,
  'keras.optimizers': getOptimizer,
  'keras.optimizers.schedules': getSchedule,
  'keras.quantizers': (written: Serialized) =>
    asSerialized(written)?.className === 'Int8QuantizationConfig'
      ? getQuantizationConfig(written)
      : getQuantizer(written),
  'keras.regularizers': getRegularizer,
};
