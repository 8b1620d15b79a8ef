import {
  ArgumentError,
  type DataFormat,
  type DType,
  isChannelsFirst,
  ops,
  type PartialShape,
  type SeedGenerator,
  ShapeError,
  showShape,
  type Tensor,
  type TensorLike,
} from '@capas/core';
import { Layer } from '../../layer.ts';
import { type CallOptions, isShapeList, type LayerConfig, type Shapes } from '../../layer-config.ts';
import { isTensor } from '../../layer-inputs.ts';
import { pack, type Structure } from '../../structure.ts';
import { isSymbolic, SymbolicTensor } from '../../symbolic-tensor.ts';
import { type BoundingBoxes, clipToImageSize } from '../../utils/bounding-boxes/boxes.ts';
import { type BoundingBoxFormat, convertFormat, requireFormat } from '../../utils/bounding-boxes/formats.ts';
import { type FlatImages, flattenImages, isNested, type LabeledImages, nestImages, roleOf } from './labeled-images.ts';

/** Options of all layers that work on images. */
export interface ImagePreprocessingConfig extends LayerConfig {
  /** Whether the channels stand behind height and width, or before. @defaultValue `'channelsLast'` */
  readonly dataFormat?: DataFormat | null;
  /** What the numbers of bounding boxes mean; needed where boxes are given. */
  readonly boundingBoxFormat?: BoundingBoxFormat | null;
}

/** The sizes of a batch of images. */
export interface ImagesShape {
  readonly batch: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  /** Whether one image was given, without a batch axis. */
  readonly isSingle: boolean;
}

// biome-ignore lint/correctness/noUnusedVariables: a merged interface repeats the parameters of its class
export interface BaseImagePreprocessingLayer<Config extends ImagePreprocessingConfig, Transformation> {
  (inputs: Structure<SymbolicTensor>, options?: CallOptions): SymbolicTensor;
  (inputs: LabeledImages<TensorLike>, options?: CallOptions): LabeledImages<Tensor>;
  (inputs: Structure<TensorLike>, options?: CallOptions): Tensor;
}

