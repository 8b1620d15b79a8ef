import type { FileView } from './file-view.ts';
import { pathsOf } from './file-view.ts';

/** A folder in which CUDA libraries may lie, and what named it. */
export interface SearchFolder {
  readonly path: string;
  readonly from: string;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Where CUDA's libraries may lie, in the order in which they are preferred: the folders that the user names, the
 * toolkit's default folders, the dynamic linker's, then the `nvidia-*` wheels in Python's site-packages.
 */
export async function searchFolders(
  files: FileView,
  env: Environment,
  platform: string,
  arch: string,
): Promise<SearchFolder[]> {
  const parts = await Promise.all(
    platform === 'win32'
      ? [
          namedFolders(env, platform, arch),
          windowsToolkits(files, env),
          pathFolders(env.PATH ?? env.Path, 'PATH', platform),
        ]
      : [
          namedFolders(env, platform, arch),
          pathFolders(env.LD_LIBRARY_PATH, 'LD_LIBRARY_PATH', platform),
          linuxToolkits(files, arch),
          linkerFolders(files, arch),
          pythonFolders(files, env),
        ],
  );
  const seen = new Set<string>();
  return parts.flat().filter(({ path }) => path !== '' && !seen.has(path) && seen.add(path));
}

/** The folders where the driver's own library lies: the dynamic linker's, and the ones WSL and containers mount. */
export async function driverFolders(
  files: FileView,
  env: Environment,
  platform: string,
  arch: string,
): Promise<SearchFolder[]> {
  if (platform === 'win32') {
    return [{ path: pathsOf(platform).join(env.SystemRoot ?? 'C:\\Windows', 'System32'), from: 'SystemRoot' }];
  }
  const extra = [
    '/usr/lib/wsl/lib',
    '/usr/local/nvidia/lib64',
    '/usr/local/nvidia/lib',
    `/usr/lib/${triple(arch)}/tegra`,
  ];
  return [
    ...pathFolders(env.LD_LIBRARY_PATH, 'LD_LIBRARY_PATH', platform),
    ...(await linkerFolders(files, arch)),
    ...extra.map((path) => ({ path, from: 'the default folders of the driver' })),
  ];
}

function namedFolders(env: Environment, platform: string, arch: string): SearchFolder[] {
  return ['CAPAS_CUDA_PATH', 'CUDA_PATH', 'CUDA_HOME'].flatMap((from) => {
    const folder = env[from];
    return folder ? toolkitFolders(folder, from, platform, arch) : [];
  });
}

function toolkitFolders(folder: string, from: string, platform: string, arch: string): SearchFolder[] {
  const below = platform === 'win32' ? ['', 'bin', 'bin\\x64'] : ['', 'lib64', 'lib', `targets/${targetOf(arch)}/lib`];
  return below.map((name) => ({ path: name ? pathsOf(platform).join(folder, name) : folder, from }));
}

function pathFolders(list: string | undefined, from: string, platform: string): SearchFolder[] {
  return (list ?? '')
    .split(platform === 'win32' ? ';' : ':')
    .filter((path) => path !== '')
    .map((path) => ({ path, from }));
}

/** `/usr/local/cuda` first, then `/usr/local/cuda-13.0`, `-12.4` …, the newest first. */
async function linuxToolkits(files: FileView, arch: string): Promise<SearchFolder[]> {
  const names = (await files.list('/usr/local')).filter((name) => name === 'cuda' || name.startsWith('cuda-'));
  return newestFirst(names).flatMap((name) =>
    toolkitFolders(`/usr/local/${name}`, `/usr/local/${name}`, 'linux', arch),
  );
}

async function windowsToolkits(files: FileView, env: Environment): Promise<SearchFolder[]> {
  const base = `${env.ProgramFiles ?? 'C:\\Program Files'}\\NVIDIA GPU Computing Toolkit\\CUDA`;
  const versions = newestFirst(await files.list(base));
  return versions.flatMap((version) => toolkitFolders(`${base}\\${version}`, base, 'win32', 'x64'));
}

/** The dynamic linker's default folders and those of `/etc/ld.so.conf.d`. */
async function linkerFolders(files: FileView, arch: string): Promise<SearchFolder[]> {
  const confs = (await files.list('/etc/ld.so.conf.d')).filter((name) => name.endsWith('.conf')).sort();
  const texts = await Promise.all(
    ['/etc/ld.so.conf', ...confs.map((name) => `/etc/ld.so.conf.d/${name}`)].map(files.read),
  );
  const configured = texts.flatMap((text) => text.split('\n')).map((line) => line.replace(/#.*/, '').trim());
  const defaults = [`/usr/lib/${triple(arch)}`, `/lib/${triple(arch)}`, '/usr/lib64', '/lib64', '/usr/lib', '/lib'];
  const paths = [...configured.filter((line) => line.startsWith('/')), ...defaults];
  return paths.map((path) => ({ path, from: 'the dynamic linker' }));
}

/** `site-packages/nvidia/<name>/lib` of the active environment, `./.venv`, conda, pyenv, the user and the system. */
async function pythonFolders(files: FileView, env: Environment): Promise<SearchFolder[]> {
  const home = env.HOME;
  const versions = home ? newestFirst(await files.list(`${home}/.pyenv/versions`)) : [];
  const prefixes = [
    ...(env.VIRTUAL_ENV ? [env.VIRTUAL_ENV] : []),
    ...(env.PWD ? [`${env.PWD}/.venv`] : []),
    ...(env.CONDA_PREFIX ? [env.CONDA_PREFIX] : []),
    ...(home ? [`${home}/.local`] : []),
    ...versions.map((version) => `${home}/.pyenv/versions/${version}`),
    ...['/usr/local', '/usr', '/opt/conda'],
  ];
  const sites = await Promise.all(prefixes.map((prefix) => sitePackages(files, prefix)));
  const found = await Promise.all(
    sites.flat().map(async (site) => (await files.list(`${site}/nvidia`)).map((name) => `${site}/nvidia/${name}/lib`)),
  );
  return found.flat().map((path) => ({ path, from: "Python's site-packages" }));
}

async function sitePackages(files: FileView, prefix: string): Promise<string[]> {
  const pythons = newestFirst((await files.list(`${prefix}/lib`)).filter((name) => name.startsWith('python3')));
  return pythons.flatMap((python) =>
    ['site-packages', 'dist-packages'].map((kind) => `${prefix}/lib/${python}/${kind}`),
  );
}

/** Names with version numbers in them, the highest first; a name without one before all others. */
export function newestFirst(names: readonly string[]): string[] {
  const numbers = (name: string) => (name.match(/\d+/g) ?? [Infinity]).map(Number);
  return [...names].sort((a, b) => compare(numbers(b), numbers(a)) || (a < b ? -1 : 1));
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const left = a[i] ?? -1;
    const right = b[i] ?? -1;
    if (left !== right) return left < right ? -1 : 1;
  }
  return 0;
}

const triple = (arch: string): string => (arch === 'arm64' ? 'aarch64-linux-gnu' : 'x86_64-linux-gnu');
const targetOf = (arch: string): string => (arch === 'arm64' ? 'sbsa-linux' : 'x86_64-linux');
