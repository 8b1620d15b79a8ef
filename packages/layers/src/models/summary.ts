import type { PartialShape } from '@capas/core';
import type { Layer } from '../layer.ts';
import type { SymbolicTensor } from '../symbolic-tensor.ts';
import type { Graph } from './graph.ts';
import type { Model } from './model.ts';

/** Options of `Model.summary`. */
export interface SummaryOptions {
  /** Where the text goes. @defaultValue `console.log` */
  readonly print?: (text: string) => void;
  /** The width of the table in characters. @defaultValue 76, as in Keras on a terminal of 80 */
  readonly lineLength?: number;
}

interface Column {
  readonly title: string;
  readonly width: number;
  readonly right?: boolean;
}

/** The table of a model's layers, in Keras's layout. */
export function formatSummary(model: Model, options: SummaryOptions = {}): string {
  const { graph } = model;
  const connected = graph && !isChain(graph) ? graph : undefined;
  const titles = ['Layer (type)', 'Output Shape', 'Param #', ...(connected ? ['Connected to'] : [])];
  const widths = connected ? [21, 19, 12, 19] : [33, 24, 15];
  const scale = options.lineLength ? options.lineLength / 76 : 1;
  const columns = titles.map(
    (title, i): Column => ({ title, width: Math.floor(widths[i]! * scale), right: title === 'Param #' }),
  );
  const rows = model.layers.map((layer) => [
    `${layer.name} (${(layer.constructor as typeof Layer).className})`,
    outputShape(layer, graph),
    layer.built ? layer.countParams().toLocaleString('en-US') : '0 (unbuilt)',
    ...(connected ? [connections(layer, connected)] : []),
  ]);
  const rule = (left: string, line: string, cross: string, right: string): string =>
    left + columns.map(({ width }) => line.repeat(width)).join(cross) + right;
  const body = rows.flatMap((row, i) => [...(i ? [rule('├', '─', '┼', '┤')] : []), ...line(row, columns, '│')]);
  return [
    `Model: "${model.name}"`,
    rule('┏', '━', '┳', '┓'),
    ...line(titles, columns, '┃'),
    rule('┡', '━', '╇', '┩'),
    ...body,
    rule('└', '─', '┴', '┘'),
    ...totals(model),
  ].join('\n');
}

/** A row of cells; texts that do not fit go on in the next line. */
function line(cells: readonly string[], columns: readonly Column[], edge: string): string[] {
  const parts = cells.map((cell, i) => wrap(cell, columns[i]!.width - 2));
  const height = Math.max(...parts.map(({ length }) => length));
  return Array.from({ length: height }, (_, row) => {
    const texts = parts.map((lines, i) => {
      const { width, right } = columns[i]!;
      const text = lines[row] ?? '';
      return ` ${right ? text.padStart(width - 2) : text.padEnd(width - 2)} `;
    });
    return edge + texts.join(edge) + edge;
  });
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let current = '';
  for (const word of text.split(' ')) {
    const joined = current ? `${current} ${word}` : word;
    if (joined.length <= width) {
      current = joined;
      continue;
    }
    if (current) lines.push(current);
    current = word.length > width ? `${word.slice(0, width - 1)}…` : word;
  }
  return [...lines, current];
}

const showDims = (shape: PartialShape): string =>
  `(${shape.map((dim) => dim ?? 'None').join(', ')}${shape.length === 1 ? ',' : ''})`;

function outputShape(layer: Layer, graph: Graph | undefined): string {
  const node = graph ? graph.nodes.find((candidate) => candidate.layer === layer) : layer.nodes.at(-1);
  if (!node) return '?';
  const shapes = node.outputs.map(({ shape }) => showDims(shape));
  return shapes.length === 1 ? shapes[0]! : `[${shapes.join(', ')}]`;
}

/** Whether each layer has one input and feeds one other: then there is nothing to say about connections. */
function isChain({ nodes }: Graph): boolean {
  const used = nodes.flatMap(({ inputs }) => inputs);
  return (
    nodes.every(({ inputs }) => inputs.length <= 1) &&
    new Set(used).size === used.length &&
    new Set(nodes.map(({ layer }) => layer)).size === nodes.length
  );
}

function connections(layer: Layer, { nodes }: Graph): string {
  const inputs = nodes.filter((node) => node.layer === layer).flatMap((node) => node.inputs);
  if (inputs.length === 0) return '-';
  const describe = (tensor: SymbolicTensor): string => {
    const { layer: maker, outputs } = tensor.node!;
    const call = Math.max(0, maker.nodes.indexOf(tensor.node!));
    return `${maker.name}[${call}][${outputs.indexOf(tensor)}]`;
  };
  return inputs.map(describe).join(', ');
}

function totals(model: Model): string[] {
  const count = (weights: readonly { readonly size: number }[]): number =>
    weights.reduce((sum, { size }) => sum + size, 0);
  const show = (title: string, parameters: number): string =>
    ` ${title}: ${parameters.toLocaleString('en-US')} (${readableBytes(parameters * 4)})`;
  const trainable = count(model.trainableWeights);
  const frozen = count(model.nonTrainableWeights);
  const optimizer = model.isCompiled ? count(model.optimizer.variables.filter(({ isDisposed }) => !isDisposed)) : 0;
  return [
    show('Total params', trainable + frozen + optimizer),
    show('Trainable params', trainable),
    show('Non-trainable params', frozen),
    ...(optimizer ? [show('Optimizer params', optimizer)] : []),
  ];
}

function readableBytes(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  const unit = bytes === 0 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10));
  return `${(bytes / 1024 ** unit).toFixed(2)} ${units[unit]}`;
}
