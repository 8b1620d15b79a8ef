"""Python Keras as the judge of files: opens what ours.json names, and makes models of its own of the same layers.

    python judge.py FOLDER

Reads FOLDER/ours.json, writes FOLDER/theirs.json and the files of Keras's own models beside it.
"""

import base64
import json
import os
import sys
import warnings

import absl.logging
import h5py
import keras
import numpy as np
import tensorflow as tf

warnings.filterwarnings("ignore")
absl.logging.set_verbosity(absl.logging.ERROR)
tf.get_logger().setLevel("ERROR")
DTYPES = {"float32": "<f4", "int32": "<i4", "uint8": "u1", "bool": "?"}


def is_packed(value):
    return isinstance(value, dict) and ("base64" in value or "strings" in value)


def unpack(value):
    """Arrays that were packed in bytes, also in lists and dicts."""
    if is_packed(value):
        if "strings" in value:
            return np.array(value["strings"], dtype=object).reshape(value["shape"])
        data = np.frombuffer(base64.b64decode(value["base64"]), dtype=DTYPES[value["dtype"]])
        return data.reshape(value["shape"])
    if isinstance(value, dict):
        return {key: unpack(item) for key, item in value.items()}
    return [unpack(item) for item in value] if isinstance(value, list) else value


def pack(array):
    array = np.asarray(array)
    if array.dtype == object or array.dtype.kind in "SU":
        texts = [item.decode() if isinstance(item, bytes) else str(item) for item in array.ravel()]
        return {"strings": texts, "shape": list(array.shape)}
    kind = array.dtype.kind
    name = "float32" if kind == "f" else "bool" if kind == "b" else "uint8" if array.dtype == np.uint8 else "int32"
    data = np.ascontiguousarray(array.astype(DTYPES[name]))
    return {"dtype": name, "shape": list(array.shape), "base64": base64.b64encode(data.tobytes()).decode()}


def tensors(value):
    """Arrays as tensors of TensorFlow, texts too."""
    if isinstance(value, dict):
        return {key: tensors(item) for key, item in value.items()}
    if isinstance(value, list):
        return [tensors(item) for item in value]
    return tf.constant(value)


def flat(outputs):
    """Outputs in order, those by name in the order of the names."""
    if isinstance(outputs, dict):
        return [leaf for key in sorted(outputs) for leaf in flat(outputs[key])]
    if isinstance(outputs, (list, tuple)):
        return [leaf for item in outputs for leaf in flat(item)]
    return [dense(outputs)]


def dense(tensor):
    if isinstance(tensor, tf.RaggedTensor):
        tensor = tensor.to_tensor()
    if isinstance(tensor, tf.SparseTensor):
        tensor = tf.sparse.to_dense(tensor)
    return np.asarray(tensor)


def difference(actual, expected):
    """Problems, and the largest difference: absolute up to a largest value of 1, else relative to it."""
    if len(actual) != len(expected):
        return [f"{len(actual)} outputs instead of {len(expected)}"], 0.0
    problems, worst = [], 0.0
    for a, e in zip(actual, expected):
        if a.shape != e.shape:
            problems.append(f"outputs of shape {list(a.shape)} instead of {list(e.shape)}")
        elif e.dtype == object or a.dtype == object:
            if [str(x) if isinstance(x, str) else x.decode() for x in a.ravel()] != list(e.ravel()):
                problems.append("other texts")
        else:
            a, e = a.astype("float64"), e.astype("float64")
            finite = np.isfinite(e)
            if not np.array_equal(a[~finite], e[~finite], equal_nan=True):
                problems.append("other infinities or NaN")
            if finite.any():
                distance = np.abs(a[finite] - e[finite]).max() / max(1.0, np.abs(e[finite]).max())
                worst = max(worst, float(distance) if np.isfinite(distance) else 1e30)
    return problems, worst


def unequal(what, actual, expected):
    """Problems where not every bit is the same."""
    if len(actual) != len(expected):
        return [f"{what}: {len(actual)} arrays instead of {len(expected)}"]
    problems = []
    for i, (a, e) in enumerate(zip(actual, expected)):
        a = np.asarray(a)
        a = a.astype(e.dtype) if a.dtype.kind in "iub" else a
        if a.shape != e.shape or a.tobytes() != e.tobytes():
            problems.append(f"{what} {i} differs")
    return problems


