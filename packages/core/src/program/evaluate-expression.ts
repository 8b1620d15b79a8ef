import type { Expression } from './expression.ts';
import { argumentTypes, expressionType, functionOf } from './expression-type.ts';
import { allocate, type Elements } from './primitive.ts';
import type { ProgramDType } from './program.ts';
import type { ScalarFunction } from './scalar-functions.ts';

/** An input of an expression: its elements, one for each element of the result or one for all of them. */
export interface ElementsInput {
  readonly dtype: ProgramDType;
  readonly data: Elements;
}

/** The `size` elements of an expression; every call rounds its results to its dtype. */
export function evaluateExpression(
  expression: Expression,
  inputs: readonly ElementsInput[],
  size: number,
  wanted?: ProgramDType,
): Elements {
  const types = inputs.map(({ dtype }) => dtype);
  const run = (part: Expression, dtype: ProgramDType): Elements => {
    if (part.kind === 'input') return inputs[part.index]!.data;
    if (part.kind === 'number') return allocate({ shape: [1], dtype }).fill(part.value);
    const wantedTypes = argumentTypes(part, dtype, types);
    const args = part.args.map((arg, i) => run(arg, wantedTypes[i]!));
    return applyFunction(functionOf(part), args, size, dtype);
  };
  const result = run(expression, expressionType(expression, types, wanted));
  // an input or a number alone: the result is not its storage
  if (expression.kind === 'call') return result;
  return result.length === size ? result.slice() : allocateLike(result, size).fill(result[0]!);
}

const allocateLike = (data: Elements, size: number): Elements =>
  new (data.constructor as new (length: number) => Elements)(size);

function applyFunction(fn: ScalarFunction, args: readonly Elements[], size: number, dtype: ProgramDType): Elements {
  const result = allocate({ shape: [size], dtype });
  const [a, b = ZERO, c = ZERO] = args as [Elements, Elements?, Elements?];
  const steps = [a, b, c].map((data) => (data.length === 1 ? 0 : 1));
  const [aStep, bStep, cStep] = steps as [number, number, number];
  const bool = dtype === 'bool';
  for (let i = 0; i < size; i++) {
    const value = fn.evaluate(a[i * aStep]!, b[i * bStep]!, c[i * cStep]!);
    // NaN is not 0, so it is true
    result[i] = bool ? Number(value !== 0) : value;
  }
  return result;
}

const ZERO = new Float32Array(1);
