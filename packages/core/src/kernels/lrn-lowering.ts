import type { ProgramBuilder } from '../program/builder.ts';
import { callOf, inputOf, numberOf } from '../program/expression.ts';
import type { ValueId } from '../program/program.ts';
import { sizeOf } from '../tensor/shape.ts';
import { emitOne, reshapeTo } from './lowering.ts';
import type { Attributes } from './spec.ts';

/** `bias + α Σ x²` over neighbouring channels. */
export function lowerNorm(builder: ProgramBuilder, x: ValueId, attrs: Attributes): ValueId {
  const { depthRadius, bias, alpha } = attrs as Record<'depthRadius' | 'bias' | 'alpha', number>;
  const squares = sumOfNeighbours(builder, builder.map(callOf('square', inputOf(0)), x), depthRadius);
  return builder.map(callOf('add', callOf('mul', inputOf(0), numberOf(alpha)), numberOf(bias)), squares);
}

/** Sums over the channels no further than `radius` away: a product with a band of ones. */
export function sumOfNeighbours(builder: ProgramBuilder, x: ValueId, radius: number): ValueId {
  const { shape } = builder.typeOf(x);
  const channels = shape.at(-1)!;
  const [rows, columns] = [0, 1].map((axis) => emitOne(builder, 'iota', [], { shape: [channels, channels], axis }));
  const distance = callOf('abs', callOf('sub', inputOf(0), inputOf(1)));
  const band = builder.map(callOf('f32', callOf('le', distance, numberOf(radius))), rows!, columns!);
  const flat = reshapeTo(builder, x, [sizeOf(shape) / channels, channels]);
  return reshapeTo(builder, emitOne(builder, 'dot', [flat, band], { transposeA: false, transposeB: false }), shape);
}
