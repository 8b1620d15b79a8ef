// Writes docs/parity.md: every public name of Keras, and what it is called here.
import { existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { readJson, root } from './process.mjs';

/**
 * @typedef {Readonly<Record<string, unknown>>} Namespace
 * @typedef {{ name: string, aliases?: readonly string[] | null }} KerasName
 * @typedef {{ keras: string, sections: Readonly<Record<string, readonly KerasName[]>> }} Reference
 * @typedef {{ where: string, names: Namespace }} Place where a name of a section may stand, and how that is written
 */

/** Why a name is left out, for good. */
const LEFT_OUT = /** @type {Readonly<Record<string, string>>} */ ({
  ...leftOut('it belongs to a framework of Python', [
    'layers.FlaxLayer',
    'layers.JaxLayer',
    'layers.TFSMLayer',
    'layers.TorchModuleWrapper',
    'callbacks.OrbaxCheckpoint',
    'config.is_nnx_enabled',
  ]),
  ...leftOut('stack traces of JavaScript are whole', [
    'config.disable_traceback_filtering',
    'config.enable_traceback_filtering',
    'config.is_traceback_filtering_enabled',
  ]),
  ...leftOut('a backend chooses its kernels', [
    'config.disable_flash_attention',
    'config.enable_flash_attention',
    'config.is_flash_attention_enabled',
  ]),
  ...leftOut('`verbose` and callbacks say what is printed', [
    'config.disable_interactive_logging',
    'config.enable_interactive_logging',
    'config.is_interactive_logging_enabled',
    'utils.disable_interactive_logging',
    'utils.enable_interactive_logging',
    'utils.is_interactive_logging_enabled',
  ]),
  ...leftOut('code in files is never run', ['config.enable_unsafe_deserialization']),
  ...leftOut('options of each call say it: `epochs`, `stepsPerEpoch`', [
    'config.max_epochs',
    'config.max_steps_per_epoch',
    'config.set_max_epochs',
    'config.set_max_steps_per_epoch',
  ]),
  ...leftOut('JavaScript has no tuples', ['tree.lists_to_tuples']),
  ...leftOut('layers are quantized to int8 alone', [
    'dtype_policies.AWQDTypePolicy',
    'dtype_policies.GPTQDTypePolicy',
    'dtype_policies.Int4DTypePolicy',
    'dtype_policies.QuantizedFloat8DTypePolicy',
    'quantizers.AWQConfig',
    'quantizers.Float8QuantizationConfig',
    'quantizers.GPTQConfig',
    'quantizers.Int4QuantizationConfig',
    'quantizers.abs_max_quantize_grouped_with_zero_point',
    'quantizers.compute_float8_amax_history',
    'quantizers.compute_float8_scale',
    'quantizers.pack_int4',
    'quantizers.quantize_and_dequantize',
    'quantizers.unpack_int4',
  ]),
  ...leftOut('options are objects: `{ …defaults, …changes }`', ['utils.Config']),
});

/** @param {string} reason @param {readonly string[]} names */
function leftOut(reason, names) {
  return Object.fromEntries(names.map((name) => [name, reason]));
}

/** Registries whose things are written and read by the same two functions. */
const SERIALIZED = [
  'layers',
  'activations',
  'initializers',
  'regularizers',
  'constraints',
  'optimizers',
  'optimizers.schedules',
  'quantizers',
];

/** Names that are other words here. */
const OTHER_WORDS = /** @type {Readonly<Record<string, string>>} */ ({
  ...Object.fromEntries(
    SERIALIZED.flatMap((section) => [
      [`${section}.serialize`, 'serializeKerasObject'],
      [`${section}.deserialize`, 'deserializeKerasObject'],
    ]),
  ),
  'activations.get': 'getActivation',
  'config.backend': 'activeBackend',
  'config.set_backend': 'useBackend',
  'constraints.get': 'getConstraint',
  'initializers.get': 'getInitializer',
  'layers.Input': 'input',
  'losses.get': 'getLoss',
  'metrics.get': 'getMetric',
  'optimizers.get': 'getOptimizer',
  'quantizers.get': 'getQuantizer',
  'random.SeedGenerator': 'SeedGenerator',
  'regularizers.get': 'getRegularizer',
  'utils.set_random_seed': 'setSeed',
});

/** Classes that are types here: plain objects are taken. */
const TYPES = /** @type {Readonly<Record<string, string>>} */ ({ 'layers.InputSpec': 'InputSpec' });

/** @param {readonly string[]} args `--check` compares and writes nothing */
export async function parity(args) {
  const path = referencePath();
  if (!existsSync(path))
    throw new Error(`parity: there is no ${path}. CAPAS_KERAS_API names the list of Keras's names.`);
  const text = render(readJson(path), await places());
  const target = join(root, 'docs/parity.md');
  if (!args.includes('--check')) return await writeFile(target, text);
  if (readFileSync(target, 'utf8') === text) return;
  throw new Error('parity: docs/parity.md is not what `npm run parity` writes. Run it.');
}

/** The list of Keras's names: a JSON file. */
export const referencePath = () => process.env.CAPAS_KERAS_API ?? join(root, '../shared/reference/keras-api.json');

/** @returns {Promise<(section: string) => readonly Place[]>} */
async function places() {
  const load = async (/** @type {string} */ name) =>
    /** @type {Namespace} */ (await import(pathToFileURL(join(root, `packages/${name}/dist/index.js`)).href));
  const core = await load('core');
  const layers = await load('layers');
  const datasets = await load('datasets');
  const transfer = await load('transfer');
  const own = [
    { where: '', names: layers },
    { where: '', names: datasets },
    { where: '', names: core },
    { where: '', names: transfer },
  ];
  const members = (/** @type {string} */ name) => [{ where: `${name}.`, names: membersOf(layers[name]) }];
  const inside = (/** @type {Namespace} */ names, /** @type {string} */ key) => ({
    where: `${camelCase(key)}.`,
    names: /** @type {Namespace} */ (names[camelCase(key)] ?? {}),
  });
  return (section) => {
    const [, owner] = /^(\w+) \(members/.exec(section) ?? [];
    if (owner === 'Optimizer' || owner === 'Metric') {
      const family = /** @type {Namespace} */ (layers[`${owner.toLowerCase()}s`]);
      return [{ where: `${owner}.`, names: membersOf(family[owner]) }];
    }
    if (owner) return members(owner);
    if (section === 'optimizers.schedules') return [inside(layers, 'schedules'), ...own];
    if (section === 'datasets') return [{ where: '', names: datasets }];
    if (section === 'ops.image') return [{ where: 'ops.image.', names: image(core) }];
    return [inside(layers, section), inside(core, section), ...own];
  };
}

const image = (/** @type {Namespace} */ { ops }) => /** @type {Namespace} */ (/** @type {Namespace} */ (ops).image);

/** What instances of a class have, by name: methods and accessors, and static ones. */
function membersOf(/** @type {unknown} */ type) {
  const names = /** @type {Record<string, unknown>} */ ({});
  for (let of = /** @type {any} */ (type); of?.prototype; of = Object.getPrototypeOf(of)) {
    for (const key of [...Object.getOwnPropertyNames(of.prototype), ...Object.getOwnPropertyNames(of)])
      names[key] = true;
  }
  return names;
}

/** @param {Reference} reference @param {(section: string) => readonly Place[]} placesOf */
function render({ keras, sections }, placesOf) {
  const tables = Object.entries(sections).map(([section, names]) => {
    const rows = names.map(({ name }) => ({ name, here: find(section, name, placesOf(section)) }));
    const there = rows.filter(({ here }) => here !== undefined).length;
    const lines = rows.map(({ name, here }) => `| \`${name}\` | ${here === undefined ? '' : here} |`);
    return { section, count: names.length, there, lines };
  });
  return `# Parity with Keras ${keras}

Written by \`npm run parity\` from the list of Keras's public names and from what the packages export. A name that is not there yet has
an empty cell. Names are written in camelCase here, classes as in Keras; a class has a factory beside it (\`layers.Dense\`, \`layers.dense\`).

| section | names in Keras | here |
|---|---:|---:|
${tables.map(({ section, count, there }) => `| [${section}](#${anchor(section)}) | ${count} | ${there} |`).join('\n')}

${tables.map(({ section, lines }) => `## ${section}\n\n| Keras | here |\n|---|---|\n${lines.join('\n')}\n`).join('\n')}`;
}

const anchor = (/** @type {string} */ title) =>
  title
    .toLowerCase()
    .replaceAll(/[^\w -]/g, '')
    .replaceAll(' ', '-');

/** What a name is called here, as Markdown; `undefined` where it is missing. */
function find(/** @type {string} */ section, /** @type {string} */ name, /** @type {readonly Place[]} */ places) {
  const reason = LEFT_OUT[`${section}.${name}`];
  if (reason) return `left out: ${reason}`;
  const type = TYPES[`${section}.${name}`];
  if (type) return `type \`${type}\``;
  const wanted = OTHER_WORDS[`${section}.${name}`] ?? camelCase(name.replace(/^image\./, ''));
  for (const { where, names } of places) {
    const [first = '', ...rest] = wanted.split('.');
    const found = rest.reduce((value, key) => /** @type {any} */ (value)?.[key], names[first]);
    if (found !== undefined) return `\`${where}${wanted}\``;
  }
  return undefined;
}

/** `glorot_uniform` → `glorotUniform`; classes stay as they are. */
const camelCase = (/** @type {string} */ name) =>
  name.replaceAll(/(?<=[a-z0-9])_([a-z0-9])/g, (_, letter) => letter.toUpperCase());
