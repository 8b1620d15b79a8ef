export * as boundingBoxes from './bounding-boxes/index.ts';
