import { canonicalName, requireOneOf } from '@capas/core';

/** Where the channels of an image stand: `[batch, height, width, channels]` or `[batch, channels, height, width]`. */
export type DataFormat = 'channelsLast' | 'channelsFirst' | 'channels_last' | 'channels_first';

/** Whether the channels stand before the spatial axes. `undefined` and `null` mean channels last. */
export function isChannelsFirst(who: string, dataFormat: unknown): boolean {
  if (dataFormat === undefined || dataFormat === null) return false;
  const name = typeof dataFormat === 'string' ? canonicalName(dataFormat) : dataFormat;
  return requireOneOf(who, 'dataFormat', name, ['channelsLast', 'channelsFirst']) === 'channelsFirst';
}

/** The spelling that `ops` take. */
export const dataFormatOf = (channelsFirst: boolean): 'channels_first' | 'channels_last' =>
  channelsFirst ? 'channels_first' : 'channels_last';
