import { canonicalName, type DType, requireOneOf } from '@capas/core';
import type { Layer } from '../../layer.ts';
import { autoName } from '../../naming.ts';
import { Discretization } from './discretization.ts';
import { Feature, type FeatureMode } from './feature.ts';
import { Hashing } from './hashing.ts';
import { IntegerLookup } from './integer-lookup.ts';
import { Normalization } from './normalization.ts';
import { Rescaling } from './rescaling.ts';
import { StringLookup } from './string-lookup.ts';
import { TFDIdentity } from './tfd-identity.ts';

/** The name of a feature: its preprocessor is called after it. */
interface Named {
  readonly name?: string | undefined;
}

/** Options of features of categories. */
interface Categorical extends Named {
  readonly maxTokens?: number | null;
  readonly numOovIndices?: number;
  readonly outputMode?: FeatureMode;
}

/** Options of features that are hashed. */
interface Hashed extends Named {
  readonly numBins: number;
  readonly outputMode?: FeatureMode;
}

const named = (name: string | undefined, kind: string): { name: string } => ({
  name: `${name ?? autoName(kind)}_preprocessor`,
});

const oneHot = { outputMode: 'oneHot' } as const;

/** Numbers as they are. */
export const floatFeature = ({ name }: Named = {}): Feature =>
  new Feature({ dtype: 'float32', preprocessor: asLayer(new TFDIdentity(named(name, 'float'))), outputMode: 'float' });

/** Numbers times `scale`, plus `offset`. */
export const floatRescaled = (config: Named & { readonly scale?: number; readonly offset?: number } = {}): Feature => {
  const { name, scale = 1, offset = 0 } = config;
  const preprocessor = new Rescaling({ scale, offset, ...named(name, 'float_rescaled') });
  return new Feature({ dtype: 'float32', preprocessor: asLayer(preprocessor), outputMode: 'float' });
};

/** Numbers less their mean, over their deviation. */
export const floatNormalized = ({ name }: Named = {}): Feature => {
  const preprocessor = new Normalization({ axis: -1, ...named(name, 'float_normalized') });
  return new Feature({ dtype: 'float32', preprocessor: asLayer(preprocessor), outputMode: 'float' });
};

/** Numbers sorted into bins. */
export const floatDiscretized = (
  config: Named & {
    readonly numBins?: number | null;
    readonly binBoundaries?: readonly number[] | null;
    readonly outputMode?: FeatureMode;
  },
): Feature => {
  const { name, numBins = null, binBoundaries = null, outputMode } = { ...oneHot, ...config };
  const preprocessor = new Discretization({ numBins, binBoundaries, ...named(name, 'float_discretized') });
  return new Feature({ dtype: 'float32', preprocessor: asLayer(preprocessor), outputMode });
};

/** Integers as categories. */
export const integerCategorical = (config: Categorical = {}): Feature => {
  const { name, maxTokens = null, numOovIndices = 1, outputMode } = { ...oneHot, ...config };
  const preprocessor = new IntegerLookup({ maxTokens, numOovIndices, ...named(name, 'integer_categorical') });
  return new Feature({ dtype: 'int32', preprocessor: asLayer(preprocessor), outputMode });
};

/** Strings as categories. */
export const stringCategorical = (config: Categorical = {}): Feature => {
  const { name, maxTokens = null, numOovIndices = 1, outputMode } = { ...oneHot, ...config };
  const preprocessor = new StringLookup({ maxTokens, numOovIndices, ...named(name, 'string_categorical') });
  return new Feature({ dtype: 'string', preprocessor: asLayer(preprocessor), outputMode });
};

/** Integers by a hash. */
export const integerHashed = (config: Hashed): Feature => hashed('int32', 'integer_hashed', config);

/** Strings by a hash. */
export const stringHashed = (config: Hashed): Feature => hashed('string', 'string_hashed', config);

function hashed(dtype: DType, kind: string, config: Hashed): Feature {
  const { name, numBins, outputMode } = { ...oneHot, ...config };
  return new Feature({ dtype, preprocessor: asLayer(new Hashing({ numBins, ...named(name, kind) })), outputMode });
}

/** A layer, whatever its options are. */
const asLayer = (layer: unknown): Layer => layer as Layer;

/** What a feature may be called that has the default options; also in the spelling of Keras. */
export type FeatureKind =
  | KindName
  | 'float_rescaled'
  | 'float_normalized'
  | 'float_discretized'
  | 'integer_categorical'
  | 'string_categorical'
  | 'integer_hashed'
  | 'string_hashed';

/** How many bins features have that do not say it. */
export interface BinCounts {
  readonly numDiscretizationBins: number;
  readonly hashingDim: number;
}

/** The feature of a kind, with the default options. */
export function featureOfKind(who: string, name: string, kind: unknown, bins: BinCounts): Feature {
  const known = typeof kind === 'string' ? canonicalName(kind) : kind;
  return kinds[requireOneOf(who, `features.${name}`, known, Object.keys(kinds) as KindName[])](name, bins);
}

type KindName =
  | 'float'
  | 'floatRescaled'
  | 'floatNormalized'
  | 'floatDiscretized'
  | 'integerCategorical'
  | 'stringCategorical'
  | 'integerHashed'
  | 'stringHashed';

const kinds: Readonly<Record<KindName, (name: string, bins: BinCounts) => Feature>> = {
  float: (name) => floatFeature({ name }),
  floatRescaled: (name) => floatRescaled({ name }),
  floatNormalized: (name) => floatNormalized({ name }),
  floatDiscretized: (name, { numDiscretizationBins: numBins }) => floatDiscretized({ name, numBins }),
  integerCategorical: (name) => integerCategorical({ name }),
  stringCategorical: (name) => stringCategorical({ name }),
  integerHashed: (name, { hashingDim: numBins }) => integerHashed({ name, numBins }),
  stringHashed: (name, { hashingDim: numBins }) => stringHashed({ name, numBins }),
};
