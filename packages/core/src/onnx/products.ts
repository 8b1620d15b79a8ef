import { axesOf, type Lowering, type LoweringContext } from './lowering.ts';

/** An input with its last two axes exchanged, where that is asked for. */
function matrix(context: LoweringContext, place: number, isTransposed: unknown): string {
  const axes = axesOf(context, place);
  const perm = [...axes.slice(0, -2), axes.at(-1)!, axes.at(-2)!];
  const value = context.input(place);
  return isTransposed ? context.graph.transpose(value, perm) : value;
}

export const dot: Lowering = (context) =>
  context.graph.node('MatMul', [
    matrix(context, 0, context.attrs.transposeA),
    matrix(context, 1, context.attrs.transposeB),
  ]);

export const softmax: Lowering = ({ graph, input }) => graph.node('Softmax', [input(0)], { axis: -1 });

export const logSoftmax: Lowering = ({ graph, input }) => graph.node('LogSoftmax', [input(0)], { axis: -1 });
