"""What a layer of Keras takes, forward and backward: `python keras_layers.py TASK`, started by `layers.mjs`."""

import os
import re

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras
import numpy as np
import tensorflow as tf
from task import time_of, work_for


def snake(name):
    return re.sub("([A-Z])", lambda match: "_" + match.group(1).lower(), name)


def measure(task):
    config = {snake(key): value for key, value in task["config"].items()}
    made = getattr(keras.layers, task["layer"])(**config)
    rng = np.random.default_rng(0)
    x = tf.constant(rng.normal(size=task["input"]), tf.float32)
    training = {"training": True} if task.get("training") else {}
    inputs = [x, x] if task.get("call") == "twice" else [x]

    def call():
        return made(*inputs, **training)

    dy = tf.constant(rng.normal(size=call().shape), tf.float32)
    weights = [weight.value for weight in made.trainable_weights]

    @tf.function(jit_compile=False)
    def step():
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = call()
        return y, tape.gradient(y, [x, *weights], output_gradients=dy)

    return {"ms": time_of(task, lambda: step()[0].device)}


work_for({"layer": measure}, f"Keras {keras.__version__} on TensorFlow {tf.__version__}")
