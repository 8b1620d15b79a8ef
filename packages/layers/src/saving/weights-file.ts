import { FileFormatError, noticeOnce, type Variable } from '@capas/core';
import type { Model } from '../models/model.ts';
import { Optimizer } from '../optimizers/optimizer.ts';
import { type H5Array, type H5Reader, readH5 } from './h5/read-h5.ts';
import { type H5Writer, writeH5 } from './h5/write-h5.ts';
import { readOwnVariables, writeOwnVariables } from './own-variables.ts';
import { type StateNode, stateTree } from './state-tree.ts';
import { assignTotal, isWhole, storedTotal } from './weight-values.ts';
import { weightsMismatch, wrongShape } from './weights-mismatch.ts';

/** Options of reading weights. */
export interface LoadWeightsOptions {
  /** Whether layers that do not fit what is in the file keep their weights, with a notice, instead of an error. @defaultValue `false` */
  readonly skipMismatch?: boolean;
  /** Whether layers get their weights by their names and not by their order; for legacy `.h5` files. @defaultValue `false` */
  readonly byName?: boolean;
}

/** The weights of a model, and the state of its optimizer, as the bytes of a Keras `.weights.h5` file. `writeMore` adds what only we read. */
export async function weightsToH5(model: Model, writeMore?: (root: H5Writer) => void): Promise<Uint8Array> {
  const nodes = stateTree(model);
  const values = await Promise.all(nodes.map(({ variables }) => Promise.all(variables.map(storedTotal))));
  return await writeH5((root) => {
    nodes.forEach((node, i) => {
      writeNode(root, node, values[i]!);
    });
    writeMore?.(root);
  });
}

function writeNode(root: H5Writer, { path, name, object }: StateNode, values: readonly H5Array[]): void {
  const vars = root.group(path === '' ? 'vars' : `${path}/vars`);
  vars.attribute('name', name);
  values.forEach((value, i) => {
    vars.array(`${i}`, value);
  });
  writeOwnVariables(vars, object);
}

/** Sets the weights of a model, and the state of its optimizer if it is compiled, from a Keras `.weights.h5` file. `prepare` sees it first. */
export async function weightsFromH5(
  model: Model,
  source: string,
  bytes: Uint8Array,
  options: LoadWeightsOptions = {},
  prepare?: (root: H5Reader) => void,
): Promise<void> {
  const { found, giveOwn } = await readH5(source, bytes, (root) => {
    prepare?.(root);
    return { found: readNodes(model, source, root), giveOwn: readOwnVariables(model, root) };
  });
  const problems = found.flatMap(({ problem, node }) => (problem && !isOptional(node) ? [problem] : []));
  if (problems.length > 0 && !options.skipMismatch) {
    throw weightsMismatch(model, source, problems);
  }
  for (const { node, values, problem } of found) {
    if (problem) noticeOnce(`${source}: ${problem} It keeps what it has.`);
    else for (const [i, variable] of node.variables.entries()) assignTotal(variable, values[i]!);
  }
  giveOwn();
}

interface FoundState {
  readonly node: StateNode;
  readonly values: readonly H5Array[];
  /** Why it cannot be used. */
  readonly problem: string | undefined;
}

function readNodes(model: Model, source: string, root: H5Reader): readonly FoundState[] {
  // the file is of a model that was trained, this one was not yet: its optimizer has no state to set
  const stored = root.group('optimizer/vars')?.names.length ?? 0;
  if (model.isCompiled && !model.optimizer.built && stored > model.optimizer.variables.length) {
    model.optimizer.build(model.trainableWeights);
  }
  return stateTree(model)
    .filter(({ variables }) => variables.length > 0)
    .map((node) => {
      const values = readValues(source, root, node.path);
      return { node, values, problem: problemOf(node, values) };
    });
}

/** The arrays `0`, `1` … of an object, in the order of their numbers. */
function readValues(source: string, root: H5Reader, path: string): readonly H5Array[] {
  const vars = root.group(path === '' ? 'vars' : `${path}/vars`);
  const names = [...(vars?.names ?? [])].sort((a, b) => Number(a) - Number(b));
  return names.map((name) => {
    const value = vars!.array(name);
    if (!value || !isWhole(value)) throw new FileFormatError(source, `'${vars!.path}/${name}' is no array.`);
    return value;
  });
}

function problemOf({ path, name, variables }: StateNode, values: readonly H5Array[]): string | undefined {
  const who = `'${name}' (${path || 'the model'})`;
  if (values.length !== variables.length) {
    return `${who} has ${variables.length} weights (${listed(variables)}). The file has ${values.length}.`;
  }
  return wrongShape(who, variables, values);
}

const listed = (variables: readonly Variable[]): string => {
  const names = variables.slice(0, 4).map(({ name }) => name);
  return [...names, ...(variables.length > 4 ? ['…'] : [])].join(', ');
};

/** A model can go on without the state of its optimizer, as in Keras. */
const isOptional = ({ object }: StateNode): boolean => object instanceof Optimizer;
