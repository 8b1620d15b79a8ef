import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { libraryFile, platforms } from '../../packages/backend-cpu/scripts/platforms.mjs';
import { readJson, root } from '../process.mjs';

/** @typedef {import('../../packages/backend-cpu/scripts/platforms.mjs').Platform} Platform */

/** Where the release workflow puts the native libraries of all platforms. */
const libraries = join(root, 'out/native');
const packages = join(root, 'out/native-packages');
const owner = join(root, 'packages/backend-cpu');

/** The version of @capas/backend-cpu, which is that of its native packages. */
export const nativeVersion = () => /** @type {string} */ (readJson(join(owner, 'package.json')).version);

/**
 * Writes a package for each platform around its library.
 *
 * @returns {readonly { name: string, folder: string }[]}
 * @throws {Error} if a library is missing
 */
export function writeNativePackages() {
  const missing = platforms.filter(({ name }) => !existsSync(join(libraries, libraryFile(name))));
  if (missing.length > 0)
    throw new Error(
      `out/native has no library for ${missing.map(({ name }) => name).join(', ')}. ` +
        'The release workflow compiles them: download its artifacts `native-*` into that folder.',
    );
  rmSync(packages, { recursive: true, force: true });
  return platforms.map((platform) => {
    const folder = join(packages, platform.name);
    mkdirSync(folder, { recursive: true });
    const manifest = manifestOf(platform);
    writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
    writeFileSync(join(folder, 'README.md'), `# ${manifest.name}\n\n${manifest.description}. ${INSTALLED_BY}\n`);
    copyFileSync(join(root, 'LICENSE'), join(folder, 'LICENSE'));
    copyFileSync(join(libraries, libraryFile(platform.name)), join(folder, libraryFile(platform.name)));
    return { name: manifest.name, folder };
  });
}

const INSTALLED_BY = '`@capas/backend-cpu` depends on it, and package managers install the one that fits.';

/** @param {Platform} platform */
const manifestOf = ({ name, os, cpu, libc }) => ({
  name: packageOf(name),
  version: nativeVersion(),
  description: `The native library of @capas/backend-cpu for ${name}`,
  license: 'Apache-2.0',
  main: libraryFile(name),
  files: [libraryFile(name)],
  engines: { node: '>=20.19' },
  os: [os],
  cpu: [cpu],
  ...(libc && { libc: [libc] }),
  publishConfig: { access: 'public' },
});

const packageOf = (/** @type {string} */ platform) => `@capas/backend-cpu-${platform}`;

/**
 * Does something while @capas/backend-cpu depends on its native packages. In the repository it does not, since a lockfile
 * cannot name packages that are not published yet.
 *
 * @template Result
 * @param {() => Promise<Result>} publish
 */
export async function withNativeDependencies(publish) {
  const path = join(owner, 'package.json');
  const before = readFileSync(path, 'utf8');
  const version = nativeVersion();
  const optionalDependencies = Object.fromEntries(platforms.map(({ name }) => [packageOf(name), version]));
  writeFileSync(path, `${JSON.stringify({ ...JSON.parse(before), optionalDependencies }, null, 2)}\n`);
  try {
    return await publish();
  } finally {
    writeFileSync(path, before);
  }
}
