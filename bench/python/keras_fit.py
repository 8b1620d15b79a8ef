"""What Keras takes for a task, on the backend that KERAS_BACKEND names: `python keras_fit.py TASK`, started by `bench.mjs`."""

import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras
from task import EpochTimes, read_rows, since_start, time_of, work_for

L = keras.layers


def mlp():
    return [
        L.Input((784,)),
        L.Dense(128, activation="relu"),
        L.Dense(64, activation="relu"),
        L.Dense(10, activation="softmax"),
    ]


def cnn():
    return [
        L.Input((32, 32, 3)),
        L.Conv2D(32, 3, activation="relu", padding="same"),
        L.Conv2D(32, 3, activation="relu"),
        L.MaxPooling2D(2),
        L.Dropout(0.25),
        L.Conv2D(64, 3, activation="relu", padding="same"),
        L.Conv2D(64, 3, activation="relu"),
        L.MaxPooling2D(2),
        L.Dropout(0.25),
        L.Flatten(),
        L.Dense(512, activation="relu"),
        L.Dropout(0.5),
        L.Dense(10, activation="softmax"),
    ]


PROGRAMS = {
    "mnist": (mlp, "sparse_categorical_crossentropy", ["accuracy"]),
    "fashion": (
        lambda: [L.Input((784,)), L.Dense(128, activation="relu"), L.Dense(10)],
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        ["accuracy"],
    ),
    "imdb": (
        lambda: [
            L.Input((80,)),
            L.Embedding(20000, 128),
            L.GlobalAveragePooling1D(),
            L.Dense(1, activation="sigmoid"),
        ],
        "binary_crossentropy",
        ["accuracy"],
    ),
    "autoencoder": (
        lambda: [L.Input((784,)), L.Dense(32, activation="relu"), L.Dense(784, activation="sigmoid")],
        "binary_crossentropy",
        [],
    ),
    "cifar": (cnn, "categorical_crossentropy", ["accuracy"]),
}


def prepare(task):
    layers, loss, metrics = PROGRAMS[task["program"]]
    model = keras.Sequential(layers())
    model.compile(optimizer="adam", loss=loss, metrics=metrics)
    return model, read_rows(task["data"]["x"], task["rows"]), read_rows(task["data"]["y"], task["rows"])


class Watch(keras.callbacks.Callback):
    def __init__(self, times):
        super().__init__()
        self.times = times

    def on_epoch_begin(self, epoch, logs=None):
        self.times.begin()

    def on_epoch_end(self, epoch, logs=None):
        self.model.stop_training = self.times.end(logs["loss"])


def fit(task):
    model, x, y = prepare(task)
    times = EpochTimes(task)
    model.fit(x, y, batch_size=task["batch"], epochs=times.limit, verbose=0, callbacks=[Watch(times)])
    return times.result()


def first(task):
    model, x, y = prepare(task)
    history = model.fit(x, y, batch_size=task["batch"], verbose=0).history
    return {"ms": since_start(), "loss": history["loss"][0]}


def predict(task):
    model, x, _ = prepare(task)
    return {"ms": time_of(task, lambda: model.predict(x, verbose=0))}


def evaluate(task):
    model, x, y = prepare(task)
    return {"ms": time_of(task, lambda: model.evaluate(x, y, verbose=0))}


def version():
    name = keras.backend.backend()
    return f"Keras {keras.__version__} on {name} {__import__(name).__version__}"


work_for({"fit": fit, "first": first, "predict": predict, "evaluate": evaluate}, version())
