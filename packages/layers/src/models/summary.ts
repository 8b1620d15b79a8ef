import type { PartialShape } from '@capas/core';
import type { Layer } from '../layer.ts';
import type { Graph } from './graph.ts';
import type { Model } from './model.ts';

/** Options of `Model.summary`. */
export interface SummaryOptions {
  /** Where the text goes. @defaultValue `console.log` */
  readonly print?: (text: string) => void;
  /** The width of the table in characters. @defaultValue 80 for a stack of layers, 98 for a graph */
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
  const shares = graph ? [0.3, 0.23, 0.16, 0.31] : [0.45, 0.34, 0.21];
  const total = options.lineLength ?? (graph ? 98 : 80);
  const titles = ['Layer (type)', 'Output Shape', 'Param #', ...(graph ? ['Connected to'] : [])];
  const inner = total - titles.length - 1;
  const columns = titles.map(
    (title, i): Column => ({ title, width: Math.floor(inner * shares[i]!), right: title === 'Param #' }),
  );
  const rows = model.layers.map((layer) => [
    `${layer.name} (${(layer.constructor as typeof Layer).className})`,
    outputShape(layer, graph),
    layer.built || layer.weights.length ? layer.countParams().toLocaleString('en-US') : '0 (unbuilt)',
    ...(graph ? [connections(layer, graph)] : []),
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
    current = word;
    while (current.length > width) {
      lines.push(current.slice(0, width));
      current = current.slice(width);
    }
  }
  return [...lines, current];
}

const showDims = (shape: PartialShape): string =>
  `(${shape.map((dim) => dim ?? 'None').join(', ')}${shape.length === 1 ? ',' : ''})`;

function outputShape(layer: Layer, graph: Graph | undefined): string {
  const node = graph ? graph.nodes.find((candidate) => candidate.layer === layer) : layer.nodes.at(-1);
  if (!node) return layer.built ? '?' : '? (unbuilt)';
  const shapes = node.outputs.map(({ shape }) => showDims(shape));
  return shapes.length === 1 ? shapes[0]! : `[${shapes.join(', ')}]`;
}

function connections(layer: Layer, graph: Graph): string {
  const inputs = graph.nodes.filter((node) => node.layer === layer).flatMap((node) => node.inputs);
  if (inputs.length === 0) return '-';
  return inputs
    .map((tensor) => {
      const { node } = tensor;
      return `${node!.layer.name}[${node!.layer.nodes.indexOf(node!) === -1 ? 0 : node!.layer.nodes.indexOf(node!)}][${node!.outputs.indexOf(tensor)}]`;
    })
    .join(', ');
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
