import type { WindowAxis } from '../program/primitives/geometry.ts';
import type { Fields } from './layouts.ts';

/** How a window slides over the height and width of images, as words; one axis is a width. `undefined` for volumes. */
export function planarWindow(axes: readonly WindowAxis[]): Fields | undefined {
  const [height, width] = axes.length === 1 ? [SINGLE, axes[0]!] : [axes[0]!, axes[1]!];
  if (axes.length > 2) return undefined;
  return {
    h: height.input,
    w: width.input,
    kh: height.window,
    kw: width.window,
    oh: height.output,
    ow: width.output,
    strideH: height.stride,
    strideW: width.stride,
    dilationH: height.dilation,
    dilationW: width.dilation,
    padTop: height.before,
    padLeft: width.before,
  };
}

const SINGLE: WindowAxis = { input: 1, output: 1, window: 1, stride: 1, dilation: 1, before: 0 };
