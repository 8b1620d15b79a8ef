"""The side of Python Keras in a long run: `python long-run.py FOLDER MNIST.npz EPOCHS BATCH ACTIVATION`, started by `long-run.mjs`.

Writes the model before training, the data in the order of the batches, and the loss of every epoch.
"""

import json
import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras
import numpy as np

folder, data, epochs = sys.argv[1], sys.argv[2], int(sys.argv[3])
keras.utils.set_random_seed(1)
with np.load(data) as arrays:
    x, y = arrays["x_train"], arrays["y_train"].astype("int32")
model = keras.Sequential(
    [
        keras.layers.Input((28, 28)),
        keras.layers.Rescaling(1 / 255),
        keras.layers.Flatten(),
        keras.layers.Dense(128, activation=sys.argv[5]),
        keras.layers.Dense(64, activation=sys.argv[5]),
        keras.layers.Dense(10, activation="softmax"),
    ]
)
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
model.save(f"{folder}/start.keras")
x.astype("uint8").tofile(f"{folder}/x.bin")
y.tofile(f"{folder}/y.bin")
history = model.fit(x, y, batch_size=int(sys.argv[4]), epochs=epochs, shuffle=False, verbose=0).history
with open(f"{folder}/history.json", "w") as file:
    json.dump(history, file)
