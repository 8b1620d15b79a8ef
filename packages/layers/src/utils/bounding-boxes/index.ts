export { type BoundingBoxes, type ClipOptions, clipToImageSize, crop, pad } from './boxes.ts';
export { type DeltaOptions, decodeDeltasToBoxes, encodeBoxToDeltas } from './deltas.ts';
export { type BoundingBoxFormat, convertFormat, type ImageSize } from './formats.ts';
export { computeCiou, computeIou, type IouOptions } from './iou.ts';
export { affineTransform, type BoxMovement } from './project.ts';
