import { ArgumentError, UnknownNameError } from '@capas/core';
import type { LayerConfig } from '../../layer-config.ts';
import type { SerializedObject } from '../../saving/keras-config.ts';
import { Cross, type CrossConfig, Feature, type FeatureConfig } from './feature.ts';
import { type BinCounts, type FeatureKind, featureOfKind } from './feature-kinds.ts';
import { Normalization } from './normalization.ts';

/** Options of `FeatureSpace`. */
export interface FeatureSpaceConfig extends LayerConfig {
  /** What is made of each column, by its name: a kind of feature, or a feature with options. */
  readonly features: Readonly<Record<string, FeatureKind | Feature | SerializedObject>>;
  /** One vector of all features, or each by itself. @defaultValue `'concat'` */
  readonly outputMode?: 'concat' | 'dict';
  /** Features whose combinations are features too: lists of names, or crosses with options. */
  readonly crosses?: readonly (readonly string[] | Cross | SerializedObject)[] | null;
  /** The number of bins of a cross. @defaultValue 32 */
  readonly crossingDim?: number;
  /** The number of bins of hashed features. @defaultValue 32 */
  readonly hashingDim?: number;
  /** The number of bins of discretized features. @defaultValue 32 */
  readonly numDiscretizationBins?: number;
}

/** The defaults of {@link FeatureSpaceConfig}. */
export const spaceDefaults = {
  outputMode: 'concat',
  crosses: null,
  crossingDim: 32,
  hashingDim: 32,
  numDiscretizationBins: 32,
} as const;

/** The features of the options, by their names. */
export function featuresOf({ features, ...bins }: FeatureSpaceConfig & BinCounts): Record<string, Feature> {
  if (typeof features !== 'object' || features === null || Object.keys(features).length === 0)
    throw new ArgumentError('FeatureSpace', 'features', 'a record of at least one feature', features);
  const make = (name: string, value: FeatureSpaceConfig['features'][string]): Feature => {
    if (value instanceof Feature) return value;
    if (typeof value === 'object') return revived(new Feature(value.config as unknown as FeatureConfig));
    return featureOfKind('FeatureSpace', name, value, bins);
  };
  return Object.fromEntries(Object.entries(features).map(([name, value]) => [name, make(name, value)]));
}

/** A feature from a file: its layer has its weights at once, for values that come. */
function revived(feature: Feature): Feature {
  const { preprocessor } = feature;
  if ((preprocessor as unknown) instanceof Normalization) preprocessor.ensureBuilt([null, 1]);
  return feature;
}

/** A cross of the options. */
export function crossOf(
  given: readonly string[] | Cross | SerializedObject,
  crossingDim: number,
  features: readonly string[],
): Cross {
  const written = given as SerializedObject;
  const cross =
    given instanceof Cross
      ? given
      : new Cross(
          Array.isArray(given) ? { featureNames: given, crossingDim } : (written.config as unknown as CrossConfig),
        );
  for (const name of cross.featureNames)
    if (!features.includes(name)) throw new UnknownNameError('feature of a cross', name, features);
  return cross;
}