def opened(check):
    """The model of a file of ours; one of Keras with the weights of ours where the file has weights alone."""
    if check.get("original") is None:
        return keras.models.load_model(check["file"])
    model = keras.models.load_model(check["original"])
    model.set_weights([np.zeros_like(weight) for weight in model.get_weights()])
    model.load_weights(check["file"])
    return model


def optimizer_state(model, file):
    """The variables of the optimizer; of a legacy file as they stand there, since Keras itself does not restore them."""
    if file.endswith(".h5") and not file.endswith(".weights.h5"):
        with h5py.File(file) as root:
            group = root["optimizer_weights"]
            return [group[name][()] for name in group.attrs["weight_names"]]
    return [variable.numpy() for variable in model.optimizer.variables]


def judge(check):
    who = {"id": check["id"], "limit": check["limit"]}
    try:
        model = opened(check)
        problems, worst = difference(flat(model(tensors(unpack(check["inputs"])), training=False)), unpack(check["outputs"]))
        problems += unequal("weight", model.get_weights(), unpack(check["weights"]))
        if check["optimizer"] is not None:
            problems += unequal("optimizer variable", optimizer_state(model, check["file"]), unpack(check["optimizer"]))
        resume = unpack(check.get("resume"))
        for i in range(len(resume["x"]) if resume else 0):
            model.reset_metrics()
            logs = model.train_on_batch(resume["x"][i], resume["y"][i], return_dict=True)
            for name, wanted in resume["logs"][i].items():
                if abs(logs[name] - wanted) > 1e-5 + 1e-5 * abs(wanted):
                    problems.append(f"step {i} of Keras gives {name} {logs[name]} instead of {wanted}")
        return {**who, "problems": problems, "worst": worst}
    except Exception as error:  # whatever Keras refuses is a verdict
        return {**who, "problems": [f"{type(error).__name__}: {str(error)[:400]}"], "worst": 0.0}


def make(check, file):
    """Keras's own model of a layer: saved, opened again, and what it gives."""
    keras.backend.clear_session(free_memory=False)
    spec = {**check["layer"], "module": "keras.layers", "registered_name": None}
    layer = keras.layers.deserialize(spec)
    if check["adaptData"] is not None:
        layer.adapt(tensors(unpack(check["adaptData"])))
    inputs = [keras.Input(batch_shape=spec["shape"], dtype=spec["dtype"]) for spec in check["specs"]]

    def fill(value):
        if isinstance(value, dict) and "$input" in value:
            return inputs[value["$input"]]
        if isinstance(value, dict):
            return {key: fill(item) for key, item in value.items()}
        return [fill(item) for item in value] if isinstance(value, list) else value

    outputs = keras.tree.flatten(layer(*fill(check["args"]), **fill(check["kwargs"])))
    weights = unpack(check["layerWeights"])
    if weights and check["adaptData"] is None:
        layer.set_weights(weights)
    model = keras.Model(*(few[0] if len(few) == 1 else few for few in (inputs, outputs)))
    model.save(file)
    given = unpack(check["inputs"])
    outputs = flat(keras.models.load_model(file)(tensors(given), training=False))
    given = given if isinstance(given, list) else [given]
    packed = {"inputs": [pack(x) for x in given], "outputs": [pack(y) for y in outputs]}
    return {"id": check["id"], "file": file, "limit": check["limit"], **packed}


def main(folder):
    with open(os.path.join(folder, "ours.json")) as file:
        ours = json.load(file)
    made, refused = [], []
    checked = [judge(check) for check in ours["files"]]
    for i, check in enumerate(ours["layers"]):
        try:
            made.append(make(check, os.path.join(folder, f"keras-{i}.keras")))
            checked.append(judge(check))
        except Exception as error:  # what Keras cannot do with its own layer is no fault of a file
            refused.append({"id": check["id"], "reason": f"{type(error).__name__}: {str(error).splitlines()[0][:160]}"})
    with open(os.path.join(folder, "theirs.json"), "w") as file:
        json.dump({"checked": checked, "made": made, "refused": refused}, file)


main(sys.argv[1])
