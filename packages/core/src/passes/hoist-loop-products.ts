import { callOf, inputOf } from '../program/expression.ts';
import type { Instruction, ValueId } from '../program/program.ts';
import { type Carry, LoopDraft, type StackOf } from './loop-draft.ts';
import { LoopValues } from './loop-values.ts';
import { isSum } from './map-steps.ts';
import type { Pass } from './pass.ts';
import { type ProgramView, type Rule, rewrite } from './rewrite.ts';

/**
 * Makes of the products of all steps of a loop one product around it, so that only those which need the step before stay inside:
 *
 * - `dot(item, kernel)` → one product of all rows of the sequence before the loop; and so for a slice of an item;
 * - `sum' = sum + dot(xᵀ, dy)`, the gradient of a kernel, and `sum' = sum + Σ dy`, that of a bias: steps put out `x` and `dy`, and there
 *   is one product, one sum of them after the loop;
 * - an output `dot(y, kernel)` of each step, the gradient of an item: steps put out `y`, and there is one product after the loop.
 *
 * Sums are those that the loop calls so (`sums`): a product of all steps rounds each element once, where a sum of products rounds each.
 */
export const hoistLoopProducts: Pass = {
  name: 'hoist-loop-products',
  reorders: true,
  run(program) {
    const hoisted = rewrite(program, [hoistBefore, hoistBehind]);
    return hoisted === program ? program : hoistLoopProducts.run(hoisted);
  },
};

/** Makes a value after the loop. */
type Later = (stackOf: StackOf) => ValueId;

/** Products of items. */
const hoistBefore: Rule = (instruction, view) => {
  if (instruction.primitive !== 'loop') return undefined;
  const loop = new LoopDraft(instruction, view);
  const values = new LoopValues(loop, view);
  let changed = false;
  for (const product of loop.instructions) {
    const items = itemsBefore(product, loop, values, view);
    if (items === undefined) continue;
    loop.replace(product.outputs[0]!, loop.addSequence(items));
    changed = true;
  }
  return changed ? loop.write() : undefined;
};

/** The sequence of what an instruction makes of items, if it is a product or a slice. */
function itemsBefore(
  instruction: Instruction,
  loop: LoopDraft,
  values: LoopValues,
  view: ProgramView,
): ValueId | undefined {
  if (instruction.primitive === 'slice') return values.sequenceOf(instruction.outputs[0]!);
  if (!isRowProduct(instruction, loop, values)) return undefined;
  const [rows, kernel] = instruction.inputs as [ValueId, ValueId];
  const sequence = values.sequenceOf(rows);
  return sequence === undefined ? undefined : rowProduct(instruction, sequence, values.outerOf(kernel), view);
}

/** Sums of products and of rows, and products that only leave the loop. */
const hoistBehind: Rule = (instruction, view) => {
  if (instruction.primitive !== 'loop') return undefined;
  const loop = new LoopDraft(instruction, view);
  const values = new LoopValues(loop, view);
  const before = loop.instead.size;
  for (const carry of loop.carries) hoistSum(carry, loop, values, view);
  for (const stack of loop.stacks) {
    const product = loop.producerOf(stack.inner);
    if (!product || !isRowProduct(product, loop, values) || loop.readsOf(stack.inner) > 1) continue;
    const [rows, kernel] = product.inputs as [ValueId, ValueId];
    const outer = values.outerOf(kernel);
    const rowsOf = stackLater(rows, loop, values);
    loop.stacks = loop.stacks.filter((each) => each !== stack);
    for (const place of stack.places) {
      loop.instead.set(place, (stackOf) => rowProduct(product, rowsOf(stackOf), outer, view));
    }
  }
  return loop.instead.size > before ? loop.write() : undefined;
};

/** Whether an instruction is the product of rows that differ from step to step and a matrix that does not. */
function isRowProduct({ primitive, inputs, attrs }: Instruction, loop: LoopDraft, values: LoopValues): boolean {
  if (primitive !== 'dot' || inputs.length !== 2 || attrs.transposeA) return false;
  const [rows, kernel] = inputs as [ValueId, ValueId];
  return loop.typeOf(rows).shape.length === 2 && !values.isFixed(rows) && values.isFixed(kernel);
}

