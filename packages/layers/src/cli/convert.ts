import { ArgumentError } from '@capas/core';
import { loadModel } from '../saving/load-model.ts';
import type { ModelFormat } from '../saving/save-model.ts';

/** Options of {@link convert}. */
export interface ConvertOptions {
  /** The format of the new file. @defaultValue what its name says */
  readonly format?: string | undefined;
}

/**
 * Opens a model and writes it in another format: `.keras`, `.h5`, `model.json` of tfjs; its weights alone as `.weights.h5` or
 * `.safetensors`; what it computes as `.onnx`.
 *
 * @returns what was done, in a sentence
 */
export async function convert(from: string, to: string, { format }: ConvertOptions = {}): Promise<string> {
  if (format !== undefined && !FORMATS.includes(format))
    throw new ArgumentError('convert', 'format', `one of '${FORMATS.join("', '")}'`, format);
  using model = await loadModel(from);
  const isExport = format === 'onnx' || (format === undefined && to.endsWith('.onnx'));
  const isWeights = format === 'safetensors' || (format === undefined && /\.(safetensors|weights\.h5)$/.test(to));
  if (isExport) await model.export(to);
  else if (isWeights) await model.saveWeights(to, format === undefined ? {} : { format: 'safetensors' });
  else await model.save(to, format === undefined ? {} : { format: format as ModelFormat });
  return `${from} → ${to}: ${model.layers.length} layers, ${model.countParams().toLocaleString('en-US')} parameters.`;
}

const FORMATS: readonly string[] = ['keras', 'h5', 'tfjs', 'safetensors', 'onnx'];