/**
 * The base of the layers that change images, and what belongs to them in the same way: labels, bounding boxes, masks.
 *
 * A subclass draws or computes a transformation once (`getRandomTransformation`) and applies it to each (`transformImages`,
 * `transformLabels`, `transformBoxes`, `transformSegmentationMasks`); what it does not override stays as it is. There,
 * images and masks are always batches with channels last, `[n, h, w, c]`, and boxes `xyxy` in pixels, `[n, boxes, 4]`.
 *
 * Called on images, a batch or a single one, or on {@link LabeledImages}. As in Keras, `training` is true unless the model
 * or the caller says otherwise: outside of training, images stay as they are.
 *
 * @see Keras 3, `keras/src/layers/preprocessing/image_preprocessing/base_image_preprocessing_layer.py`
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: see the interface above
export abstract class BaseImagePreprocessingLayer<
  Config extends ImagePreprocessingConfig = ImagePreprocessingConfig,
  Transformation = undefined,
> extends Layer<Config> {
  /** Whether images are changed outside of training too. */
  protected readonly isAlwaysApplied: boolean = false;
  readonly #isChannelsFirst: boolean;

  constructor(config: Config) {
    super({ ...config, dataFormat: config.dataFormat ?? 'channelsLast' });
    const who = (this.constructor as typeof BaseImagePreprocessingLayer).className;
    this.#isChannelsFirst = isChannelsFirst(who, config.dataFormat);
    if (config.boundingBoxFormat) requireFormat(who, 'boundingBoxFormat', config.boundingBoxFormat);
  }

  /** What is done to the images of one call, drawn from `seeds` where it is random. */
  abstract getRandomTransformation(images: ImagesShape, seeds: SeedGenerator): Transformation;

  /** Images `[n, h, w, c]`, changed. */
  abstract transformImages(images: Tensor, transformation: Transformation): Tensor;

  /** Labels `[n, …]`, changed as the images are. */
  transformLabels(labels: Tensor, _transformation: Transformation): Tensor {
    return labels;
  }

  /** Boxes `xyxy` `[n, boxes, 4]`, moved as the images are; what leaves the image is cut off afterwards. */
  transformBoxes?(boxes: Tensor, transformation: Transformation, images: ImagesShape): Tensor;

  /** Boxes with their labels, in the format of the layer. */
  transformBoundingBoxes(given: BoundingBoxes, transformation: Transformation, images: ImagesShape): BoundingBoxes {
    if (!this.transformBoxes) return given;
    const { boundingBoxFormat } = this.config;
    if (!boundingBoxFormat)
      throw new ArgumentError(
        this.name,
        'boundingBoxFormat',
        'given where there are bounding boxes',
        boundingBoxFormat,
      );
    const boxes = convertFormat(given.boxes, boundingBoxFormat, 'xyxy', images);
    const moved = this.transformBoxes(boxes, transformation, images);
    const [height, width] = this.outputSize ?? [images.height, images.width];
    const clipped = clipToImageSize({ boxes: moved, labels: given.labels }, { height, width });
    return { ...clipped, boxes: convertFormat(clipped.boxes, 'xyxy', boundingBoxFormat, { height, width }) };
  }

  /** Masks `[n, h, w, 1]`, changed as the images are. */
  transformSegmentationMasks(masks: Tensor, _transformation: Transformation): Tensor {
    return masks;
  }

  /** `[height, width]` of the output where it is not that of the input. */
  protected get outputSize(): readonly [number, number] | undefined {
    return undefined;
  }

  /** What random numbers are drawn from. */
  protected get seeds(): SeedGenerator | undefined {
    return undefined;
  }

  override apply(inputs: Structure<SymbolicTensor>, options?: CallOptions): SymbolicTensor;
  override apply(inputs: LabeledImages<TensorLike>, options?: CallOptions): LabeledImages<Tensor>;
  override apply(inputs: Structure<TensorLike>, options?: CallOptions): Tensor;
  override apply(inputs: unknown, options: CallOptions = {}): unknown {
    if (!isNested(inputs)) return super.apply(inputs as Structure<TensorLike>, options);
    const flat = flattenImages(inputs, this.name);
    return nestImages(super.apply(flat, options) as unknown as FlatImages<Tensor>);
  }

  override call(inputs: Tensor | readonly Tensor[], { training = true }: CallOptions): Tensor {
    const given = inputs as Tensor | FlatImages<Tensor>;
    const data: FlatImages<Tensor> = isTensor(given) ? { images: given } : given;
    const changed = this.#transform(data, training);
    return (isTensor(given) ? changed.images : changed) as Tensor;
  }

  override computeOutputShape(inputShape: Shapes): Shapes {
    // beside images and masks there may be boxes, whose rank is 3
    if (isShapeList(inputShape)) return inputShape.map((shape) => (shape.length === 4 ? this.#shapeOf(shape) : shape));
    this.#requireImages(inputShape);
    return this.#shapeOf(inputShape);
  }

  protected override symbolicOutputs(
    inputs: readonly SymbolicTensor[],
    structure: Structure<SymbolicTensor>,
  ): Structure<SymbolicTensor> {
    const roles = isSymbolic(structure) ? ['images'] : Object.keys(structure).map(roleOf);
    const outputs = inputs.map(({ shape, dtype }, i) => {
      const isImage = roles[i] === 'images';
      if (isImage) this.#requireImages(shape);
      const changed = isImage || roles[i] === 'masks' ? this.#shapeOf(shape) : shape;
      return new SymbolicTensor(changed, isImage ? this.outputDType([dtype]) : dtype, this.name);
    });
    return pack(structure, outputs, isSymbolic);
  }

  #transform(data: FlatImages<Tensor>, training: boolean): FlatImages<Tensor> {
    const { images } = data;
    if (!images) throw new ArgumentError(this.name, 'inputs', 'images, or a record with `images`', Object.keys(data));
    this.#requireImages(images.shape);
    const batch = this.#toBatch(images);
    const [n, height, width, channels] = batch.shape as [number, number, number, number];
    const isSingle = images.rank === 3;
    const shape: ImagesShape = { batch: n, height, width, channels, isSingle };
    const dtype = this.outputDType([images.dtype]);
    if (!training && !this.isAlwaysApplied) return { ...data, images: ops.cast(images, dtype) };
    const transformation = this.getRandomTransformation(shape, this.seeds!);
    const entries = Object.entries(data).map(([key, value]): [string, Tensor] => {
      switch (roleOf(key)) {
        case 'images':
          return [key, this.#fromBatch(ops.cast(this.transformImages(batch, transformation), dtype), isSingle)];
        case 'masks':
          return [
            key,
            this.#fromBatch(this.transformSegmentationMasks(this.#toBatch(value), transformation), isSingle),
          ];
        case 'labels': {
          const labels = this.transformLabels(isSingle ? ops.expandDims(value, 0) : value, transformation);
          return [key, isSingle ? ops.squeeze(labels, { axis: 0 }) : labels];
        }
        default:
          return [key, value];
      }
    });
    return { ...Object.fromEntries(entries), ...this.#moveBoxes(data, transformation, shape) };
  }

  #moveBoxes(data: FlatImages<Tensor>, transformation: Transformation, images: ImagesShape): FlatImages<Tensor> {
    const key = (role: 'boxes' | 'boxLabels'): string | undefined =>
      Object.keys(data).find((name) => roleOf(name) === role);
    const [boxesKey, labelsKey] = [key('boxes'), key('boxLabels')];
    if (!boxesKey || !labelsKey) return {};
    const batched = (x: Tensor): Tensor => (images.isSingle ? ops.expandDims(x, 0) : x);
    const single = (x: Tensor): Tensor => (images.isSingle ? ops.squeeze(x, { axis: 0 }) : x);
    const moved = this.transformBoundingBoxes(
      { boxes: ops.cast(batched(data[boxesKey]!), 'float32'), labels: batched(data[labelsKey]!) },
      transformation,
      images,
    );
    return { [boxesKey]: single(moved.boxes), [labelsKey]: single(moved.labels) };
  }

  #toBatch(images: Tensor): Tensor {
    const batch = images.rank === 3 ? ops.expandDims(images, 0) : images;
    return this.#isChannelsFirst ? ops.transpose(batch, { axes: [0, 2, 3, 1] }) : batch;
  }

  #fromBatch(batch: Tensor, isSingle: boolean): Tensor {
    const images = this.#isChannelsFirst ? ops.transpose(batch, { axes: [0, 3, 1, 2] }) : batch;
    return isSingle ? ops.squeeze(images, { axis: 0 }) : images;
  }

  /** The shape of images or masks afterwards. */
  #shapeOf(shape: PartialShape): PartialShape {
    const size = this.outputSize;
    if (!size || shape.length < 3) return shape;
    const first = shape.length - (this.#isChannelsFirst ? 2 : 3);
    return shape.map((dim, axis) => (axis === first ? size[0] : axis === first + 1 ? size[1] : dim));
  }

  #requireImages(shape: PartialShape): void {
    if (shape.length === 3 || shape.length === 4) return;
    throw new ShapeError(
      `Layer '${this.name}' expects an image of rank 3 or a batch of rank 4. Received: input of shape ${showShape(shape)}.`,
    );
  }

  override outputDType(_inputs: readonly DType[]): DType {
    return 'float32';
  }
}
