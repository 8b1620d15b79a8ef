import { CapasError, UnknownNameError } from '../errors.ts';
import type { Expression } from './expression.ts';
import { printExpression } from './print-expression.ts';
import type { ProgramDType } from './program.ts';
import { type ScalarFunction, scalarFunctions } from './scalar-functions.ts';

/**
 * The dtype of an expression of inputs with these dtypes.
 *
 * Numbers take the dtype of what stands beside them. Where there is none (`select(a, 1, 2)`), it is `wanted`, else float32.
 *
 * @throws {CapasError} Unknown functions, wrong numbers of arguments, dtypes that do not fit, numbers that are not of the dtype.
 */
export function expressionType(
  expression: Expression,
  inputs: readonly ProgramDType[],
  wanted?: ProgramDType,
): ProgramDType {
  const dtype = ownType(expression, inputs) ?? wanted ?? 'float32';
  checkType(expression, dtype, inputs);
  if (wanted && dtype !== wanted) {
    throw new CapasError(`map: ${printExpression(expression)} must be ${wanted}. It is ${dtype}.`);
  }
  return dtype;
}

/** The dtype that an expression has whatever is asked of it; `undefined` if it is made of numbers. */
export function ownType(expression: Expression, inputs: readonly ProgramDType[]): ProgramDType | undefined {
  if (expression.kind === 'number') return undefined;
  if (expression.kind === 'input') return inputType(expression.index, inputs);
  const fn = functionOf(expression);
  if (fn.result !== 'same') return fn.result;
  return argumentType(expression, inputs);
}

/** The dtype that the arguments of a call share; `undefined` if all of them are numbers. */
export function argumentType(
  { fn, args }: Expression & { kind: 'call' },
  inputs: readonly ProgramDType[],
): ProgramDType | undefined {
  for (const arg of fn === 'select' ? args.slice(1) : args) {
    const dtype = ownType(arg, inputs);
    if (dtype) return dtype;
  }
  return undefined;
}

/** The dtypes of the arguments of a call whose result is `dtype`. */
export function argumentTypes(
  call: Expression & { kind: 'call' },
  dtype: ProgramDType,
  inputs: readonly ProgramDType[],
): readonly ProgramDType[] {
  const { result, domain } = functionOf(call);
  // casts and comparisons of plain numbers: float32, or what the function takes
  const unasked = domain.includes('float32') ? 'float32' : domain[0]!;
  const shared = argumentType(call, inputs) ?? (result === 'same' ? dtype : unasked);
  return call.args.map((_, i) => (call.fn === 'select' && i === 0 ? 'bool' : shared));
}

function checkType(expression: Expression, dtype: ProgramDType, inputs: readonly ProgramDType[]): void {
  const refuse = (expected: string, received: string): never => {
    throw new CapasError(`map: ${printExpression(expression)} must be ${expected}. Received: ${received}.`);
  };
  if (expression.kind === 'number') {
    if (!isOfType(expression.value, dtype)) refuse(`a number of ${dtype}`, String(expression.value));
    return;
  }
  if (expression.kind === 'input') {
    const own = inputType(expression.index, inputs);
    if (own !== dtype) refuse(dtype, own);
    return;
  }
  const { arity, domain } = functionOf(expression);
  if (expression.args.length !== arity) refuse(`a call with ${arity} arguments`, `${expression.args.length}`);
  const own = ownType(expression, inputs) ?? dtype;
  if (own !== dtype) refuse(dtype, own);
  const types = argumentTypes(expression, dtype, inputs);
  const last = types[types.length - 1]!;
  if (!domain.includes(last)) refuse(`a function of ${domain.join(' or ')}`, last);
  expression.args.forEach((arg, i) => {
    checkType(arg, types[i]!, inputs);
  });
}

function inputType(index: number, inputs: readonly ProgramDType[]): ProgramDType {
  const dtype = inputs[index];
  if (!dtype) throw new CapasError(`map: the expression reads input ${index}, but there are ${inputs.length}.`);
  return dtype;
}

/** The scalar function that an expression calls. */
export function functionOf({ fn }: Expression & { kind: 'call' }): ScalarFunction {
  const known = Object.hasOwn(scalarFunctions, fn) ? scalarFunctions[fn] : undefined;
  if (!known) throw new UnknownNameError('scalar function', fn, Object.keys(scalarFunctions));
  return known;
}

/** Whether a number may stand where a dtype is asked for; for float32, it is rounded there. */
export function isOfType(value: number, dtype: ProgramDType): boolean {
  if (dtype === 'float32') return true;
  if (dtype === 'int32') return (value | 0) === value;
  return Number.isInteger(value) && value >= 0 && value <= (dtype === 'bool' ? 1 : 255);
}
