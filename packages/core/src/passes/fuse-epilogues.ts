import { type Expression, inputOf } from '../program/expression.ts';
import { callsIn } from '../program/primitives/elementwise.ts';
import { fitsEpilogue } from '../program/primitives/epilogue.ts';
import type { Instruction, ValueId } from '../program/program.ts';
import { sameShape, sizeOf } from '../tensor/shape.ts';
import { hasOwnType, MOST_CALLS, MOST_INPUTS } from './absorb-map.ts';
import { substitute } from './expressions.ts';
import { expressionOf } from './map-steps.ts';
import type { Pass } from './pass.ts';
import { productsFor } from './products.ts';
import { reshaped, reshapedFrom, shapeThrough } from './reshapes.ts';
import { type ProgramView, type Rule, rewrite, type Step } from './rewrite.ts';

/**
 * Lets a product do what the map after it does with each element, before it is written: a bias and an activation, the mask of a
 * gradient.
 *
 *     %3 = dot(%0, %1)
 *     %4 = map(%3, %2) { relu(add(a, b)) }     %4 = dot(%0, %1, %2) {epilogue=(relu(add(a, b)))}
 *
 * The product is rounded to float32 before, as if it was written, so the bits are the same.
 */
export const fuseEpilogues: Pass = {
  name: 'fuse-epilogues',
  run(program) {
    const fused = rewrite(program, [absorbIntoProduct]);
    return fused === program ? program : fuseEpilogues.run(fused);
  },
};

const absorbIntoProduct: Rule = (map, view) => {
  if (map.primitive !== 'map' || !hasOwnType(map, view)) return undefined;
  for (const product of productsFor(map, view)) {
    const step = withEpilogue(product, map, view);
    if (!step) continue;
    const [from, to] = [map.outputs[0]!, product.outputs[0]!].map((id) => view.typeOf(id).shape) as [
      readonly number[],
      readonly number[],
    ];
    if (sameShape(from, to)) return step;
    return { primitive: 'reshape', inputs: view.emit(step), attrs: { shape: from } };
  }
  return undefined;
};

/** What was broadcast to a value: an epilogue broadcasts too. */
const broadcastFrom = (id: ValueId, view: ProgramView): ValueId => {
  const producer = view.producerOf(id);
  return producer?.primitive === 'broadcast' ? producer.inputs[0]! : id;
};

/** The product that does what the map does, in its own shape; `undefined` if it cannot. */
function withEpilogue(product: Instruction, map: Instruction, view: ProgramView): Step | undefined {
  const source = product.outputs[0]!;
  const [own, result] = [view.typeOf(source), view.typeOf(map.outputs[0]!)];
  if (own.dtype !== 'float32' || result.dtype !== 'float32' || sizeOf(own.shape) !== sizeOf(result.shape))
    return undefined;

  const extras: ValueId[] = product.inputs.slice(2);
  /** For each input of the map, what it is to the product: input 0 is its own element. */
  const places: Expression[] = [];
  for (const id of map.inputs) {
    if (reshapedFrom(id, view) === source) {
      places.push(inputOf(0));
      continue;
    }
    const input = broadcastFrom(id, view);
    const shape = shapeThrough(view.typeOf(input).shape, result.shape, own.shape);
    if (!shape || !fitsEpilogue(shape, own.shape)) return undefined;
    const extra = reshaped(input, shape, view);
    const known = extras.indexOf(extra);
    places.push(inputOf(1 + (known >= 0 ? known : extras.push(extra) - 1)));
  }
  const before = (product.attrs.epilogue as Expression | undefined) ?? inputOf(0);
  const epilogue = substitute(expressionOf(map), (index) => {
    const place = places[index]!;
    return place.kind === 'input' && place.index === 0 ? before : place;
  });
  if (extras.length + 2 > MOST_INPUTS || callsIn(epilogue) > MOST_CALLS) return undefined;
  const { primitive, attrs, origin } = product;
  const inputs = [...product.inputs.slice(0, 2), ...extras];
  return { primitive, inputs, attrs: { ...attrs, epilogue }, ...(origin !== undefined && { origin }) };
}
