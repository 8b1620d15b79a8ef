import type { FileView } from './file-view.ts';
import { fileView, pathsOf } from './file-view.ts';
import type { Environment, SearchFolder } from './search-folders.ts';
import { driverFolders, newestFirst, searchFolders } from './search-folders.ts';

/** One thing the probe looked for. */
export interface CudaFinding {
  /** `'NVIDIA driver'`, `'NVIDIA GPU'` or a library: `'cudart'`, `'cublas'`, `'cublasLt'`, `'cudnn'`, `'nvrtc'`, `'nccl'`. */
  readonly what: string;
  readonly found: boolean;
  /** As far as file names and `/proc` tell it: `'12.4.127'`. */
  readonly version?: string;
  readonly path?: string;
  /** What was found or missed, as one sentence without a full stop. */
  readonly sentence: string;
}

/** What a machine has of CUDA, by the look of its files; the answer of {@link describeCuda}. */
export interface CudaReport {
  /** A driver and a GPU are there: CUDA programs that bring their own libraries can run. */
  readonly usable: boolean;
  /** The driver and every library an engine needs are there too: cudart, cublas, cublasLt and cudnn. */
  readonly complete: boolean;
  readonly driver: CudaFinding;
  readonly gpu: CudaFinding;
  readonly libraries: readonly CudaFinding[];
  /** The sentences of all findings, the driver's first. */
  readonly sentences: readonly string[];
  readonly milliseconds: number;
}

export interface DescribeCudaOptions {
  /** A folder that is looked at as if it were `/`. */
  readonly root?: string;
  /** In place of the file system below `root`. */
  readonly files?: FileView;
  readonly env?: Environment;
  readonly platform?: string;
  readonly arch?: string;
  /** The search ends after this many milliseconds with what it has; 80 unless told otherwise. */
  readonly timeout?: number;
}

/** Library, the name it has for people, and whether an engine cannot do without it. */
const LIBRARIES: readonly { name: string; title: string; required: boolean }[] = [
  { name: 'cudart', title: 'CUDA runtime', required: true },
  { name: 'cublas', title: 'cuBLAS', required: true },
  { name: 'cublasLt', title: 'cuBLASLt', required: true },
  { name: 'cudnn', title: 'cuDNN', required: true },
  { name: 'nvrtc', title: 'NVRTC', required: false },
  { name: 'nccl', title: 'NCCL', required: false },
];

/**
 * Looks for an NVIDIA driver, a GPU and CUDA's libraries, by file names only: no library is opened, no process is
 * started, an unreadable folder counts as empty. Never throws.
 *
 * @example
 * const report = await describeCuda();
 * for (const sentence of report.sentences) console.log(sentence);
 * // NVIDIA driver: libcuda.so.1 was not found
 */
export async function describeCuda(options: DescribeCudaOptions = {}): Promise<CudaReport> {
  const start = performance.now();
  const { timeout = 80, env = process.env, platform = process.platform, arch = process.arch } = options;
  const place: Place = { files: options.files ?? fileView(options.root), env, platform, arch };
  const findings = new Map<string, CudaFinding>();
  const problem = await within(timeout, search(place, findings));
  const { driver, gpu, libraries } = complete(findings, `not looked at: ${problem}`);
  return {
    usable: driver.found && gpu.found,
    complete:
      driver.found && gpu.found && LIBRARIES.every(({ name, required }) => !required || findings.get(name)?.found),
    driver,
    gpu,
    libraries,
    sentences: [driver, gpu, ...libraries].map(({ sentence }) => sentence),
    milliseconds: performance.now() - start,
  };
}

interface Place {
  readonly files: FileView;
  readonly env: Environment;
  readonly platform: string;
  readonly arch: string;
}

async function search(place: Place, findings: Map<string, CudaFinding>): Promise<void> {
  const keep = (finding: CudaFinding) => findings.set(finding.what, finding);
  if (place.platform !== 'linux' && place.platform !== 'win32') {
    const reason = `CUDA does not exist for ${place.platform}`;
    for (const what of ['NVIDIA driver', 'NVIDIA GPU']) keep({ what, found: false, sentence: `${what}: ${reason}` });
    for (const { name, title } of LIBRARIES) keep({ what: name, found: false, sentence: `${title}: ${reason}` });
    return;
  }
  const [folders] = await Promise.all([
    searchFolders(place.files, place.env, place.platform, place.arch),
    findDriver(place).then(keep),
    findGpu(place).then(keep),
  ]);
  const listings = await Promise.all(
    folders.map(async (folder) => ({ folder, names: await place.files.list(folder.path) })),
  );
  for (const library of LIBRARIES) keep(findLibrary(library, listings, place.platform));
}

