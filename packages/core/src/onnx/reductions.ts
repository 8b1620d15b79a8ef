import { dimsOf, type Lowering } from './lowering.ts';
import type { OnnxDType } from './model-message.ts';
import type { OnnxGraph } from './onnx-graph.ts';

const OPERATORS: Readonly<Record<string, string>> = {
  sum: 'ReduceSum',
  mean: 'ReduceMean',
  prod: 'ReduceProd',
  max: 'ReduceMax',
  min: 'ReduceMin',
  any: 'ReduceMax',
  all: 'ReduceMin',
};

/** Bools and bytes are reduced as int32. */
export const reduce: Lowering = ({ graph, input, attrs, types, outputs }) => {
  const [{ dtype }] = types as [(typeof types)[0]];
  const inner = dtype === 'float32' ? 'float32' : 'int32';
  const reduced = reduceAlong(
    graph,
    attrs.kind as string,
    castTo(graph, input(0), dtype, inner),
    attrs.axes as number[],
  );
  return castTo(graph, reduced, inner, outputs[0]!.dtype);
};

function reduceAlong(graph: OnnxGraph, kind: string, x: string, axes: readonly number[]): string {
  if (axes.length === 0) return x;
  const op = OPERATORS[kind]!;
  if (op === 'ReduceSum' || graph.opset >= 18) return graph.node(op, [x, graph.ints(axes)], { keepdims: 0 });
  return graph.node(op, [x], { axes, keepdims: 0 });
}

const castTo = (graph: OnnxGraph, value: string, from: OnnxDType, to: OnnxDType): string =>
  from === to ? value : graph.cast(value, to);

export const argReduce: Lowering = ({ graph, input, attrs, types }) => {
  const [{ dtype }] = types as [(typeof types)[0]];
  const x = castTo(graph, input(0), dtype, dtype === 'float32' ? 'float32' : 'int32');
  const places = graph.node(attrs.kind === 'max' ? 'ArgMax' : 'ArgMin', [x], {
    axis: attrs.axis as number,
    keepdims: 0,
  });
  return graph.cast(places, 'int32');
};

export const sort: Lowering = (context) => {
  const { graph, input, attrs } = context;
  const dims = dimsOf(context);
  const axis = dims.length === 0 ? 0 : ((attrs.axis as number) + dims.length) % dims.length;
  const [values, places] = graph.nodes('TopK', [input(0), graph.shape([dims[axis]!])], 2, {
    axis,
    largest: attrs.descending ? 1 : 0,
  });
  return [values!, graph.cast(places!, 'int32')];
};

/** Sums have an operator, products are a loop over the axis. */
export const scan: Lowering = (context) => {
  const { graph, input, attrs, types, outputs } = context;
  const [{ dtype }] = types as [(typeof types)[0]];
  const [{ dims, dtype: result }] = outputs as [(typeof outputs)[0]];
  const { axis, exclusive, reverse } = attrs as { axis: number; exclusive: boolean; reverse: boolean };
  const x = castTo(graph, input(0), dtype, result);
  const flags = { exclusive: Number(exclusive), reverse: Number(reverse) };
  if (attrs.kind === 'sum') return graph.node('CumSum', [x, graph.scalar(axis, 'int64')], flags);
  const body = graph.body();
  const rest = dims.toSpliced(axis, 1);
  const [before, item] = [graph.name('product'), graph.name('factor')];
  const product = body.node('Mul', [before, item]);
  const made = body.node('Identity', [exclusive ? before : product]);
  const ones = graph.node('Expand', [graph.scalar(1, result), graph.shape(rest)]);
  const info = (name: string) => body.info(name, { dims: rest, dtype: result });
  return graph.nodes('Scan', [ones, x], 2, {
    body: body.parts(graph.name('products'), [info(before), info(item)], [info(product), info(made)]),
    num_scan_inputs: 1,
    scan_input_axes: [axis],
    scan_output_axes: [axis],
    scan_input_directions: [flags.reverse],
    scan_output_directions: [flags.reverse],
  })[1]!;
};
