import { ArgumentError, CapasError, ShapeError, showShape } from '../../errors.ts';
import { type Shape, sameShape, sizeOf } from '../../tensor/shape.ts';
import type { Expression } from '../expression.ts';
import { type Elements, type HostValue, showType } from '../primitive.ts';
import type { ValueType } from '../program.ts';
import { callsIn, elementwiseType, evaluateElementwise } from './elementwise.ts';

/*
 * What is done with each element of a product before it is written: `epilogue` is an expression of that element (input 0) and of
 * those of the extra inputs (from 1 on). Product and result are float32. The result is that of a `map` after the product, bit for
 * bit.
 */

/** Whether a value may be an extra input: it has the shape of the product, or one element for each column, or one for all. */
export function fitsEpilogue(extra: Shape, product: Shape): boolean {
  if (sameShape(extra, product)) return true;
  if (extra.length > product.length) return false;
  const isRow = extra.slice(0, -1).every((dim) => dim === 1) && extra.at(-1) === product.at(-1);
  return isRow || sizeOf(extra) === 1;
}

/**
 * The type of a product of a type after its epilogue.
 *
 * @throws {CapasError} Extra inputs without an epilogue, or that do not fit; an epilogue of or to another dtype than float32.
 */
export function epilogueType(
  primitive: string,
  product: ValueType,
  extras: readonly ValueType[],
  epilogue: Expression | undefined,
): ValueType {
  if (!epilogue) {
    if (extras.length === 0) return product;
    throw new ArgumentError(primitive, 'inputs', '2 in number, without an epilogue', 2 + extras.length);
  }
  for (const { shape } of extras) {
    if (fitsEpilogue(shape, product.shape)) continue;
    throw new ShapeError(
      `${primitive}: an extra input must have the shape of the product, ${showShape(product.shape)}, or one element for each column, or one for all. Received: ${showShape(shape)}.`,
    );
  }
  const result = elementwiseType(primitive, [product, ...extras], epilogue);
  if (product.dtype === 'float32' && result.dtype === 'float32') return product;
  throw new CapasError(
    `${primitive}: an epilogue makes float32 of float32. Received: ${showType(result)} of ${showType(product)}.`,
  );
}

/** The elements of a product after its epilogue. */
export const applyEpilogue = (
  product: HostValue,
  extras: readonly HostValue[],
  epilogue: Expression | undefined,
): Elements => (epilogue ? evaluateElementwise([product, ...extras], epilogue, product.type) : product.data);

/** The arithmetic operations of an epilogue. */
export const epilogueFlops = (product: ValueType, epilogue: Expression | undefined): number =>
  epilogue ? callsIn(epilogue) * sizeOf(product.shape) : 0;
