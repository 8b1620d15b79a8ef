import type { WindowAttributes } from '../program/primitives/geometry.ts';
import type { Instruction, InstructionAttributes, ValueId } from '../program/program.ts';
import type { Shape } from '../tensor/shape.ts';
import { reshaped } from './reshapes.ts';
import type { ProgramView, Rule } from './rewrite.ts';

/*
 * Poolings of volumes `[n, depth, h, w, c]`: first of their planes, then along the depth, where a plane is a row of pixels. Of
 * equal elements the first in the window stays the one that counts: the first plane that has one, and the first there.
 */

export const pool: Rule = ({ primitive, inputs: [x], attrs }, view) => {
  const shape = primitive === 'pool' ? view.typeOf(x!).shape : [];
  if (shape.length !== VOLUME) return undefined;
  const planes = planesPooled(view, x!, attrs);
  const pixels = view.typeOf(planes).shape.slice(1);
  const [y] = view.emit({ primitive, inputs: [asRows(view, planes, shape)], attrs: alongDepth(attrs) });
  return [reshaped(y!, [...view.typeOf(y!).shape.slice(0, 2), ...pixels], view)];
};

export const poolGrad: Rule = ({ primitive, inputs: [dy, x], attrs }, view) => {
  if (primitive !== 'poolGrad') return undefined;
  const shape = x === undefined ? (attrs.inputShape as Shape) : view.typeOf(x).shape;
  if (shape.length !== VOLUME) return undefined;
  const [n, depth, ...plane] = shape as readonly [number, number, ...number[]];
  const [, outputs, ...pixels] = view.typeOf(dy!).shape;
  const gradient = asRows(view, dy!, [n, outputs!]);
  const planes = x === undefined ? undefined : asRows(view, planesPooled(view, x, attrs), shape);
  const rows = [n, depth, pixels[0]! * pixels[1]!, pixels[2]!];
  const along = gradientOf(view, gradient, planes, rows, alongDepth(attrs));
  const source = x === undefined ? undefined : reshaped(x, [n * depth, ...plane], view);
  const images = reshaped(along, [n * depth, ...pixels], view);
  return [reshaped(gradientOf(view, images, source, [n * depth, ...plane], ofEachPlane(attrs)), shape, view)];
};

/** The gradient of a maximum of `x`, or of a mean where there is none. */
function gradientOf(
  view: ProgramView,
  dy: ValueId,
  x: ValueId | undefined,
  inputShape: Shape,
  attrs: InstructionAttributes,
): ValueId {
  const step = x === undefined ? { inputs: [dy], attrs: { ...attrs, inputShape } } : { inputs: [dy, x], attrs };
  return view.emit({ primitive: 'poolGrad', ...step })[0]!;
}

const VOLUME = 5;

/** `[n · depth, oh, ow, c]` */
function planesPooled(view: ProgramView, x: ValueId, attrs: Instruction['attrs']): ValueId {
  const [n, depth, ...plane] = view.typeOf(x).shape as [number, number, ...number[]];
  const images = reshaped(x, [n * depth, ...plane], view);
  return view.emit({ primitive: 'pool', inputs: [images], attrs: ofEachPlane(attrs) })[0]!;
}

/** Planes as rows of pixels: `[n, depth, h · w, c]`. */
function asRows(view: ProgramView, planes: ValueId, [n, depth]: Shape): ValueId {
  const [height, width, channels] = view.typeOf(planes).shape.slice(-3) as [number, number, number];
  return reshaped(planes, [n!, depth!, height * width, channels], view);
}

function ofEachPlane(attrs: Instruction['attrs']): InstructionAttributes {
  const { kind, window, strides, dilations, pads } = attrs as unknown as PoolAttributes;
  return {
    kind,
    window: window.slice(1),
    strides: strides.slice(1),
    dilations: dilations.slice(1),
    pads: pads.slice(1),
  };
}

function alongDepth(attrs: Instruction['attrs']): InstructionAttributes {
  const { kind, window, strides, dilations, pads } = attrs as unknown as PoolAttributes;
  const first = <T>(list: readonly T[], single: T): T[] => [list[0]!, single];
  return {
    kind,
    window: first(window, 1),
    strides: first(strides, 1),
    dilations: first(dilations, 1),
    pads: first(pads, [0, 0]),
  };
}

type PoolAttributes = WindowAttributes & { readonly kind: string; readonly window: Shape };
