import { cpSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { capture, pnpm, readJson, root, run, tool } from '../process.mjs';
import { contentsProblems } from './contents.mjs';

/** The projects that packed packages are installed into, by the packages each asks for. */
const projects = {
  selective: ['@capas/core', '@capas/layers', '@capas/backend-cpu'],
  everything: [
    '@capas/core',
    '@capas/layers',
    '@capas/datasets',
    '@capas/transfer',
    '@capas/backend-cpu',
    '@capas/backend-gpu',
  ],
};

/** @typedef {keyof typeof projects} ProjectName */

/** @returns {readonly { name: string, folder: string }[]} the packages that are published */
function publicPackages() {
  const folders = readdirSync(join(root, 'packages')).map((each) => join(root, 'packages', each));
  return folders
    .filter((folder) => existsSync(join(folder, 'package.json')))
    .map((folder) => ({ folder, ...readJson(join(folder, 'package.json')) }))
    .filter((manifest) => !manifest.private)
    .map(({ name, folder }) => ({ name, folder }));
}

/** Packs each package once, however often it is asked for. */
class Tarballs {
  /** @type {Map<string, Promise<string>>} */
  #made = new Map();
  #folder;

  constructor(/** @type {string} */ folder) {
    this.#folder = folder;
  }

  /** The path of the tarball of a package. */
  of(/** @type {string} */ name) {
    const made = this.#made.get(name) ?? this.#pack(name);
    this.#made.set(name, made);
    return made;
  }

  async #pack(/** @type {string} */ name) {
    const source = publicPackages().find((each) => each.name === name);
    if (!source) throw new Error(`There is no published package ${name} in packages/.`);
    const folder = join(this.#folder, name.replace('@capas/', ''));
    mkdirSync(folder, { recursive: true });
    const { code, output } = await pnpm(['pack', '--pack-destination', folder], { ...capture, cwd: source.folder });
    const [tarball] = readdirSync(folder);
    if (code !== 0 || !tarball) throw new Error(`pnpm pack of ${name} failed:\n${output}`);
    return join(folder, tarball);
  }
}

/**
 * What is looked at in each packed package: its contents, publint, and the types by arethetypeswrong.
 *
 * @param {string} folder where the tarballs go
 */
export function packageChecks(folder) {
  const tarballs = new Tarballs(folder);
  const checks = publicPackages().flatMap(({ name }) => [
    {
      name: `${name}: packed contents`,
      run: async () => {
        const problems = await contentsProblems(await tarballs.of(name));
        return { code: problems.length, output: problems.map((each) => `${name}: ${each}\n`).join('') };
      },
    },
    {
      name: `${name}: publint`,
      run: async () => tool('publint', ['run', '--strict', await tarballs.of(name)], capture),
    },
    {
      name: `${name}: types resolve (attw)`,
      // Our packages are ES modules only: see docs/decisions/0001-esm-only.md.
      run: async () => {
        const args = ['--profile', 'esm-only', await tarballs.of(name)];
        const { code, output } = await tool('@arethetypeswrong/cli', args, capture);
        // A package without any types is no problem to attw.
        return { code: code || Number(output.includes('does not contain types')), output };
      },
    },
  ]);
  return { checks, tarballs };
}

/**
 * Installs packed packages into an empty project, as a user does, and uses them there with plain Node.
 *
 * @param {ProjectName} project
 * @param {Tarballs} tarballs
 * @param {string} folder a folder to make
 */
export function installCheck(project, tarballs, folder) {
  return {
    name: `install and use: ${project}`,
    run: async () => {
      const names = projects[project];
      const files = await Promise.all(names.map((name) => tarballs.of(name)));
      mkdirSync(folder, { recursive: true });
      cpSync(join(root, 'tools/pack-test/projects', project), folder, { recursive: true });
      writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'user', private: true, type: 'module' }));
      const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'];
      const inFolder = { ...capture, cwd: folder, env: { NODE_PATH: '', CAPAS_BACKEND: '' } };
      const steps = [
        () => run('npm', ['install', ...quiet, ...files], inFolder),
        async () => installedProblems(folder, names),
        () => run(process.execPath, ['use.mjs'], inFolder),
        () => run(process.execPath, ['require.cjs'], inFolder),
        () => tool('typescript', ['-p', 'tsconfig.json'], { ...inFolder, bin: 'tsc' }),
      ];
      let output = '';
      for (const step of steps) {
        const result = await step();
        output += result.output;
        if (result.code !== 0) return { code: result.code, output };
      }
      return { code: 0, output };
    },
  };
}

/**
 * What is wrong with an installed tree: our packages must be those asked for, and nothing may have an install script.
 *
 * @param {string} folder
 * @param {readonly string[]} wanted
 */
function installedProblems(folder, wanted) {
  const { packages } = readJson(join(folder, 'node_modules/.package-lock.json'));
  const ours = readdirSync(join(folder, 'node_modules/@capas')).map((name) => `@capas/${name}`);
  const scripts = Object.keys(packages).filter((path) => packages[path].hasInstallScript);
  const copies = Object.keys(packages).filter((path) => path.endsWith('node_modules/@tensorflow/tfjs-core'));
  const problems = [
    ...ours.filter((name) => !wanted.includes(name)).map((name) => `${name} was installed and not asked for`),
    ...wanted.filter((name) => !ours.includes(name)).map((name) => `${name} was not installed`),
    ...scripts.map((path) => `${path} has an install script`),
    ...(copies.length === 1 ? [] : [`tfjs-core must be installed once, and is at: ${copies.join(', ')}`]),
  ];
  return { code: problems.length, output: problems.map((each) => `${each}\n`).join('') };
}
