export { type FeatureExtractorOptions, featureExtractor } from './feature-extractor.ts';
export { freeze, unfreeze } from './freeze.ts';
export type { LayerSelection } from './select-layers.ts';
