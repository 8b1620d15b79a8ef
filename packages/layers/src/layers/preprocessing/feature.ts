import { ArgumentError, canonicalName, type DType, requireOneOf, requirePositiveInteger } from '@capas/core';
import type { Layer } from '../../layer.ts';
import type { SerializedObject } from '../../saving/keras-config.ts';

/** How a feature is given out: as numbers of categories, as vectors, or as its preprocessor leaves it. */
export type FeatureMode = 'int' | 'oneHot' | 'one_hot' | 'float';

/** What a {@link Feature} is made of. */
export interface FeatureConfig {
  /** The dtype of the raw values. */
  readonly dtype: DType;
  /** Turns raw values into numbers. */
  readonly preprocessor: Layer;
  readonly outputMode: FeatureMode;
}

/** A column of data, and what is made of it. */
export class Feature {
  static readonly className = 'Feature';
  readonly dtype: DType;
  readonly preprocessor: Layer;
  readonly outputMode: 'int' | 'oneHot' | 'float';

  constructor({ dtype, preprocessor, outputMode }: FeatureConfig) {
    this.dtype = dtype;
    this.preprocessor = preprocessor;
    this.outputMode = requireOneOf('Feature', 'outputMode', canonicalName(outputMode), ['int', 'oneHot', 'float']);
  }

  /** What stands of it in the config of a `FeatureSpace`. */
  toJSON(): SerializedObject {
    const { dtype, preprocessor, outputMode } = this;
    return { className: Feature.className, config: { dtype, preprocessor, outputMode } };
  }
}

/** What a {@link Cross} is made of. */
export interface CrossConfig {
  /** The features whose combinations are taken. */
  readonly featureNames: readonly string[];
  /** The number of bins that combinations are hashed into. */
  readonly crossingDim: number;
  /** @defaultValue `'oneHot'` */
  readonly outputMode?: 'int' | 'oneHot' | 'one_hot';
}

/** Features that are crossed. */
export class Cross {
  static readonly className = 'Cross';
  readonly featureNames: readonly string[];
  readonly crossingDim: number;
  readonly outputMode: 'int' | 'oneHot';

  constructor({ featureNames, crossingDim, outputMode = 'oneHot' }: CrossConfig) {
    if (!Array.isArray(featureNames) || featureNames.length < 2)
      throw new ArgumentError('Cross', 'featureNames', 'a list of at least two names', featureNames);
    this.featureNames = Object.freeze([...featureNames]);
    this.crossingDim = requirePositiveInteger('Cross', 'crossingDim', crossingDim);
    this.outputMode = requireOneOf('Cross', 'outputMode', canonicalName(outputMode), ['int', 'oneHot']);
  }

  /** `a_X_b` */
  get name(): string {
    return this.featureNames.join('_X_');
  }

  /** What stands of it in the config of a `FeatureSpace`. */
  toJSON(): SerializedObject {
    const { featureNames, crossingDim, outputMode } = this;
    return { className: Cross.className, config: { featureNames, crossingDim, outputMode } };
  }
}
