export { hsvToRgb, type ImageOptions, rgbToGrayscale, rgbToHsv } from './color.ts';
export {
  type CropImagesOptions,
  cropImages,
  extractPatches,
  extractPatches3d,
  type PadImagesOptions,
  type PatchOptions,
  padImages,
} from './crop.ts';
export { type GaussianBlurOptions, gaussianBlur, type SsimOptions, sobelEdges, ssim } from './filter.ts';
export { type Interpolation, type ResizeOptions, resize, scaleAndTranslate } from './resize.ts';
export {
  affineTransform,
  type ElasticTransformOptions,
  elasticTransform,
  type MapCoordinatesOptions,
  mapCoordinates,
  perspectiveTransform,
  type TransformOptions,
} from './transform.ts';