/** `[length, rows, n]`: the product of all steps. */
function rowProduct({ attrs, origin }: Instruction, sequence: ValueId, kernel: ValueId, view: ProgramView): ValueId {
  const [length, rows] = view.typeOf(sequence).shape as [number, number];
  const [product] = view.emit({ primitive: 'dot', inputs: [allRows(sequence, view), kernel], attrs }, origin);
  const [, columns] = view.typeOf(product!).shape as [number, number];
  return reshape(product!, [length, rows, columns], view);
}

/** A sequence of matrices, one below the other. */
function allRows(sequence: ValueId, view: ProgramView): ValueId {
  const [length, rows, columns] = view.typeOf(sequence).shape as [number, number, number];
  return reshape(sequence, [length * rows, columns], view);
}

const reshape = (x: ValueId, shape: readonly number[], view: ProgramView): ValueId =>
  view.emit({ primitive: 'reshape', inputs: [x], attrs: { shape } })[0]!;

/** What gives all items of a value of the body after the loop: a sequence, or a stack that is made for it. */
function stackLater(inner: ValueId, loop: LoopDraft, values: LoopValues): Later {
  const sequence = values.sequenceOf(inner);
  if (sequence !== undefined) return () => sequence;
  loop.stack(inner);
  return (stackOf) => stackOf(inner);
}

/** Takes a carry that only adds up products and sums of rows out of the loop. */
function hoistSum(carry: Carry, loop: LoopDraft, values: LoopValues, view: ProgramView): void {
  const { first, before, after, place } = carry;
  if (!carry.isSum || loop.readsOf(before) !== 1 || loop.readsOf(after) !== 1) return;
  const terms = termsOf(after, loop);
  const rest = terms.filter((term) => term !== before);
  const products = rest.map((term) => loop.producerOf(term));
  if (rest.length + 1 !== terms.length || !products.every((product) => isLateTerm(product, loop, values))) return;
  const later = products.map((product) => lateTerm(product!, loop, values, view));
  loop.carries = loop.carries.filter((each) => each !== carry);
  loop.instead.set(place, (stackOf) => {
    const data = view.constantOf(first);
    const isZero = data?.length === 1 && data[0] === 0;
    const parts = [...(isZero ? [] : [first]), ...later.map((make) => make(stackOf))];
    return parts.reduce((sum, part) => view.emit({ primitive: 'map', inputs: [sum, part], attrs: { expr: SUM } })[0]!);
  });
}

const SUM = callOf('add', inputOf(0), inputOf(1));

/** What is added up to a value, as far as nobody else reads what is between. */
function termsOf(inner: ValueId, loop: LoopDraft): ValueId[] {
  const producer = loop.producerOf(inner);
  if (!producer || !isSum(producer) || loop.readsOf(inner) > 1) return [inner];
  return producer.inputs.flatMap((id) => termsOf(id, loop));
}

/** Whether the sum of a term over all steps is one product, or one sum. */
function isLateTerm(product: Instruction | undefined, loop: LoopDraft, values: LoopValues): boolean {
  if (!product || loop.readsOf(product.outputs[0]!) > 1) return false;
  const { primitive, inputs, attrs } = product;
  if (inputs.some((id) => values.isFixed(id))) return false;
  if (primitive === 'reduce') return attrs.kind === 'sum' && !attrs.expr;
  const isProduct = primitive === 'dot' && inputs.length === 2 && attrs.transposeA === true && !attrs.transposeB;
  return isProduct && loop.typeOf(inputs[0]!).shape.length === 2;
}

/** What makes the sum of a term over all steps, after the loop. */
function lateTerm(product: Instruction, loop: LoopDraft, values: LoopValues, view: ProgramView): Later {
  const { primitive, inputs, attrs, origin } = product;
  const later = inputs.map((id) => stackLater(id, loop, values));
  return (stackOf) => {
    const stacks = later.map((make) => make(stackOf));
    if (primitive === 'dot') {
      return view.emit({ primitive, inputs: stacks.map((stack) => allRows(stack, view)), attrs }, origin)[0]!;
    }
    const axes = [0, ...(attrs.axes as readonly number[]).map((axis) => axis + 1)];
    return view.emit({ primitive, inputs: stacks, attrs: { ...attrs, axes } }, origin)[0]!;
  };
}
