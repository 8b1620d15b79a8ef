import { type SerializedThing, serializeThing } from '../saving/serialize.ts';
import type { Loss } from './loss.ts';

/**
 * A loss as Keras writes it: its class and its config, with names in snake_case.
 *
 * @throws StateError for a function of your own that is not registered
 * @see Keras 3, `keras/src/losses/__init__.py`
 * @example
 * serialize(huber({ delta: 2 })); // { module: 'keras.losses', class_name: 'Huber', config: { …, delta: 2 }, registered_name: null }
 */
export const serialize = (loss: Loss): SerializedThing => serializeThing(loss);
