export type { BoundingBoxFormat } from '../../utils/bounding-boxes/formats.ts';
export { AugMix, type AugMixConfig, augMix } from './aug-mix.ts';
export { AutoContrast, type AutoContrastConfig, autoContrast } from './auto-contrast.ts';
export {
  BaseImagePreprocessingLayer,
  type ImagePreprocessingConfig,
  type ImagesShape,
} from './base-image-preprocessing.ts';
export { CenterCrop, type CenterCropConfig, centerCrop } from './center-crop.ts';
export {
  ContrastLimitedAdaptiveHistogramEqualization,
  type ContrastLimitedAdaptiveHistogramEqualizationConfig,
  contrastLimitedAdaptiveHistogramEqualization,
} from './contrast-limited-adaptive-histogram-equalization.ts';
export { CutMix, type CutMixConfig, cutMix } from './cut-mix.ts';
export { Equalization, type EqualizationConfig, equalization } from './equalization.ts';
export type { Factor } from './factor.ts';
export type { LabeledImages } from './labeled-images.ts';
export { MaxNumBoundingBoxes, type MaxNumBoundingBoxesConfig, maxNumBoundingBoxes } from './max-num-bounding-boxes.ts';
export { MixUp, type MixUpConfig, mixUp } from './mix-up.ts';
export { RandAugment, type RandAugmentConfig, randAugment } from './rand-augment.ts';
export { RandomBrightness, type RandomBrightnessConfig, randomBrightness } from './random-brightness.ts';
export {
  RandomColorDegeneration,
  type RandomColorDegenerationConfig,
  randomColorDegeneration,
} from './random-color-degeneration.ts';
export { RandomColorJitter, type RandomColorJitterConfig, randomColorJitter } from './random-color-jitter.ts';
export { RandomContrast, type RandomContrastConfig, randomContrast } from './random-contrast.ts';
export { RandomCrop, type RandomCropConfig, randomCrop } from './random-crop.ts';
export {
  RandomElasticTransform,
  type RandomElasticTransformConfig,
  randomElasticTransform,
} from './random-elastic-transform.ts';
export { RandomErasing, type RandomErasingConfig, randomErasing } from './random-erasing.ts';
export { RandomFlip, type RandomFlipConfig, randomFlip } from './random-flip.ts';
export { RandomGaussianBlur, type RandomGaussianBlurConfig, randomGaussianBlur } from './random-gaussian-blur.ts';
export { RandomGrayscale, type RandomGrayscaleConfig, randomGrayscale } from './random-grayscale.ts';
export { RandomHue, type RandomHueConfig, randomHue } from './random-hue.ts';
export { RandomInvert, type RandomInvertConfig, randomInvert } from './random-invert.ts';
export { RandomPerspective, type RandomPerspectiveConfig, randomPerspective } from './random-perspective.ts';
export { RandomPosterization, type RandomPosterizationConfig, randomPosterization } from './random-posterization.ts';
export { RandomRotation, type RandomRotationConfig, randomRotation } from './random-rotation.ts';
export { RandomSaturation, type RandomSaturationConfig, randomSaturation } from './random-saturation.ts';
export { RandomSharpness, type RandomSharpnessConfig, randomSharpness } from './random-sharpness.ts';
export { RandomShear, type RandomShearConfig, randomShear } from './random-shear.ts';
export { RandomTranslation, type RandomTranslationConfig, randomTranslation } from './random-translation.ts';
export { RandomZoom, type RandomZoomConfig, randomZoom } from './random-zoom.ts';
export { Resizing, type ResizingConfig, resizing } from './resizing.ts';
export { Solarization, type SolarizationConfig, solarization } from './solarization.ts';
