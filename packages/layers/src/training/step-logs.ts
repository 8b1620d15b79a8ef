import { ArgumentError, ops, scope, sizeOf, type Tensor, toTensor, Variable } from '@capas/core';
import { isTensor } from '../layer-inputs.ts';
import type { Model } from '../models/model.ts';
import type { Batch } from './data-adapter.ts';
import type { Logs } from './logs.ts';
import { loggedMetrics, logsOf } from './steps.ts';

/** What a `trainStep` or `testStep` of one's own returns to be logged: scalars by name. */
export type StepLogs = Readonly<Record<string, Tensor | number>>;

type Kind = 'train' | 'test';

/** What the last steps of a model returned: variables, so that compiled steps set them too. */
interface Returned {
  readonly variables: Map<string, Variable>;
  /** What the last step returned; `undefined`: nothing. */
  names: readonly string[] | undefined;
}

const returnedBy = new WeakMap<Model, Partial<Record<Kind, Returned>>>();

/** Runs the training or evaluation step of a model, and remembers what it returns. */
export function runStep(model: Model, kind: Kind, batch: Batch): void {
  const returned = scope(() => {
    const logs = kind === 'train' ? model.trainStep(batch) : model.testStep(batch);
    if (logs === undefined) return undefined;
    const all = returnedBy.get(model) ?? {};
    returnedBy.set(model, all);
    all[kind] ??= { variables: new Map(), names: undefined };
    remember(kind, logs, all[kind].variables);
    return Object.keys(logs).sort();
  });
  const known = returnedBy.get(model)?.[kind];
  if (known) known.names = returned;
}

/** What the last step of a model returned, or, where that was nothing, the values of its metrics. */
export async function stepLogs(model: Model, kind: Kind): Promise<Logs> {
  const { names, variables } = returnedBy.get(model)?.[kind] ?? {};
  if (!names || !variables) return await logsOf(model);
  const entries = names.map(async (name) => [name, (await variables.get(name)!.value.data())[0]!] as const);
  return Object.fromEntries(await Promise.all(entries));
}

/**
 * The logs of an epoch: the values of the metrics where the steps return these or nothing, else what the last step returned.
 *
 * @see Keras 3, `_get_metrics_result_or_logs` in `keras/src/trainers/trainer.py`
 */
export async function epochLogs(model: Model, kind: Kind): Promise<Logs> {
  const { names } = returnedBy.get(model)?.[kind] ?? {};
  const metrics = new Set(loggedMetrics(model).map(({ name }) => name));
  const areMetrics = names?.length === metrics.size && names.every((name) => metrics.has(name));
  return await (areMetrics ? logsOf(model) : stepLogs(model, kind));
}

/** Forgets what the steps of a model returned. */
export function disposeStepLogs(model: Model): void {
  for (const { variables } of Object.values(returnedBy.get(model) ?? {}))
    for (const variable of variables.values()) variable.dispose();
  returnedBy.delete(model);
}

function remember(kind: Kind, logs: StepLogs, variables: Map<string, Variable>): void {
  const who = `${kind}Step`;
  if (typeof logs !== 'object' || logs === null || logs.constructor !== Object)
    throw new ArgumentError(who, 'logs', 'a record of scalars, or nothing', logs);
  for (const [name, value] of Object.entries(logs)) {
    if (typeof value !== 'number' && !(isTensor(value) && sizeOf(value.shape) === 1))
      throw new ArgumentError(who, `logs.${name}`, 'a number or a scalar tensor', value);
    let variable = variables.get(name);
    if (!variable) {
      const path = `${who}/${name}`;
      const initializer = (): Tensor => toTensor(0);
      variable = new Variable({ name, path, shape: [], kind: 'metric', trainable: false, initializer });
      variables.set(name, variable);
    }
    void variable.value; // a program has only state that it reads before it is assigned
    variable.assign(ops.reshape(ops.cast(value, 'float32'), []));
  }
}
