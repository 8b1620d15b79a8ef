import { inputsIn } from '../passes/expressions.ts';
import type { Expression } from '../program/expression.ts';
import { argumentTypes, ownType } from '../program/expression-type.ts';
import type { ProgramDType } from '../program/program.ts';
import { type Dim, isBatch, sameDim } from './dim.ts';
import { dimsOf, type Lowering, refuse } from './lowering.ts';
import type { OnnxGraph } from './onnx-graph.ts';
import { scalarOperators } from './scalar-operators.ts';

/** One node or a few for each function of the expression. */
export const map: Lowering = (context) => {
  const { graph, attrs, types, outputs, instruction } = context;
  const dtypes = types.map(({ dtype }) => dtype);
  const [{ dims, dtype: wanted }] = outputs as [(typeof outputs)[0]];
  const write = (expression: Expression, dtype: ProgramDType): string => {
    if (expression.kind === 'input') return context.loose(expression.index);
    if (expression.kind === 'number') {
      const value = expression.value as Dim;
      return isBatch(value) ? graph.cast(graph.size(value), dtype) : graph.scalar(value, dtype);
    }
    const { fn } = expression;
    const given = argumentTypes(expression, dtype, dtypes);
    const args = expression.args.map((arg, i) => write(arg, given[i]!));
    const operator = Object.hasOwn(scalarOperators, fn) ? scalarOperators[fn] : undefined;
    if (!operator) return refuse(instruction, `ONNX has no operator for the function ${fn} of`);
    if (graph.opset < 18 && fn.startsWith('bit'))
      return refuse(instruction, 'ONNX has no bitwise operators before opset 18, for', 'Give `opsetVersion: 18`.');
    return operator(graph, args, given.at(-1)!);
  };
  // its types do not depend on its numbers
  const expression = attrs.expr as Expression;
  const result = write(expression, ownType(expression, dtypes) ?? wanted);
  const read = [...inputsIn(expression)].filter((place) => !context.isUniform(place));
  const isWhole = dims.every((dim, axis) =>
    read.some((place) => {
      const own = dimsOf(context, place);
      const at = axis - dims.length + own.length;
      return at >= 0 && sameDim(own[at]!, dim);
    }),
  );
  return isWhole ? result : broadcastTo(graph, result, dims);
};

/** A value repeated to a shape. */
export const broadcastTo = (graph: OnnxGraph, value: string, dims: readonly Dim[]): string =>
  dims.length === 0 ? value : graph.node('Expand', [value, graph.shape(dims)]);
