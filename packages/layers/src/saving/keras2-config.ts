type Json = Readonly<Record<string, unknown>>;

/**
 * The config of a model as Keras 2 and tf.keras wrote it, as Keras 3 writes it: calls in a functional model by their
 * arguments, shapes of inputs under their names. A config of Keras 3 stays as it is.
 */
export function modernConfig(object: Json): Json {
  const { class_name: given, config: inner, inbound_nodes: nodes } = object;
  const config = (Array.isArray(inner) ? { layers: inner } : inner) as Json | undefined;
  if (!config) return object;
  const className = given === 'Model' ? 'Functional' : given;
  const layers = config.layers as readonly Json[] | undefined;
  return {
    ...object,
    class_name: className,
    config: {
      ...layerConfig(className as string, config),
      ...(layers && { layers: layers.map(modernConfig) }),
      ...(config.layer !== undefined && { layer: modernConfig(config.layer as Json) }),
      ...(className === 'Functional' && {
        input_layers: only(config.input_layers),
        output_layers: only(config.output_layers),
      }),
    },
    ...(Array.isArray(nodes) && { inbound_nodes: nodes.map(modernNode) }),
  };
}

/** Options that were renamed, or that say nothing any more. */
function layerConfig(className: string, config: Json): Json {
  const { batch_input_shape: shape, time_major: _, ...rest } = config;
  const axis = className === 'BatchNormalization' && Array.isArray(rest.axis) ? { axis: rest.axis[0] } : {};
  if (className === 'InputLayer' && shape !== undefined) return { ...rest, batch_shape: shape };
  return { ...rest, ...axis, ...(shape !== undefined && { batch_input_shape: shape }) };
}

/** `[['a', 0, 0, {}], …]`, a list of tensors with keywords, as arguments of a call. */
function modernNode(node: unknown): unknown {
  if (!Array.isArray(node)) return node;
  const tensors = node.map(([layer, index, tensor]) => ({
    class_name: '__keras_tensor__',
    config: { keras_history: [layer, index, tensor] },
  }));
  const kwargs = (node[0] as readonly unknown[] | undefined)?.[3] ?? {};
  return { args: tensors.length === 1 ? tensors : [tensors], kwargs };
}

/** Keras 2 wrote a list also for a single tensor. */
function only(places: unknown): unknown {
  const isOld = Array.isArray(places) && places.length === 1 && Array.isArray(places[0]);
  return isOld ? places[0] : places;
}
