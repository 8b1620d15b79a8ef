import * as ops from './index.ts';

/** An op that takes its arguments as Keras has them: those by position (or all by name), and the keywords in snake_case. */
export type KerasOp = (inputs: readonly unknown[] | Readonly<Record<string, unknown>>, keywords: Keywords) => unknown;

/** Arguments by their Python names. */
export type Keywords = Readonly<Record<string, unknown>>;

/**
 * The op of a name of `keras.ops` (`'image.rgb_to_hsv'` → `ops.image.rgbToHsv`), to be called with arguments as they stand in
 * files of Keras.
 *
 * @example
 * findKerasOp('clip')!([x], { x_min: 0, x_max: 1 }); // ops.clip(x, 0, 1)
 */
export function findKerasOp(name: string): KerasOp | undefined {
  let found: unknown = ops;
  for (const part of camel(name).split('.')) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, part)) return undefined;
    found = (found as Record<string, unknown>)[part];
  }
  if (typeof found !== 'function') return undefined;
  const op = found as (...args: unknown[]) => unknown;
  return (inputs, keywords) => op(...argumentList(name, inputs, keywords));
}

/** `x_min` → `xMin`. */
const camel = (name: string): string => name.replaceAll(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

/** The keywords that are positional arguments of ours, behind the inputs (or, of named inputs, among them). */
const POSITIONAL: Readonly<Record<string, readonly string[]>> = {
  adaptive_average_pool: ['output_size'],
  adaptive_max_pool: ['output_size'],
  argpartition: ['kth'],
  array_split: ['indices_or_sections'],
  average_pool: ['pool_size'],
  batch_normalization: ['axis'],
  broadcast_to: ['shape'],
  cast: ['dtype'],
  clip: ['x_min', 'x_max'],
  depth_to_space: ['block_size'],
  digitize: ['bins'],
  dsplit: ['indices_or_sections'],
  expand_dims: ['axis'],
  extract_sequences: ['sequence_length', 'sequence_stride'],
  fold: ['output_size', 'kernel_size'],
  full_like: ['fill_value'],
  hsplit: ['indices_or_sections'],
  'image.affine_transform': ['images', 'transform'],
  'image.crop_images': ['images'],
  'image.extract_patches': ['images', 'size'],
  'image.extract_patches_3d': ['volumes', 'size'],
  'image.gaussian_blur': ['images'],
  'image.hsv_to_rgb': ['images'],
  'image.map_coordinates': ['inputs', 'coordinates', 'order'],
  'image.pad_images': ['images'],
  'image.perspective_transform': ['images', 'start_points', 'end_points'],
  'image.resize': ['images', 'size'],
  'image.rgb_to_grayscale': ['images'],
  'image.rgb_to_hsv': ['images'],
  'image.scale_and_translate': ['images', 'output_shape', 'scale', 'translation', 'spatial_dims', 'method'],
  'image.sobel_edges': ['images'],
  'image.ssim': ['image1', 'image2'],
  in_top_k: ['k'],
  istft: ['sequence_length', 'sequence_stride', 'fft_length'],
  kaiser: ['beta'],
  max_pool: ['pool_size'],
  moments: ['axes'],
  moveaxis: ['source', 'destination'],
  multi_hot: ['num_classes'],
  nanpercentile: ['q'],
  nanquantile: ['q'],
  one_hot: ['num_classes'],
  pad: ['pad_width'],
  percentile: ['q'],
  psnr: ['max_val'],
  quantile: ['q'],
  rearrange: ['pattern'],
  repeat: ['repeats'],
  reshape: ['newshape'],
  roll: ['shift'],
  saturate_cast: ['dtype'],
  scatter: ['shape'],
  searchsorted: ['values'],
  slice: ['shape'],
  space_to_depth: ['block_size'],
  split: ['indices_or_sections'],
  stft: ['sequence_length', 'sequence_stride', 'fft_length'],
  swapaxes: ['axis1', 'axis2'],
  take: ['indices'],
  take_along_axis: ['indices'],
  threshold: ['threshold', 'default_value'],
  tile: ['repeats'],
  top_k: ['k'],
  unfold: ['kernel_size'],
  unravel_index: ['shape'],
  vsplit: ['indices_or_sections'],
};

function argumentList(name: string, inputs: Parameters<KerasOp>[0], keywords: Keywords): unknown[] {
  const named = !Array.isArray(inputs);
  const all: Record<string, unknown> = named ? { ...inputs, ...keywords } : { ...keywords };
  const positional = POSITIONAL[name] ?? [];
  const options = Object.entries(all).filter(([key]) => !positional.includes(key));
  return [
    ...(named ? [] : name === 'meshgrid' ? [inputs] : (inputs as readonly unknown[])),
    ...positional.filter((key) => Object.hasOwn(all, key)).map((key) => all[key]),
    ...(options.length ? [Object.fromEntries(options.map(([key, value]) => [camel(key), value]))] : []),
  ];
}
