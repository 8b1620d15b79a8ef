import { callOf, type Expression, inputOf } from '../program/expression.ts';
import type { Instruction, ValueId } from '../program/program.ts';
import { sizeOf } from '../tensor/shape.ts';
import { inputsIn } from './expressions.ts';
import { keyOf } from './instruction-key.ts';
import { expressionOf } from './map-steps.ts';
import type { Pass } from './pass.ts';
import { type ProgramView, type Rule, rewrite } from './rewrite.ts';

/**
 * Masks the gradient of maxima by their signs in the place of the gradient of all that was looked at, which is larger:
 *
 *     %2 = pool(%1) {kind="max", …}            %2 = pool(%1) {kind="max", …}
 *     %4 = poolGrad(%3, %1) {kind="max", …}    %6 = map(%3, %2) { mul(a, step(b, 0)) }
 *     %5 = map(%1) { step(a, 0) }              %7 = poolGrad(%6, %1) {kind="max", …}
 *     %7 = map(%4, %5) { mul(a, b) }
 *
 * A window gives its gradient to the element that is its maximum, so both have one sign. What is left can be the epilogue of the
 * product before. Where windows overlap, sums may be rounded in other places; zeros may have another sign, and elements that are
 * NaN, which are no maximum, get 0.
 */
export const maskBeforePoolGrad: Pass = {
  name: 'mask-before-pool-grad',
  reorders: true,
  run: (program) => rewrite(program, [maskMaxima]),
};

const maskMaxima: Rule = (map, view) => {
  if (map.primitive !== 'map' || map.inputs.length !== 2 || !isProductOfBoth(expressionOf(map))) return undefined;
  const place = map.inputs.findIndex((id) => isLoneGradient(id, view));
  const gradient = place < 0 ? undefined : view.producerOf(map.inputs[place]!)!;
  if (!gradient) return undefined;
  const [dy, x] = gradient.inputs as [ValueId, ValueId];
  const sign = signOf(map.inputs[1 - place]!, x, view);
  const maxima = maximaOf(gradient, x, view);
  if (!sign || maxima === undefined || sizeOf(view.typeOf(maxima).shape) >= sizeOf(view.typeOf(x).shape))
    return undefined;
  const attrs = { expr: callOf('mul', inputOf(0), inputOf(1)) };
  const [mask] = view.emit({ primitive: 'map', inputs: [maxima], attrs: { expr: sign } });
  const [masked] = view.emit({ primitive: 'map', inputs: [dy, mask!], attrs });
  return { primitive: 'poolGrad', inputs: [masked!, x], attrs: gradient.attrs };
};

const isProductOfBoth = (expr: Expression): boolean =>
  expr.kind === 'call' &&
  expr.fn === 'mul' &&
  inputsIn(expr).size === 2 &&
  expr.args.every(({ kind }) => kind === 'input');

/** Whether a value is the gradient of maxima, and read once. */
function isLoneGradient(id: ValueId, view: ProgramView): boolean {
  const producer = view.producerOf(id);
  const isGradient = producer?.primitive === 'poolGrad' && producer.attrs.kind === 'max';
  return isGradient && !view.isKept(id) && view.readersOf(id).length === 1;
}

/** The expression `step(a, …)` of which a value is made from `x` alone. */
function signOf(id: ValueId, x: ValueId, view: ProgramView): Expression | undefined {
  const producer = view.producerOf(id);
  if (producer?.primitive !== 'map' || producer.inputs.length !== 1 || producer.inputs[0] !== x) return undefined;
  const expr = expressionOf(producer);
  const isSign =
    expr.kind === 'call' && expr.fn === 'step' && expr.args[0]?.kind === 'input' && expr.args[1]?.kind === 'number';
  return isSign ? expr : undefined;
}

/** The maxima of which this is the gradient, if they were computed before. */
function maximaOf({ attrs }: Instruction, x: ValueId, view: ProgramView): ValueId | undefined {
  const key = keyOf({ primitive: 'pool', inputs: [x], attrs });
  const pool = view.readersOf(x).find((reader) => reader.primitive === 'pool' && keyOf(reader) === key);
  const maxima = pool?.outputs[0];
  return maxima !== undefined && view.producerOf(maxima) ? maxima : undefined;
}
