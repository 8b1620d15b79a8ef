import { lookup, type Maker, type Serialized } from '../registry.ts';
import { absMaxQuantizer } from './abs-max-quantizer.ts';
import { Quantizer } from './quantizer.ts';

/** What stands for a quantizer in options. */
export type QuantizerIdentifier = 'absMaxQuantizer' | 'abs_max_quantizer' | Quantizer | Serialized;

const table: Readonly<Record<string, Maker<Quantizer>>> = { absMaxQuantizer };

/** The quantizer that a name or a serialized object stands for; `null` and `undefined`: none. */
export function getQuantizer(identifier: QuantizerIdentifier | null | undefined): Quantizer | undefined {
  if (identifier === null || identifier === undefined) return undefined;
  return lookup('quantizer', identifier, table, (value) => value instanceof Quantizer);
}
