import type { Layer } from '../layer.ts';
import type { Model } from '../models/model.ts';
import type { Archive } from './archive.ts';
import { stateTree } from './state-tree.ts';

/** A layer with state that is no array: a vocabulary. It stands in files of its own in an archive. */
interface HasAssets {
  /** Texts by the names of their files. */
  saveAssets(): Readonly<Record<string, string>>;
  loadAssets(assets: Readonly<Record<string, string>>): void;
}

/** The files of all layers of a model that have some. */
export function assetsOf(model: Model): Archive {
  const files = new Map<string, Uint8Array>();
  for (const { folder, layer } of layersWithAssets(model)) {
    for (const [name, text] of Object.entries(layer.saveAssets())) files.set(folder + name, encoder.encode(text));
  }
  return files;
}

/** Gives the layers of a model what stands in the files of an archive. */
export function loadAssets(model: Model, files: Archive): void {
  for (const { folder, layer } of layersWithAssets(model)) {
    const own = [...files].filter(([path]) => path.startsWith(folder) && !path.slice(folder.length).includes('/'));
    const texts = own.map(([path, bytes]) => [path.slice(folder.length), decoder.decode(bytes)] as const);
    if (texts.length > 0) layer.loadAssets(Object.fromEntries(texts));
  }
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

const layersWithAssets = (model: Model): readonly { folder: string; layer: Layer & HasAssets }[] =>
  stateTree(model).flatMap(({ path, object }) =>
    hasAssets(object) ? [{ folder: `assets/${path}/`, layer: object as unknown as Layer & HasAssets }] : [],
  );

const hasAssets = (object: object): boolean => typeof (object as Partial<HasAssets>).loadAssets === 'function';
