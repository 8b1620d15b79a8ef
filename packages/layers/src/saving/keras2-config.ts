type Json = Readonly<Record<string, unknown>>;

/**
 * The config of a model as Keras 2 and tf.keras wrote it, as Keras 3 writes it: calls in a functional model by their
 * arguments, shapes of inputs under their names. A config of Keras 3 stays as it is.
 */
export function modernConfig(object: Json): Json {
  const { class_name: given, config: inner } = object;
  const config = (Array.isArray(inner) ? { layers: inner } : inner) as Json | undefined;
  if (!config) return object;
  const className = given === 'Model' ? 'Functional' : given;
  const layers = config.layers as readonly Json[] | undefined;
  const shift = shiftsOf(layers ?? [], config.output_layers);
  return {
    ...object,
    class_name: className,
    config: {
      ...layerConfig(className as string, config),
      ...(layers && {
        layers: layers.map(({ inbound_nodes: calls, ...layer }) => ({
          ...modernConfig(layer),
          ...(Array.isArray(calls) && { inbound_nodes: calls.map((node) => modernNode(node, shift)) }),
        })),
      }),
      ...(config.layer !== undefined && { layer: modernConfig(config.layer as Json) }),
      ...(className === 'Functional' && {
        input_layers: only(config.input_layers),
        output_layers: only(outputPlaces(config.output_layers, layers ?? [], shift)),
      }),
    },
  };
}

type Place = readonly [layer: string, node: number, tensor: number];

/**
 * By how much the calls of each layer are counted too high: Keras 2 and tfjs count the calls of a model that is a layer from 1,
 * since a model is called once when it is made.
 */
function shiftsOf(layers: readonly Json[], outputs: unknown): ReadonlyMap<string, number> {
  const most = new Map<string, number>();
  const see = ([layer, node]: Place): void => {
    most.set(layer, Math.max(node, most.get(layer) ?? 0));
  };
  for (const { inbound_nodes: nodes } of layers) for (const node of oldNodes(nodes)) node.forEach(see);
  if (layers.some(({ inbound_nodes: nodes }) => oldNodes(nodes).length > 0)) listOf(outputs).forEach(see);
  return new Map(
    layers.map(({ name, inbound_nodes: nodes }) => {
      const calls = Math.max(1, listOf(nodes).length);
      return [name as string, Math.max(0, (most.get(name as string) ?? 0) + 1 - calls)];
    }),
  );
}

const listOf = (value: unknown): readonly Place[] => (Array.isArray(value) ? (value as Place[]) : []);

/** The calls that are written in the way of Keras 2: lists of places. */
const oldNodes = (nodes: unknown): readonly (readonly Place[])[] =>
  (Array.isArray(nodes) ? nodes : []).filter(Array.isArray);

/** The outputs as Keras 3 counts them: the calls of a functional model from 1, others from 0. */
function outputPlaces(outputs: unknown, layers: readonly Json[], shift: ReadonlyMap<string, number>): unknown {
  const isOld = layers.some(({ inbound_nodes: nodes }) => oldNodes(nodes).length > 0);
  if (!isOld || !Array.isArray(outputs)) return outputs;
  const place = ([name, node, tensor]: Place): Place => {
    const { class_name: className } = layers.find((layer) => layer.name === name) ?? {};
    const first = className === 'Functional' || className === 'Model' ? 1 : 0;
    return [name, node - (shift.get(name) ?? 0) + first, tensor];
  };
  return typeof outputs[0] === 'string' ? place(outputs as unknown as Place) : (outputs as Place[]).map(place);
}

/** Options that were renamed, or that say nothing any more. */
function layerConfig(className: string, config: Json): Json {
  const { batch_input_shape: shape, time_major: _, input_length: __, ...rest } = config;
  const { alpha, ...others } = rest;
  const options = className === 'LeakyReLU' && alpha !== undefined ? { ...others, negative_slope: alpha } : rest;
  const axis = className === 'BatchNormalization' && Array.isArray(rest.axis) ? { axis: rest.axis[0] } : {};
  if (className === 'InputLayer' && shape !== undefined) return { ...options, batch_shape: shape };
  return { ...options, ...axis, ...(shape !== undefined && { batch_input_shape: shape }) };
}

/** `[['a', 0, 0, {}], …]`, a list of tensors with keywords, as arguments of a call. */
function modernNode(node: unknown, shift: ReadonlyMap<string, number>): unknown {
  if (!Array.isArray(node)) return node;
  const tensors = node.map(([layer, index, tensor]) => ({
    class_name: '__keras_tensor__',
    config: { keras_history: [layer, index - (shift.get(layer) ?? 0), tensor] },
  }));
  const kwargs = (node[0] as readonly unknown[] | undefined)?.[3] ?? {};
  return { args: tensors.length === 1 ? tensors : [tensors], kwargs };
}

/** Keras 2 wrote a list also for a single tensor. */
function only(places: unknown): unknown {
  const isOld = Array.isArray(places) && places.length === 1 && Array.isArray(places[0]);
  return isOld ? places[0] : places;
}
