import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { cpu } from '@capas/backend-cpu';
import { HostArray, type Tensor, useBackend } from '@capas/core';
import { type Trace, trace } from '@capas/core/testing';
import { afterEach, expect, test, vi } from 'vitest';
import { clearSession, layers, type Model, sequential } from '../src/index.ts';
import { Batch } from '../src/training/data-adapter.ts';

const page = fileURLToPath(new URL('../../../docs/architecture/one-step.md', import.meta.url));

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

test('the page on one step shows what is printed (write it anew with `vitest run --project layers one-step -u`)', async () => {
  await useBackend(cpu({ prefer: ['wasm'] }));
  clearSession();
  const model = mnistModel();
  const printed = await printouts(model);
  model.dispose();
  await expect(withPrintouts(readFileSync(page, 'utf8'), printed)).toMatchFileSnapshot(page);
});

/** The model of the README. */
function mnistModel(): Model {
  const model = sequential(
    [
      layers.rescaling({ scale: 1 / 255, inputShape: [28, 28] }),
      layers.flatten(),
      layers.dense({ units: 128, activation: 'relu' }),
      layers.dense({ units: 64, activation: 'relu' }),
      layers.dense({ units: 10, activation: 'softmax' }),
    ],
    { name: 'mnist' },
  );
  return model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
}

/** What a training prints with `CAPAS_DEBUG=passes,plan`: the program before and after each pass by its name, the plan. */
async function printouts(model: Model): Promise<ReadonlyMap<string, string>> {
  vi.stubEnv('CAPAS_DEBUG', 'passes,plan');
  const texts: string[] = [];
  vi.spyOn(console, 'log').mockImplementation((text: string) => void texts.push(text));
  const x = new HostArray(new Uint8Array(60000 * 28 * 28), [60000, 28, 28]);
  const y = new HostArray(new Int32Array(60000), [60000]);
  await model.fit(x, y, { batchSize: 32, stepsPerEpoch: 1, verbose: 0 });
  vi.restoreAllMocks();

  const plan = texts.pop()!;
  const programs = texts.map(
    (text) => /^([a-z -]+): ([^\n]*)\n(.*)$/s.exec(text)!.slice(1) as [string, string, string],
  );
  return new Map([
    ['trace', traceText(traceOf(model))],
    ['costs', programs.map(([name, costs]) => `${name}: ${costs}`).join('\n')],
    ...programs.map(([name, , program]) => [name, program] as const),
    ['final program', programs.at(-1)![2]],
    ['plan', plan],
    ['counts', countsText(plan)],
  ]);
}

const traceOf = (model: Model): Trace =>
  trace(
    (x, y) => model.trainStep(new Batch(x as Tensor, [y as Tensor], [undefined], 32)) as undefined as never,
    [
      { name: 'x', shape: [32, 28, 28], dtype: 'int32' },
      { name: 'y', shape: [32], dtype: 'int32' },
    ],
  );

function traceText({ calls, types }: Trace): string {
  const lines = calls.map(({ kernel, inputs, attrs, outputs, origin }) => {
    const results = outputs.map((id) => `%${id}: ${types[id]!.dtype}[${types[id]!.shape.join(',')}]`).join(', ');
    const given = Object.entries(inputs).map(([name, id]) => `${name}: %${id}`);
    const options = Object.entries(attrs).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
    return `${results} = ${kernel}(${[...given, ...options].join(', ')})${origin === undefined ? '' : `  # ${origin}`}`;
  });
  return [`${calls.length} kernels`, ...lines].join('\n');
}

function countsText(plan: string): string {
  const instructions = plan.split('\n').filter((line) => /^[| ][1 ] #/.test(line));
  const count = (pattern: RegExp) => instructions.filter((line) => pattern.test(line)).length;
  return [
    `${instructions.length} instructions of the stream`,
    `${count(/^\|/)} of them after a barrier`,
    `${count(/^.1/)} of them on one thread`,
  ].join('\n');
}

/**
 * Fills each block of code that follows `<!-- printed: NAME | some | words -->` with the lines of the printout of that name that
 * have one of the words in them; without words, with all.
 */
const withPrintouts = (text: string, printed: ReadonlyMap<string, string>): string =>
  text.replaceAll(
    /(<!-- printed: (.*?) -->\n```text\n).*?(```\n)/gs,
    (_, head: string, wanted: string, end: string) => {
      const [name, ...words] = wanted.split(' | ');
      const lines = printed.get(name!)?.split('\n');
      if (!lines)
        throw new Error(`Nothing is printed with the name '${name}'. There is: ${[...printed.keys()].join(', ')}`);
      const lost = words.find((word) => !lines.some((line) => line.includes(word)));
      if (lost !== undefined) throw new Error(`'${lost}' is not in '${name}'`);
      return `${head}${excerpt(lines, words).join('\n')}\n${end}`;
    },
  );

/** The lines with one of the words, and `…` for those between. */
function excerpt(lines: readonly string[], words: readonly string[]): readonly string[] {
  const isShown = (line: string | undefined) =>
    line !== undefined && (words.length === 0 || words.some((word) => line.includes(word)));
  return lines.flatMap((line, i) => {
    if (isShown(line)) return [line.length > WIDEST ? `${line.slice(0, WIDEST)}…` : line];
    return isShown(lines[i - 1]) ? ['…'] : [];
  });
}

const WIDEST = 150;