async function findDriver({ files, env, platform, arch }: Place): Promise<CudaFinding> {
  const what = 'NVIDIA driver';
  const name = platform === 'win32' ? 'nvcuda.dll' : 'libcuda.so.1';
  const candidates = (await driverFolders(files, env, platform, arch)).map(({ path }) =>
    pathsOf(platform).join(path, name),
  );
  const present = await Promise.all(candidates.map(files.exists));
  const path = candidates.find((_, index) => present[index]);
  const kernel = /(\d{3,}\.\d+(?:\.\d+)?)/.exec(await files.read('/proc/driver/nvidia/version'))?.[1];
  if (path !== undefined) {
    const version = kernel === undefined ? '' : `${kernel}, `;
    return { what, found: true, path, ...(kernel && { version: kernel }), sentence: `${what}: ${version}${path}` };
  }
  const half = kernel === undefined ? '' : `, although the kernel module ${kernel} is loaded`;
  return { what, found: false, sentence: `${what}: ${name} was not found${half}` };
}

async function findGpu({ files, platform }: Place): Promise<CudaFinding> {
  const what = 'NVIDIA GPU';
  // Windows has no device files: there, the driver's library is all that can be seen without calling it.
  if (platform === 'win32') return { what, found: true, sentence: `${what}: known only to the driver` };
  const [devices, isWsl] = await Promise.all([files.list('/dev'), files.exists('/dev/dxg')]);
  const cards = devices.filter((name) => /^nvidia\d+$/.test(name)).sort();
  const integrated = devices.includes('nvhost-gpu') || devices.includes('nvgpu');
  if (cards.length === 0 && !isWsl && !integrated) {
    return { what, found: false, sentence: `${what}: there is no /dev/nvidia0` };
  }
  if (cards.length === 0) {
    return {
      what,
      found: true,
      sentence: `${what}: ${isWsl ? '/dev/dxg (Windows subsystem)' : '/dev/nvhost-gpu (Jetson)'}`,
    };
  }
  const models = await modelNames(files);
  const path = `/dev/${cards[0]!}`;
  const count = cards.length === 1 ? path : `${cards.length} (${cards.map((name) => `/dev/${name}`).join(', ')})`;
  return { what, found: true, path, sentence: `${what}: ${models ? `${models}, ` : ''}${count}` };
}

async function modelNames(files: FileView): Promise<string> {
  const base = '/proc/driver/nvidia/gpus';
  const texts = await Promise.all((await files.list(base)).map((bus) => files.read(`${base}/${bus}/information`)));
  const models = texts.flatMap((text) => /^Model:\s*(.+)$/m.exec(text)?.[1]?.trim() ?? []);
  return [...new Set(models)].join(', ');
}

type Listing = { readonly folder: SearchFolder; readonly names: readonly string[] };

function findLibrary(library: (typeof LIBRARIES)[number], listings: readonly Listing[], platform: string): CudaFinding {
  const what = library.name;
  const isWindows = platform === 'win32';
  const pattern = isWindows
    ? new RegExp(`^${what}64_([\\d_]+?)(?:_0)?\\.dll$`, 'i')
    : new RegExp(`^lib${what}\\.so(?:\\.(\\d[\\d.]*))?$`);
  for (const { folder, names } of listings) {
    const file = longestVersion(names.filter((name) => pattern.test(name)));
    if (file === undefined) continue;
    const version = pattern.exec(file)?.[1]?.replaceAll('_', '.');
    const path = pathsOf(platform).join(folder.path, file);
    const sentence = `${library.title}: ${version === undefined ? '' : `${version}, `}${path} (by ${folder.from})`;
    return { what, found: true, path, ...(version && { version }), sentence };
  }
  const wanted = isWindows ? `${what}64_*.dll` : `lib${what}.so.*`;
  return { what, found: false, sentence: `${library.title}: ${wanted} was not found` };
}

/** `libcudart.so.12.4.127` tells more than `libcudart.so.12` and `libcudart.so` beside it. */
function longestVersion(names: readonly string[]): string | undefined {
  return newestFirst(names).sort((a, b) => b.split(/[._]/).length - a.split(/[._]/).length)[0];
}

function complete(findings: ReadonlyMap<string, CudaFinding>, reason: string) {
  const get = (what: string, title: string): CudaFinding =>
    findings.get(what) ?? { what, found: false, sentence: `${title}: ${reason}` };
  return {
    driver: get('NVIDIA driver', 'NVIDIA driver'),
    gpu: get('NVIDIA GPU', 'NVIDIA GPU'),
    libraries: LIBRARIES.map(({ name, title }) => get(name, title)),
  };
}

/** Waits for `work` at most so long; what kept it from its end, or `''`. */
async function within(milliseconds: number, work: Promise<void>): Promise<string> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(resolve, milliseconds, `the search took over ${milliseconds} ms`);
  });
  const done = work.then(
    () => '',
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  const problem = await Promise.race([done, late]);
  clearTimeout(timer);
  return problem;
}
