export { runCallbackCase } from './testing/golden-callbacks.ts';
export { runLayerCase } from './testing/golden-layers.ts';
export { runTrainingCase } from './testing/golden-training.ts';
