import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { capture, readJson, root, run } from '../process.mjs';

const allowed = /^(package\.json|README\.md|LICENSE|CHANGELOG\.md|dist\/.+\.(js|d\.ts|js\.map|d\.ts\.map))$/;
const lifecycle = /^(pre|post)?(install|uninstall|prepare|publish|prepublish|prepublishOnly)$/;

/**
 * What is wrong with a packed package, a sentence each; nothing where it is right.
 *
 * @param {string} tarball
 * @returns {Promise<readonly string[]>}
 */
export async function contentsProblems(tarball) {
  const folder = join(dirname(tarball), 'unpacked');
  mkdirSync(folder, { recursive: true });
  const { code, output } = await run('tar', ['-xzf', tarball, '-C', folder], capture);
  if (code !== 0) return [`the tarball cannot be read: ${output}`];
  const unpacked = join(folder, 'package');
  const files = readdirSync(unpacked, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(unpacked, join(entry.parentPath, entry.name)).split(sep).join('/'));
  return [...fileProblems(unpacked, files), ...manifestProblems(unpacked, files)];
}

/** @param {string} folder @param {readonly string[]} files */
function fileProblems(folder, files) {
  const stray = files.filter((file) => !allowed.test(file) || /\.test\./.test(file));
  const missing = ['package.json', 'README.md', 'LICENSE'].filter((file) => !files.includes(file));
  const local = files.filter((file) => readFileSync(join(folder, file), 'utf8').includes(root));
  return [
    ...stray.map((file) => `${file} does not belong into the package`),
    ...missing.map((file) => `${file} is missing`),
    ...local.map((file) => `${file} names a folder of the machine it was built on`),
  ];
}

/** @param {string} folder @param {readonly string[]} files */
function manifestProblems(folder, files) {
  const manifest = readJson(join(folder, 'package.json'));
  const { dependencies = {}, peerDependencies = {}, optionalDependencies = {}, scripts = {} } = manifest;
  const ranges = Object.entries({ ...dependencies, ...peerDependencies, ...optionalDependencies });
  const targets = [...leaves(manifest.exports), ...leaves(manifest.bin)].map((path) => path.replace(/^\.\//, ''));
  const isEsm = manifest.type === 'module' && !('main' in manifest) && !('module' in manifest);
  return [
    ...(isEsm ? [] : ['package.json must have "type": "module" and `exports` alone']),
    ...(manifest.sideEffects === false ? [] : ['package.json must have "sideEffects": false']),
    ...(manifest.license === 'Apache-2.0' ? [] : ['package.json must have "license": "Apache-2.0"']),
    ...(/^\d+\.\d+\.\d+$/.test(peerDependencies['@tensorflow/tfjs-core'] ?? '')
      ? []
      : ['package.json must have @tensorflow/tfjs-core as a peer of one exact version']),
    ...ranges
      .filter(([, range]) => /^(workspace|catalog|link|file):/.test(range))
      .map(([name, range]) => `${name} is wanted as ${range}, which only this repository understands`),
    ...Object.keys(scripts)
      .filter((name) => lifecycle.test(name))
      .map((name) => `the script \`${name}\` would run at the user's`),
    ...(JSON.stringify(manifest.exports).includes('@capas/source') ? ['exports has the condition @capas/source'] : []),
    ...(targets.length > 0 ? [] : ['exports is empty']),
    ...targets
      .filter((path) => !files.includes(path) || !existsSync(join(folder, path)))
      .map((path) => `exports names ${path}, which is not in the package`),
  ];
}

/** The texts in a nested object. @param {unknown} value @returns {readonly string[]} */
function leaves(value) {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(leaves) : [];
}
