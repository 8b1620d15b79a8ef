import type { ProgramDType } from '../program/program.ts';
import type { Shape } from '../tensor/shape.ts';
import { bitsOf } from './bits.ts';
import { defineEncoder, type Encoder, elementBytes } from './encoder.ts';
import { DISTRIBUTIONS } from './opcodes.ts';

export const encodeOneHot: Encoder = defineEncoder<{ depth: number; on: number; off: number; dtype: ProgramDType }>(
  ({ attrs: { depth, on, off, dtype }, inputs: [ids], outputs: [y] }) => ({
    opcode: 'oneHot',
    fields: {
      elementBytes: elementBytes(dtype),
      count: ids!.size,
      depth,
      onBits: bitsOf(on, dtype),
      offBits: bitsOf(off, dtype),
      ids: ids!.slot,
      out: y!.slot,
    },
  }),
);

export const encodeRandom: Encoder = defineEncoder<{ distribution: keyof typeof DISTRIBUTIONS }>(
  ({ attrs: { distribution }, inputs: [state], outputs: [y] }) => ({
    opcode: 'random',
    fields: { distribution: DISTRIBUTIONS[distribution], count: y!.size, state: state!.slot, out: y!.slot },
  }),
);

export const encodeResize: Encoder = defineEncoder<{
  kind: 'bilinear' | 'nearest';
  alignCorners: boolean;
  halfPixelCenters: boolean;
}>(({ attrs: { kind, alignCorners, halfPixelCenters }, inputs: [x], outputs: [y] }) => {
  if (x!.type.dtype !== 'float32') return undefined;
  const [n, h, w, c] = x!.type.shape as Shape & readonly [number, number, number, number];
  const [, oh, ow] = y!.type.shape as Shape & readonly [number, number, number, number];
  return {
    opcode: 'resize',
    fields: {
      kind: Number(kind === 'bilinear'),
      n,
      h,
      w,
      c,
      oh,
      ow,
      alignCorners: Number(alignCorners),
      halfPixelCenters: Number(halfPixelCenters),
      x: x!.slot,
      out: y!.slot,
    },
  };
});
