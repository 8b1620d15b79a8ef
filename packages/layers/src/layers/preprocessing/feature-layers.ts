import type { Layer } from '../../layer.ts';
import type { AdaptData } from './adapt-data.ts';
import { CategoryEncoding } from './category-encoding.ts';
import { Discretization } from './discretization.ts';
import { HashedCrossing } from './hashed-crossing.ts';
import { Hashing } from './hashing.ts';
import { IndexLookup } from './index-lookup.ts';
import { Normalization } from './normalization.ts';
import { TextVectorization } from './text-vectorization.ts';

/** A layer that learns from data. */
export type Adaptable = Layer & { adapt(data: AdaptData): Promise<void> | undefined };

/** Whether a layer learns from data: not where it was given what it has to know. */
export function isAdaptable(layer: Layer): layer is Adaptable {
  if (!('adapt' in layer)) return false;
  return (layer as { canAdapt?: boolean }).canAdapt ?? true;
}

/** Whether a layer knows what it has to. */
export function isReady(layer: unknown): boolean {
  if (layer instanceof Normalization) return layer.built || !layer.canAdapt;
  if (layer instanceof Discretization) return layer.binBoundaries !== undefined;
  if (layer instanceof IndexLookup || layer instanceof TextVectorization)
    return layer.getVocabulary({ includeSpecialTokens: false }).length > 0;
  return true;
}

/** The number of categories that a layer gives out. */
export function categoriesOf(layer: unknown): number | undefined {
  if (layer instanceof IndexLookup) return layer.vocabularySize();
  if (layer instanceof CategoryEncoding) return layer.config.numTokens;
  if (layer instanceof Discretization) return layer.binBoundaries!.length + 1;
  if (layer instanceof Hashing || layer instanceof HashedCrossing) return layer.config.numBins;
  return undefined;
}
