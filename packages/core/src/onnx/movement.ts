import { addDims, type Dim, fixedDims, isBatch, sameDim } from './dim.ts';
import { broadcastTo } from './elementwise.ts';
import { axesOf, dimsOf, type Lowering } from './lowering.ts';

export const reshape: Lowering = ({ graph, input, outputs }) => graph.reshape(input(0), outputs[0]!.dims);

export const broadcast: Lowering = ({ graph, loose, outputs }) => broadcastTo(graph, loose(0), outputs[0]!.dims);

export const transpose: Lowering = ({ graph, input, attrs }) => graph.transpose(input(0), attrs.perm as number[]);

export const concat: Lowering = ({ graph, input, types, attrs }) =>
  graph.node(
    'Concat',
    types.map((_, place) => input(place)),
    { axis: attrs.axis as number },
  );

/** Along the axes that do not stay as they are. */
export const slice: Lowering = (context) => {
  const { graph, input, attrs } = context;
  const { begin, size, strides } = attrs as Readonly<Record<string, readonly Dim[]>>;
  const steps = fixedDims('a stride', strides!);
  const axes = axesOf(context).filter(
    (axis) => !(steps[axis] === 1 && begin![axis] === 0 && sameDim(size![axis]!, dimsOf(context)[axis]!)),
  );
  if (axes.length === 0) return input(0);
  const ends = axes.map((axis) => {
    if (steps[axis] === 1) return addDims(begin![axis]!, size![axis]!);
    const [from, count] = fixedDims('a slice with a stride', [begin![axis]!, size![axis]!]);
    return count === 0 ? from! : from! + (count! - 1) * steps[axis]! + 1;
  });
  return graph.node('Slice', [
    input(0),
    graph.shape(axes.map((axis) => begin![axis]!)),
    graph.shape(ends),
    graph.ints(axes),
    graph.ints(axes.map((axis) => steps[axis]!)),
  ]);
};

/** The start is moved to where all elements are inside. */
export const dynamicSlice: Lowering = (context) => {
  const { graph, input, attrs } = context;
  const axis = attrs.axis as number;
  const [size, length] = fixedDims('what is sliced', [attrs.size as Dim, dimsOf(context)[axis]!]);
  const given = graph.cast(graph.reshape(input(1), [1]), 'int64');
  const least = graph.node('Max', [given, graph.ints([0])]);
  const start = graph.node('Min', [least, graph.ints([length! - size!])]);
  const end = graph.node('Add', [start, graph.ints([size!])]);
  return graph.node('Slice', [input(0), start, end, graph.ints([axis])]);
};

export const reverse: Lowering = ({ graph, input, attrs }) => {
  const axes = attrs.axes as number[];
  const all = (value: number): string => graph.ints(axes.map(() => value));
  return axes.length === 0
    ? input(0)
    : graph.node('Slice', [input(0), all(-1), all(Number.MIN_SAFE_INTEGER), graph.ints(axes), all(-1)]);
};

export const pad: Lowering = ({ graph, input, attrs, types }) => {
  const pads = attrs.pads as readonly (readonly Dim[])[];
  const widths = [0, 1].flatMap((side) =>
    fixedDims(
      'a padding',
      pads.map((pair) => pair[side]!),
    ),
  );
  return graph.node('Pad', [input(0), graph.ints(widths), graph.scalar(attrs.value as number, types[0]!.dtype)]);
};

/** `symmetric`, which ONNX does not have, picks the mirrored places along each axis. */
export const mirrorPad: Lowering = (context) => {
  const { graph, input, attrs } = context;
  const pads = (attrs.pads as readonly (readonly Dim[])[]).map((pair) => fixedDims('a padding', pair));
  if (attrs.mode === 'reflect') {
    const widths = [0, 1].flatMap((side) => pads.map((pair) => pair[side]!));
    return graph.node('Pad', [input(0), graph.ints(widths)], { mode: 'reflect' });
  }
  return pads.reduce((value, [before, after], axis) => {
    if (before === 0 && after === 0) return value;
    const [length] = fixedDims('a padded axis', [dimsOf(context)[axis]!]);
    const places = Array.from({ length: before! + length! + after! }, (_, i) => {
      const place = i - before!;
      if (place < 0) return -place - 1;
      return place < length! ? place : 2 * length! - 1 - place;
    });
    return graph.node('Gather', [value, graph.ints(places)], { axis });
  }, input(0));
};

export const fill: Lowering = ({ graph, attrs, outputs }) => {
  const [{ dims, dtype }] = outputs as [(typeof outputs)[0]];
  return broadcastTo(graph, graph.scalar(attrs.value as number, dtype), dims);
};

export const iota: Lowering = ({ graph, attrs, outputs }) => {
  const [{ dims }] = outputs as [(typeof outputs)[0]];
  const axis = attrs.axis as number;
  const places = [graph.scalar(0, 'int64'), graph.size(dims[axis]!), graph.scalar(1, 'int64')];
  const range = graph.cast(graph.node('Range', places), 'int32');
  const along = graph.reshape(
    range,
    dims.map((dim, i) => (i === axis ? dim : 1)),
  );
  return dims.every((dim, i) => i === axis || (!isBatch(dim) && dim === 1)) ? along : broadcastTo(graph, along, dims);
};
