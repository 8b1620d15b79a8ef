import { callOf, type Expression } from '../program/expression.ts';
import type { ValueId } from '../program/program.ts';
import { sameShape } from '../tensor/shape.ts';
import { expressionOf, mapStep } from './map-steps.ts';
import type { Pass } from './pass.ts';
import { type ProgramView, type Rule, rewrite } from './rewrite.ts';

/**
 * Lets the gradient of `relu` read its output in the place of its input, so that the input need not be kept for it:
 *
 *     %2 = map(%1) { relu(a) }           %2 = map(%1) { relu(a) }
 *     %4 = map(%1, %3) { mul(step(a, 0), b) }   %4 = map(%3, %2) { mul(step(b, 0), a) }
 *
 * `relu(x)` is greater than 0 where `x` is, and NaN where `x` is, so the bits are the same. The next layer keeps the output
 * anyway: a convolutional network needs half the memory for what its gradients read.
 */
export const reuseActivations: Pass = {
  name: 'reuse-activations',
  run(program) {
    /** What `relu` or `relu6` made of a value. */
    const activated = new Map<ValueId, ValueId>();
    const readActivated: Rule = (instruction, view) => {
      if (instruction.primitive !== 'map') return undefined;
      const { attrs, inputs, outputs } = instruction;
      const expr = expressionOf(instruction);
      const source = activationInput(expr);
      if (source !== undefined && hasSameShape(inputs[source]!, outputs[0]!, view)) {
        activated.set(inputs[source]!, outputs[0]!);
      }
      const added: ValueId[] = [];
      const replaced = replaceSigns(expr, (index) => {
        const output = activated.get(inputs[index]!);
        if (output === undefined || output === outputs[0]) return undefined;
        return inputs.length + added.push(output) - 1;
      });
      if (!added.length) return undefined;
      return mapStep(
        { attrs, inputs: [...inputs, ...added], expr: replaced, shape: view.typeOf(outputs[0]!).shape },
        view,
      );
    };
    return rewrite(program, [readActivated]);
  },
};

/** False where the other inputs of the map repeat what it activates. */
const hasSameShape = (input: ValueId, output: ValueId, view: ProgramView): boolean =>
  sameShape(view.typeOf(input).shape, view.typeOf(output).shape);

/** The input of which the whole expression is the activation. */
function activationInput(expr: Expression): number | undefined {
  if (expr.kind !== 'call' || (expr.fn !== 'relu' && expr.fn !== 'relu6')) return undefined;
  const [arg] = expr.args;
  return arg?.kind === 'input' ? arg.index : undefined;
}

/** Replaces inputs of which only the sign is asked: the first arguments of `step(a, …)` and `gt(a, 0)`. */
function replaceSigns(expr: Expression, replacement: (index: number) => number | undefined): Expression {
  if (expr.kind !== 'call') return expr;
  const [first, ...rest] = expr.args as [Expression, ...Expression[]];
  const asksSign = expr.fn === 'step' || (expr.fn === 'gt' && rest[0]?.kind === 'number' && rest[0].value === 0);
  const index = asksSign && first.kind === 'input' ? replacement(first.index) : undefined;
  if (index !== undefined)
    return callOf(expr.fn, { kind: 'input', index }, ...rest.map((arg) => replaceSigns(arg, replacement)));
  return callOf(expr.fn, ...expr.args.map((arg) => replaceSigns(arg, replacement)));
}
