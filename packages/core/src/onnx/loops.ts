import type { BatchProgram } from './batch-program.ts';
import type { Lowering } from './lowering.ts';

/** The operator `Scan`: carries and sequences go through it, what is the same in each step its body sees from outside. */
export const loop: Lowering = ({ graph, input, attrs, types, outputs, lowerBody }) => {
  const { carries, sequences, length, reverse } = attrs as Readonly<Record<string, number>>;
  const program = attrs.body as BatchProgram;
  const body = graph.body();
  const given = program.inputs.map(({ name }, place) =>
    place < carries! + sequences! ? graph.name(`${graph.origin}/${name}`) : input(place),
  );
  const scanned = given.slice(carries!, carries! + sequences!);
  const made = lowerBody(body, program, given);
  // what comes out of a body is made in it, and goes out once
  const results = made.map((value, i) =>
    body.makes(value) && made.indexOf(value) === i ? value : body.node('Identity', [value]),
  );
  const info = (name: string, id: number) => body.info(name, program.types.get(id)!);
  const through = types.slice(0, carries! + sequences!).map((_, place) => place);
  const inputs = through.map((place) => info(given[place]!, program.inputs[place]!.id));
  const values = through.map(input);
  if (scanned.length === 0) {
    // a loop over nothing: the places of its steps
    const step = graph.name(`${graph.origin}/step`);
    inputs.push(body.info(step, { dims: [], dtype: 'int32' }));
    values.push(graph.cast(graph.ints(Array.from({ length: length! }, (_, i) => i)), 'int32'));
  }
  const directions = (count: number): number[] => new Array<number>(count).fill(Number(reverse));
  return graph.nodes('Scan', values, outputs.length, {
    body: body.parts(
      graph.name(`${graph.origin}/body`),
      inputs,
      results.map((value, i) => info(value, program.outputs[i]!)),
    ),
    num_scan_inputs: Math.max(1, scanned.length),
    scan_input_directions: directions(Math.max(1, scanned.length)),
    scan_output_directions: directions(results.length - carries!),
  });
};
