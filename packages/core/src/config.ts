import { requireNumber } from './check.ts';
import { isChannelsFirst } from './data-format.ts';
import { ArgumentError } from './errors.ts';

/** What holds for everything that is computed, until it is set anew. */
const settings = { epsilon: 1e-7 };

/** The small number that keeps divisors and the arguments of logarithms from 0. @defaultValue `1e-7` */
export const epsilon = (): number => settings.epsilon;

/**
 * Sets {@link epsilon}. Steps that are compiled already keep the one that they were compiled with.
 *
 * @see Keras 3, `keras/src/backend/config.py`
 */
export function setEpsilon(value: number): void {
  settings.epsilon = requireNumber('config.setEpsilon', 'value', value, 0, Number.MAX_VALUE);
}

/** The dtype of weights and of what layers compute: always `'float32'`. */
export const floatx = (): 'float32' => 'float32';

/** Takes `'float32'`, for programs that set it. @throws ArgumentError for any other */
export function setFloatx(value: string): void {
  if (value !== 'float32') throw new ArgumentError('config.setFloatx', 'value', "'float32'", value);
}

/** Where channels stand if nothing else is said: always `'channelsLast'`. */
export const imageDataFormat = (): 'channelsLast' => 'channelsLast';

/** Takes `'channelsLast'`, for programs that set it. @throws ArgumentError for any other: layers and ops take a `dataFormat` each */
export function setImageDataFormat(dataFormat: string): void {
  if (!isChannelsFirst('config.setImageDataFormat', dataFormat)) return;
  throw new ArgumentError(
    'config.setImageDataFormat',
    'dataFormat',
    "'channelsLast': give `dataFormat: 'channelsFirst'` to each layer that wants it",
    dataFormat,
  );
}
