import { Embedding } from '../../layers/core/embedding.ts';
import type { Model } from '../../models/model.ts';
import { nodeFiles } from '../../saving/source.ts';
import { writeTarget } from '../../saving/target.ts';

/**
 * Writes the vectors of all embedding layers of a model as tables, and the config by which TensorBoard's projector finds them.
 *
 * @param metadata the file with a label for each id, or one for each layer by name; relative to the folder
 * @see TensorBoard, `tensorboard/plugins/projector/projector_config.proto`
 */
export async function writeProjector(
  folder: string,
  model: Model,
  metadata: string | Readonly<Record<string, string>>,
): Promise<void> {
  const entries: string[] = [];
  await nodeFiles()!.mkdir(folder, { recursive: true });
  for (const layer of model.layers) {
    if (!(layer instanceof Embedding)) continue;
    const file = `${layer.name.replaceAll(/[^\w.-]/g, '_')}.tsv`;
    const rows = await table(layer);
    await writeTarget('TensorBoard', `${folder}/${file}`, new TextEncoder().encode(rows));
    const labels = typeof metadata === 'string' ? metadata : metadata[layer.name];
    const lines = [
      `tensor_name: ${JSON.stringify(layer.embeddings.path)}`,
      `tensor_path: ${JSON.stringify(file)}`,
      ...(labels ? [`metadata_path: ${JSON.stringify(labels)}`] : []),
    ];
    entries.push(`embeddings {\n${lines.map((line) => `  ${line}\n`).join('')}}\n`);
  }
  await writeTarget('TensorBoard', `${folder}/projector_config.pbtxt`, new TextEncoder().encode(entries.join('')));
}

/** A line for each id, its numbers with tabs between them. */
async function table({ embeddings }: Embedding): Promise<string> {
  const [rows = 0, columns = 0] = embeddings.shape;
  const data = await embeddings.value.data();
  const line = (row: number): string => data.slice(row * columns, (row + 1) * columns).join('\t');
  return Array.from({ length: rows }, (_, row) => `${line(row)}\n`).join('');
}
