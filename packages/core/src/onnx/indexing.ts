import { type Dim, fixedDims } from './dim.ts';
import { broadcastTo } from './elementwise.ts';
import { dimsOf, type Lowering } from './lowering.ts';

/** With batch axes, indices of one axis for `GatherND`, which takes the axis behind them. */
export const gather: Lowering = (context) => {
  const { graph, input, attrs } = context;
  const { axis, batchDims } = attrs as { axis: number; batchDims: number };
  if (batchDims === 0) return graph.node('Gather', [input(0), input(1)], { axis });
  const rank = dimsOf(context).length;
  const taken = dimsOf(context, 1).length - batchDims;
  const indices = graph.node('Unsqueeze', [graph.cast(input(1), 'int64'), graph.ints([-1])]);
  // [...batch, axis, ...others] and back: what is taken stands behind the batch
  const others = Array.from({ length: rank - batchDims }, (_, i) => batchDims + i).filter((each) => each !== axis);
  const batch = Array.from({ length: batchDims }, (_, i) => i);
  const x = graph.transpose(input(0), [...batch, axis, ...others]);
  const gathered = graph.node('GatherND', [x, indices], { batch_dims: batchDims });
  const between = axis - batchDims;
  const places = Array.from({ length: batchDims + taken + others.length }, (_, i) => i);
  const [takenPlaces, otherPlaces] = [places.slice(batchDims, batchDims + taken), places.slice(batchDims + taken)];
  return graph.transpose(gathered, [
    ...batch,
    ...otherPlaces.slice(0, between),
    ...takenPlaces,
    ...otherPlaces.slice(between),
  ]);
};

export const gatherNd: Lowering = ({ graph, input }) =>
  graph.node('GatherND', [input(0), graph.cast(input(1), 'int64')]);

export const scatterNd: Lowering = ({ graph, input, attrs, types, outputs }) => {
  const [{ dims, dtype }] = outputs as [(typeof outputs)[0]];
  const base = types.length > 2 ? input(2) : broadcastTo(graph, graph.scalar(0, dtype), dims);
  return graph.node('ScatterND', [base, graph.cast(input(0), 'int64'), input(1)], {
    reduction: attrs.mode === 'add' ? 'add' : 'none',
  });
};

/** Rows for ids that name none go to one row more, which is cut off. */
export const scatterAdd: Lowering = ({ graph, input, attrs, types, outputs }) => {
  const size = attrs.size as Dim;
  const rest = outputs[0]!.dims.slice(1);
  const ids = input(0);
  const end = graph.cast(graph.size(size), 'int32');
  const isInside = graph.node('And', [
    graph.node('GreaterOrEqual', [ids, graph.scalar(0, 'int32')]),
    graph.node('Less', [ids, end]),
  ]);
  const places = graph.cast(graph.node('Where', [isInside, ids, end]), 'int64');
  const zero = graph.scalar(0, types[1]!.dtype);
  const zeros = [size, 1].map((rows) => broadcastTo(graph, zero, [rows, ...rest]));
  const sums = graph.node(
    'ScatterND',
    [graph.node('Concat', zeros, { axis: 0 }), graph.node('Unsqueeze', [places, graph.ints([-1])]), input(1)],
    { reduction: 'add' },
  );
  return graph.node('Slice', [sums, graph.ints([0]), graph.shape([size]), graph.ints([0])]);
};

/** By comparison: the operator of ONNX counts negative ids from the end. */
export const oneHot: Lowering = ({ graph, input, attrs, outputs }) => {
  const [depth] = fixedDims('a depth', [attrs.depth as Dim]);
  const { dtype } = outputs[0]!;
  const classes = graph.cast(graph.ints(Array.from({ length: depth! }, (_, i) => i)), 'int32');
  const isClass = graph.node('Equal', [graph.node('Unsqueeze', [input(0), graph.ints([-1])]), classes]);
  if (dtype === 'bool' && attrs.on === 1 && attrs.off === 0) return isClass;
  const [on, off] = [attrs.on, attrs.off].map((value) =>
    graph.scalar(value as number, dtype === 'bool' ? 'int32' : dtype),
  );
  const chosen = graph.node('Where', [isClass, on!, off!]);
  return dtype === 'bool' ? graph.cast(chosen, 'bool') : chosen;
};
