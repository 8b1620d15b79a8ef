import {
  ArgumentError,
  noticeOnce,
  type OnnxTrace,
  ops,
  ready,
  requireInteger,
  scope,
  type Tensor,
  toOnnx,
  traceStep,
} from '@capas/core';
import { isTensor } from '../layer-inputs.ts';
import type { Model } from '../models/model.ts';
import { flatten, pack, type Structure } from '../structure.ts';
import { Batch } from '../training/data-adapter.ts';
import { requireKnownOptions } from '../training/known-options.ts';
import { buildOn } from '../training/steps.ts';
import { type InputSignature, signatureOf, type TracedInputs } from './export-signature.ts';
import { requireBuilt } from './save-model.ts';
import { type FileTarget, nameOf, writeTarget } from './target.ts';

/** Options of `Model.export`. */
export interface ExportOptions {
  /** @defaultValue `'onnx'`, the only one */
  readonly format?: 'onnx';
  /**
   * What the inputs are, where the model does not know it or leaves sizes open; a list or a record for several.
   *
   * @defaultValue what the model says
   */
  readonly inputSignature?: Structure<InputSignature>;
  /** The version of ONNX's set of operators, 17 to 23. @defaultValue 18 */
  readonly opsetVersion?: number;
}

const LEAST_OPSET = 17;
const MOST_OPSET = 23;

/** Writes what a model computes. See `Model.export`. */
export async function exportModel(model: Model, target: FileTarget, options: ExportOptions = {}): Promise<void> {
  requireKnownOptions('export', options, { format: true, inputSignature: true, opsetVersion: true });
  const { format = 'onnx', inputSignature, opsetVersion = 18 } = options;
  if (format !== 'onnx')
    throw new ArgumentError('export', 'format', "'onnx'", format, 'Other formats can be made of a file of ONNX.');
  const versions = `an integer from ${LEAST_OPSET} to ${MOST_OPSET}`;
  requireInteger('export', 'opsetVersion', opsetVersion, LEAST_OPSET, versions);
  if (opsetVersion > MOST_OPSET) throw new ArgumentError('export', 'opsetVersion', versions, opsetVersion);
  const name = nameOf(target);
  if (/\.(keras|h5|hdf5|json|safetensors)$/.test(name))
    throw new ArgumentError('export', 'target', "a name that ends in '.onnx'", name, '`save` writes such files.');
  if (!inputSignature) requireBuilt('export', model);
  await ready();
  const bytes = await modelToOnnx(model, signatureOf(model, inputSignature), opsetVersion);
  await writeTarget('export', target, bytes, 'model.onnx');
}

/** What a model computes, as the bytes of a file of ONNX. */
async function modelToOnnx(model: Model, signature: TracedInputs, opset: number): Promise<Uint8Array> {
  const { inputs, structure, batch } = signature;
  const pick = (tensors: readonly Tensor[]) => pack(structure, tensors, (leaf) => typeof leaf === 'number');
  if (!model.built) scope(() => buildOn(model, pick(inputs.map(({ shape, dtype }) => ops.zeros(shape, { dtype })))));
  const traceWith = (size: number): OnnxTrace => {
    let outputNames: readonly string[] = [];
    const traced = traceStep(
      (...tensors) => {
        const outputs = model.predictStep(new Batch(pick(tensors), [], [], size));
        const list = flatten<Tensor>(outputs, isTensor);
        outputNames = namesOf(model, outputs, list.length);
        return list;
      },
      inputs.map(({ name, shape, dtype }) => ({ name, shape: [size, ...shape.slice(1)], dtype })),
    );
    return { traced, outputNames };
  };
  const options = { name: model.name, opset, inputNames: inputs.map(({ name }) => name) };
  const { bytes, fixedBecause } = await toOnnx(traceWith, batch, options);
  if (fixedBecause !== undefined)
    noticeOnce(
      `export: the graph of model '${model.name}' takes batches of 1 only: ${fixedBecause}. Another size can be given in \`inputSignature\`.`,
    );
  return bytes;
}

/** The names of a record, those of the model, or numbered ones. */
function namesOf(model: Model, outputs: Structure<Tensor>, count: number): readonly string[] {
  if (!isTensor(outputs) && !Array.isArray(outputs)) return Object.keys(outputs);
  const { outputNames } = model;
  return outputNames.length === count ? outputNames : Array.from({ length: count }, (_, i) => `output_${i}`);
}
