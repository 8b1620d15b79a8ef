import { canonicalName, requireOneOf } from './check.ts';

/** Where the channels stand: behind the spatial axes (default) or before them. Keras's spelling is understood too. */
export type DataFormat = 'channelsLast' | 'channelsFirst' | 'channels_last' | 'channels_first';

/** Whether the channels stand before the spatial axes. `undefined` and `null` mean channels last. */
export function isChannelsFirst(who: string, dataFormat: unknown): boolean {
  if (dataFormat === undefined || dataFormat === null) return false;
  const name = typeof dataFormat === 'string' ? canonicalName(dataFormat) : dataFormat;
  return requireOneOf(who, 'dataFormat', name, ['channelsLast', 'channelsFirst']) === 'channelsFirst';
}
