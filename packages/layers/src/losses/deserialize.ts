import type { Serialized } from '../registry.ts';
import type { CustomObjects } from '../saving/custom-objects.ts';
import { getLoss, type LossIdentifier, type LossName } from './get-loss.ts';
import { Loss } from './loss.ts';
import { reviveCustom } from './revive-custom.ts';

/**
 * The loss of a serialized one, or of a name; in either spelling.
 *
 * @param customObjects classes and functions of your own by the names under which they stand there; what was registered is known
 * @throws UnknownNameError if there is no such loss
 * @see Keras 3, `keras/src/losses/__init__.py`
 * @example
 * deserialize({ class_name: 'Huber', config: { delta: 2 } });
 */
export const deserialize = (serialized: Serialized | LossName, customObjects: CustomObjects = {}): Loss =>
  getLoss((reviveCustom(serialized, customObjects, Loss) as LossIdentifier | undefined) ?? serialized);
