import { isEachElement, type WindowAttributes, windowAxes } from '../program/primitives/geometry.ts';
import { rowMajor } from '../program/strided.ts';
import type { Shape } from '../tensor/shape.ts';
import { copyPart } from './encode-movement.ts';
import { defineEncoder, type Encoder } from './encoder.ts';
import { NO_SLOT } from './layouts.ts';
import { planarWindow } from './planar-window.ts';

type PoolAttributes = WindowAttributes & { readonly kind: 'max' | 'avg'; readonly window: Shape };

const KINDS = { max: 0, avg: 1 } as const;

export const encodePool: Encoder = defineEncoder<PoolAttributes>(
  ({ attrs: { kind, window, ...attrs }, inputs: [x], outputs: [y] }) => {
    const { shape, dtype } = x!.type;
    const axes = windowAxes('plan', shape, window, attrs);
    const planar = planarWindow(axes);
    if (dtype !== 'float32' || !planar) return undefined;
    // the maximum of one element is that element, NaN too
    if (kind === 'max' && axes.every(isEachElement))
      return copyPart(x!, shape, { offset: 0, strides: rowMajor(shape) }, y!);
    const fields = { kind: KINDS[kind], n: shape[0]!, c: shape.at(-1)!, ...planar, x: x!.slot, out: y!.slot };
    return { opcode: 'pool', fields };
  },
);

export const encodePoolGrad: Encoder = defineEncoder<PoolAttributes>(
  ({ attrs: { kind, window, ...attrs }, inputs: [dy, x], outputs: [dx] }) => {
    const { shape } = dx!.type;
    const planar = planarWindow(windowAxes('plan', shape, window, attrs));
    if ((x && x.type.dtype !== 'float32') || !planar) return undefined;
    return {
      opcode: 'poolGrad',
      fields: {
        kind: KINDS[kind],
        n: shape[0]!,
        c: shape.at(-1)!,
        ...planar,
        dy: dy!.slot,
        x: x?.slot ?? NO_SLOT,
        out: dx!.slot,
      },
    };
  },
);
