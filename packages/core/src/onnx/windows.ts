import { nearestTaps } from '../kernels/resize-geometry.ts';
import { fixedDims } from './dim.ts';
import { dimsOf, type Lowering, type LoweringContext, refuse } from './lowering.ts';
import type { OnnxAttribute } from './model-message.ts';
import type { OnnxGraph } from './onnx-graph.ts';

/** `[batch, …spatial, channels]` → `[batch, channels, …spatial]`. */
const channelsFirst = (rank: number): number[] => [0, rank - 1, ...spatial(rank)];

/** `[batch, channels, …spatial]` → `[batch, …spatial, channels]`. */
const channelsLast = (rank: number): number[] => [0, ...spatial(rank).map((axis) => axis + 1), 1];

const spatial = (rank: number): number[] => Array.from({ length: rank - 2 }, (_, i) => i + 1);

/** What windows have in common. ONNX writes all widths before the axes, then all behind. */
function windowAttributes({ attrs }: LoweringContext, window: readonly number[]): Record<string, OnnxAttribute> {
  const { strides, dilations, pads } = attrs as {
    readonly strides: readonly number[];
    readonly dilations: readonly number[];
    readonly pads: readonly (readonly number[])[];
  };
  return {
    kernel_shape: window,
    strides,
    dilations,
    pads: [...pads.map(([before]) => before!), ...pads.map(([, after]) => after!)],
  };
}

/** The sizes of a filter's axes. */
const filterOf = (context: LoweringContext): readonly number[] => fixedDims('a filter', dimsOf(context, 1));

/** Computes with channels first what has them last. */
function withChannelsFirst(graph: OnnxGraph, x: string, rank: number, compute: (x: string) => string): string {
  return graph.transpose(compute(graph.transpose(x, channelsFirst(rank))), channelsLast(rank));
}

export const conv: Lowering = (context) => {
  const { graph, input, attrs } = context;
  const filter = filterOf(context);
  const rank = filter.length;
  // [...window, in, out] → [out, in, ...window]
  const w = graph.transpose(input(1), [rank - 1, rank - 2, ...spatial(rank).map((axis) => axis - 1)]);
  return withChannelsFirst(graph, input(0), rank, (x) =>
    graph.node('Conv', [x, w], {
      ...windowAttributes(context, filter.slice(0, -2)),
      group: (attrs.groups as number | undefined) ?? 1,
    }),
  );
};

/** A convolution in as many groups as channels. */
export const depthwiseConv: Lowering = (context) => {
  const { graph, input } = context;
  const [height, width, channels, multiplier] = filterOf(context) as [number, number, number, number];
  const first = graph.transpose(input(1), [2, 3, 0, 1]);
  const w = graph.reshape(first, [channels * multiplier, 1, height, width]);
  return withChannelsFirst(graph, input(0), 4, (x) =>
    graph.node('Conv', [x, w], { ...windowAttributes(context, [height, width]), group: channels }),
  );
};

/** The transposed convolution; what the last windows leave over at the end of an axis is its output padding. */
export const convInputGrad: Lowering = (context) => {
  const { graph, input, attrs, outputs } = context;
  const filter = filterOf(context);
  const rank = filter.length;
  const sizes = fixedDims('a size of images', dimsOf(context).slice(1, -1));
  const results = fixedDims('a size of images', outputs[0]!.dims.slice(1, -1));
  const window = windowAttributes(context, filter.slice(0, -2));
  const [strides, dilations, pads] = [window.strides, window.dilations, window.pads] as (readonly number[])[];
  const rest = sizes.map((size, axis) => {
    const reach = dilations![axis]! * (filter[axis]! - 1) + 1;
    return results[axis]! - ((size - 1) * strides![axis]! + reach - pads![axis]! - pads![axis + sizes.length]!);
  });
  const w = graph.transpose(input(1), [rank - 1, rank - 2, ...spatial(rank).map((axis) => axis - 1)]);
  return withChannelsFirst(graph, input(0), rank, (dy) =>
    graph.node('ConvTranspose', [dy, w], {
      ...window,
      output_padding: rest,
      group: (attrs.groups as number | undefined) ?? 1,
    }),
  );
};

export const pool: Lowering = (context) => {
  const { graph, input, attrs, types, instruction } = context;
  const window = attrs.window as readonly number[];
  const { dilations, ...given } = windowAttributes(context, window);
  const isDilated = (dilations as readonly number[]).some((dilation) => dilation !== 1);
  if (isDilated && attrs.kind === 'avg' && graph.opset < 19)
    return refuse(
      instruction,
      'ONNX has no means of windows with gaps before opset 19, for',
      'Give `opsetVersion: 19`.',
    );
  const [{ dims, dtype }] = types as [(typeof types)[0]];
  const x = dtype === 'float32' ? input(0) : graph.cast(input(0), 'float32');
  const pooled = withChannelsFirst(graph, x, dims.length, (values) =>
    graph.node(attrs.kind === 'max' ? 'MaxPool' : 'AveragePool', [values], {
      ...given,
      ...(isDilated && { dilations: dilations! }),
    }),
  );
  return dtype === 'float32' ? pooled : graph.cast(pooled, dtype);
};

/** Bilinear as `Resize`; the nearest pixels by their places, which rounding would otherwise move. */
export const resize: Lowering = (context) => {
  const { graph, input, attrs } = context;
  const sizes = fixedDims('a size of images', dimsOf(context).slice(1, 3));
  const size = attrs.size as readonly number[];
  const { alignCorners, halfPixelCenters } = attrs as { alignCorners: boolean; halfPixelCenters: boolean };
  if (attrs.kind === 'nearest') {
    return size.reduce((value, to, i) => {
      const places = nearestTaps(sizes[i]!, to, { alignCorners, halfPixelCenters });
      return graph.node('Gather', [value, graph.ints(places)], { axis: i + 1 });
    }, input(0));
  }
  const mode = alignCorners ? 'align_corners' : halfPixelCenters ? 'half_pixel' : 'asymmetric';
  return withChannelsFirst(graph, input(0), 4, (x) => {
    const dims = dimsOf(context);
    const wanted = graph.shape([dims[0]!, dims[3]!, ...size]);
    return graph.node('Resize', [x, '', '', wanted], { mode: 'linear', coordinate_transformation_mode: mode });
  });
};
