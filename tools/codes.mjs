// Writes the numbers of packages/core/src/plan/opcodes.ts for the executors, in Rust and in AssemblyScript.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from './process.mjs';

/** Which table of opcodes.ts has which prefix. */
const PREFIXES = {
  OPCODES: 'OP',
  ORDERS: 'ORDER',
  REDUCE_KINDS: 'REDUCE',
  DISTRIBUTIONS: 'DISTRIBUTION',
  FUNCTIONS: 'FN',
  FLAGS: 'FLAG',
  DTYPES: 'DTYPE',
};

/** For each language: the file, how its comment begins, and a constant. */
const TARGETS = [
  {
    path: 'crates/runtime/src/codes.rs',
    comment: '//!',
    constant: (/** @type {string} */ name, /** @type {number} */ value) => `pub const ${name}: i32 = ${value};`,
  },
  {
    path: 'packages/backend-cpu/wasm/codes.ts',
    comment: '//',
    constant: (/** @type {string} */ name, /** @type {number} */ value) => `export const ${name}: i32 = ${value};`,
  },
];

/** Writes the files anew. */
export async function writeCodes() {
  const tables = await readTables();
  for (const { path, comment, constant } of TARGETS) {
    const groups = Object.entries(PREFIXES).map(([table, prefix]) =>
      Object.entries(tables[table] ?? {})
        .map(([name, value]) => constant(`${prefix}_${snakeCase(name)}`, value))
        .join('\n'),
    );
    const head = `${comment} The numbers of the instruction stream. Written from \`packages/core/src/plan/opcodes.ts\` by \`pnpm codes\`.`;
    await writeFile(join(root, path), `${[head, ...groups].join('\n\n')}\n`);
    console.log(path);
  }
}

/**
 * The tables by name. The file has no imports but of types, so that its JavaScript can be run as it is.
 *
 * @returns {Promise<Record<string, Record<string, number>>>}
 */
async function readTables() {
  const { default: typescript } = await import('typescript');
  const source = await readFile(join(root, 'packages/core/src/plan/opcodes.ts'), 'utf8');
  const { outputText } = typescript.transpileModule(source, { compilerOptions: { module: 99, target: 9 } });
  return await import(`data:text/javascript,${encodeURIComponent(outputText)}`);
}

/** `convInputGrad` → `CONV_INPUT_GRAD`. */
const snakeCase = (/** @type {string} */ name) => name.replaceAll(/[A-Z]/g, '_$&').toUpperCase();
