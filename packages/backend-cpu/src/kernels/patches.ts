import { type ConvGeometry, validRange } from './conv-geometry.ts';
import { transposeMatrix } from './transpose.ts';

/**
 * The patches that a filter sees, one row per filter tap and input channel, one column per output position:
 * `target: [filterHeight · filterWidth · inChannels, images · outHeight · outWidth]`, zero where a patch leaves the image.
 *
 * `planes` is room for the images with their channels first: `inChannels · images · inHeight · inWidth` numbers.
 */
export function patchesTransposed(
  images: Float32Array,
  count: number,
  planes: Float32Array,
  target: Float32Array,
  g: ConvGeometry,
): void {
  const { inHeight, inWidth, inChannels, outHeight, outWidth, strideHeight, strideWidth } = g;
  transposeMatrix(images, planes, count * inHeight * inWidth, inChannels);
  target.fill(0);
  const rowLength = count * outHeight * outWidth;
  const planeSize = inHeight * inWidth;
  let rowStart = 0;
  for (let tapY = 0; tapY < g.filterHeight; tapY++) {
    const offsetY = tapY * g.dilationHeight - g.top;
    const [fromY, endY] = validRange(offsetY, strideHeight, inHeight, outHeight);
    for (let tapX = 0; tapX < g.filterWidth; tapX++) {
      const offsetX = tapX * g.dilationWidth - g.left;
      const [fromX, endX] = validRange(offsetX, strideWidth, inWidth, outWidth);
      for (let channel = 0; channel < inChannels; channel++, rowStart += rowLength) {
        for (let image = 0; image < count; image++) {
          const plane = (channel * count + image) * planeSize;
          for (let y = fromY; y < endY; y++) {
            let from = plane + (y * strideHeight + offsetY) * inWidth + fromX * strideWidth + offsetX;
            const to = rowStart + (image * outHeight + y) * outWidth;
            for (let x = fromX; x < endX; x++, from += strideWidth) target[to + x] = planes[from]!;
          }
        }
      }
    }
  }
}

/**
 * Adds patches, one row per output position, back to where they come from in the images:
 * `source: [count · outHeight · outWidth, filterHeight · filterWidth · inChannels]`.
 */
export function addPatches(source: Float32Array, count: number, images: Float32Array, g: ConvGeometry): void {
  const { inHeight, inWidth, inChannels, outHeight, outWidth, strideHeight, strideWidth } = g;
  const patchSize = g.filterHeight * g.filterWidth * inChannels;
  for (let tapY = 0, tap = 0; tapY < g.filterHeight; tapY++) {
    const offsetY = tapY * g.dilationHeight - g.top;
    const [fromY, endY] = validRange(offsetY, strideHeight, inHeight, outHeight);
    for (let tapX = 0; tapX < g.filterWidth; tapX++, tap += inChannels) {
      const offsetX = tapX * g.dilationWidth - g.left;
      const [fromX, endX] = validRange(offsetX, strideWidth, inWidth, outWidth);
      for (let image = 0; image < count; image++) {
        for (let y = fromY; y < endY; y++) {
          const row = (image * inHeight + y * strideHeight + offsetY) * inWidth + offsetX;
          const patchRow = (image * outHeight + y) * outWidth;
          for (let x = fromX; x < endX; x++) {
            const to = (row + x * strideWidth) * inChannels;
            const from = (patchRow + x) * patchSize + tap;
            for (let channel = 0; channel < inChannels; channel++)
              images[to + channel] = images[to + channel]! + source[from + channel]!;
          }
        }
      }
    }
  }
}
