#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { importFromApp } from './backend/discover.ts';
import { doctor } from './doctor.ts';
import { CapasError } from './errors.ts';

const usage = `Usage: capas COMMAND

  doctor              which backends were found here, which one is taken, and what to do for a faster one
  inspect FILE …      what is in a file of a model or of weights: layers, shapes, sizes; nothing of it is run
  convert FROM TO     a model in another format: TO ends in .keras, .h5 or model.json (tfjs); .weights.h5 or .safetensors for
                      weights; .onnx for what it computes
      --format NAME   keras, h5, tfjs, safetensors or onnx, where the name of TO does not say it`;

interface Options {
  readonly format?: string | undefined;
}

type Command = (files: readonly string[], options: Options) => Promise<string>;

/** Commands, and how many files they take at least and at most. */
const commands: Readonly<Record<string, readonly [least: number, most: number, command: Command]>> = {
  doctor: [0, 0, () => doctor()],
  inspect: [1, Number.POSITIVE_INFINITY, ofLayers('inspect')],
  convert: [2, 2, ofLayers('convert')],
};

/** A command that stands in the package of the layers. */
function ofLayers(name: string): Command {
  return async (files, options) => {
    const module = (await importFromApp('@capas/layers/cli')) as
      | { readonly commands: Readonly<Record<string, Command>> }
      | undefined;
    if (!module)
      throw new CapasError(`capas ${name} needs @capas/layers, which is not installed: npm install @capas/layers`);
    return await module.commands[name]!(files, options);
  };
}

async function run(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { format: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
  });
  const [name = '', ...files] = positionals;
  const [least, most, command] = (Object.hasOwn(commands, name) ? commands[name] : undefined) ?? [];
  if (values.help) console.log(usage);
  else if (!command || files.length < least! || files.length > most!) fail(usage, 2);
  else console.log(await command(files, { format: values.format }));
}

function fail(message: string, code: number): void {
  console.error(message);
  process.exitCode = code;
}

try {
  await run(process.argv.slice(2));
} catch (error) {
  // what a user can do something about is a sentence, and no trace
  const { code = '' } = error as NodeJS.ErrnoException;
  if (error instanceof CapasError || code.startsWith('ERR_PARSE_ARGS')) fail((error as Error).message, 1);
  else throw error;
}
