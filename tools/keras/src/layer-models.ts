import { writeFile } from 'node:fs/promises';
import { HostArray } from '@capas/core';
import { type GoldenCase, type GoldenGroup, resolveGolden } from '@capas/core/testing';
import { input, loadModel, type Model, model } from '@capas/layers';
import { goldenLayer } from '@capas/layers/testing';
import {
  difference,
  expectationOf,
  type FileCheck,
  limitOf,
  packWeights,
  predict,
  savedBytes,
  type Verdict,
} from './check-file.ts';
import { type Packed, pack, unpack } from './exchange.ts';

/** A model of one layer: the file that we made, and what Keras needs to make its own. */
export interface LayerCheck extends FileCheck {
  readonly layer: { readonly class_name: string; readonly config: unknown };
  /** What the layer is called with; `{ $input: 2 }` stands for an input of the model. */
  readonly args: unknown;
  readonly kwargs: unknown;
  readonly specs: readonly InputSpec[];
  readonly layerWeights: unknown;
  readonly adaptData: unknown;
}

interface InputSpec {
  readonly shape: readonly (number | null)[];
  readonly dtype: string;
}

/** A model of one layer that Keras made, and what it gave there. */
export interface KerasModel {
  readonly id: string;
  readonly file: string;
  readonly limit: number;
  readonly outputs: readonly Packed[];
  readonly inputs: readonly Packed[];
}

/** Makes a functional model of the layer of a case, and saves it. */
export async function saveLayerModel(golden: GoldenCase, group: GoldenGroup, file: string): Promise<LayerCheck> {
  const { inputs: given, callKwargs = {} } = (resolveGolden(golden.calls, group) as GoldenCall[])[0]!;
  const arrays: HostArray[] = [];
  const slots = (value: unknown): unknown => {
    if (value instanceof HostArray) return { $input: arrays.push(value) - 1 };
    if (Array.isArray(value)) return value.map(slots);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, slots(item)]));
  };
  const { training: _, ...callOptions } = callKwargs;
  const [args, kwargs] = [slots(given), slots(callOptions)] as [unknown[], Record<string, unknown>];
  const isFixed = group.group === 'layers-image' || (golden.config as { stateful?: boolean }).stateful === true;
  const specs = arrays.map(({ shape, dtype }) => ({ shape: isFixed ? shape : [null, ...shape.slice(1)], dtype }));
  const made = build(golden, group, specs, args, kwargs);
  const inputs = arrays.length === 1 ? arrays[0] : arrays;
  const bytes = await savedBytes(made);
  await writeFile(file, bytes);
  const opened = await loadModel(bytes);
  // a sum of low rank is a part of its weight in files
  const isWhole = JSON.stringify(golden.config).includes('"lora_rank":');
  const expectation = { ...(await expectationOf(made, inputs)), ...(isWhole && { weights: packWeights(opened) }) };
  if (JSON.stringify(packWeights(opened)) !== JSON.stringify(expectation.weights))
    throw new Error('opened again it has other weights');
  for (const each of [made, opened]) each.dispose();
  return {
    id: `${group.group} ${golden.id}`,
    file,
    limit: limitOf(golden),
    ...expectation,
    layer: { class_name: golden.className as string, config: golden.config },
    args,
    kwargs,
    specs,
    layerWeights: pack(
      ((golden.weights ?? []) as { value: unknown }[]).map(({ value }) => resolveGolden(value, group)),
    ),
    adaptData: golden.adaptData === undefined ? null : pack(resolveGolden(golden.adaptData, group)),
  };
}

interface GoldenCall {
  readonly inputs: readonly unknown[];
  readonly callKwargs?: Readonly<Record<string, unknown>>;
}

function build(
  golden: GoldenCase,
  group: GoldenGroup,
  specs: readonly InputSpec[],
  args: readonly unknown[],
  kwargs: Readonly<Record<string, unknown>>,
): Model {
  const symbols = specs.map(({ shape, dtype }) => input({ batchShape: [...shape], dtype: dtype as 'float32' }));
  const fill = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(fill);
    if (typeof value !== 'object' || value === null) return value;
    if ('$input' in value) return symbols[value.$input as number];
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fill(item)]));
  };
  const layer = goldenLayer(golden, group);
  // several arguments of Keras, and lists in lists, are one list here
  const given = fill(args.length > 1 ? args.flat(2) : args[0]);
  const options = Object.entries(kwargs).map(([key, value]) => [camelKey(key), fill(value) ?? undefined]);
  const outputs = layer.apply(given as never, Object.fromEntries(options));
  return model({ inputs: symbols.length === 1 ? symbols[0]! : symbols, outputs: outputs as never });
}

const camelKey = (key: string): string => key.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** Opens what Keras made, compares outputs with its own, and saves it twice. */
export async function openKerasModel({ id, file, limit, inputs, outputs }: KerasModel): Promise<Verdict> {
  const problems: string[] = [];
  const opened = await loadModel(file);
  const arrays = inputs.map(unpack);
  const found = difference(await predict(opened, arrays.length === 1 ? arrays[0] : arrays), outputs.map(unpack));
  const bytes = await savedBytes(opened);
  const again = await loadModel(bytes);
  if (!Buffer.from(await savedBytes(again)).equals(bytes)) problems.push('opened and saved again it has other bytes');
  for (const each of [opened, again]) each.dispose();
  return { id, limit, problems: [...problems, ...found.problems], worst: found.worst };
}
