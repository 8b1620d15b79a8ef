import type { ProgramBuilder } from '../program/builder.ts';
import type { ValueId } from '../program/program.ts';
import { castTo, emitOne, type Lower, reshapeTo } from './lowering.ts';
import type { Taps } from './resize-geometry.ts';
import type { Attributes } from './spec.ts';

/** Images of another size. */
export const lowerResize =
  (kind: 'bilinear' | 'nearest'): Lower<'images'> =>
  ({ builder, inputs: { images }, attrs, outputs: [output] }) =>
    emitOne(builder, 'resize', [castTo(builder, images, output!.dtype)], {
      kind,
      size: attrs.size as number[],
      alignCorners: attrs.alignCorners === true,
      halfPixelCenters: attrs.halfPixelCenters === true,
    });

/** The gradient of a resize, from what each new row (or column) was mixed of: one matrix product per axis. */
export const lowerResizeGradient =
  (tapsOf: (from: number, to: number, attrs: Attributes) => Taps): Lower<'images' | 'dy'> =>
  ({ builder, inputs: { images, dy }, attrs }) => {
    const [batch, height, width, channels] = builder.typeOf(images).shape as [number, number, number, number];
    const [, rows, columns] = builder.typeOf(dy).shape as [number, number, number, number];
    const back = (from: number, to: number): ValueId => mixing(builder, tapsOf(from, to, attrs), from, to);
    const multiply = (matrix: ValueId, x: ValueId): ValueId =>
      emitOne(builder, 'dot', [matrix, x], { transposeA: false, transposeB: false });
    const tall = multiply(back(height, rows), reshapeTo(builder, dy, [batch, rows, columns * channels]));
    const full = multiply(back(width, columns), reshapeTo(builder, tall, [batch * height, columns, channels]));
    return reshapeTo(builder, full, [batch, height, width, channels]);
  };

/** `[1, from, to]`: how much of each new place belongs to each old one. */
function mixing(builder: ProgramBuilder, { low, high, share }: Taps, from: number, to: number): ValueId {
  const weights = new Float32Array(from * to);
  for (let i = 0; i < to; i++) {
    weights[low[i]! * to + i]! += 1 - share[i]!;
    weights[high[i]! * to + i]! += share[i]!;
  }
  return builder.constant(weights, { shape: [1, from, to], dtype: 'float32' });
}
