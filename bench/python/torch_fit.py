"""What PyTorch takes for a task: `python torch_fit.py TASK`, started by `bench.mjs`.

Plain is the loop that its tutorials have, with the data as one tensor and no loader; compiled is `torch.compile` of the
forward pass with the loss, and Adam in one kernel (`fused`).
"""

import torch
from task import EpochTimes, read_rows, time_of, work_for
from torch import nn
from torch.nn import functional as F


class Mean(nn.Module):
    def forward(self, x):
        return x.mean(1)


class ChannelsFirst(nn.Module):
    """Images as PyTorch has them; the memory stays as it is."""

    def forward(self, x):
        return x.permute(0, 3, 1, 2)


def cnn():
    return [
        ChannelsFirst(),
        *(nn.Conv2d(3, 32, 3, padding=1), nn.ReLU(), nn.Conv2d(32, 32, 3), nn.ReLU()),
        *(nn.MaxPool2d(2), nn.Dropout(0.25)),
        *(nn.Conv2d(32, 64, 3, padding=1), nn.ReLU(), nn.Conv2d(64, 64, 3), nn.ReLU()),
        *(nn.MaxPool2d(2), nn.Dropout(0.25), nn.Flatten()),
        *(nn.Linear(2304, 512), nn.ReLU(), nn.Dropout(0.5), nn.Linear(512, 10)),
    ]


def class_accuracy(outputs, y):
    return (outputs.argmax(1) == y).float().mean()


PROGRAMS = {
    "mnist": (
        lambda: [nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 64), nn.ReLU(), nn.Linear(64, 10)],
        F.cross_entropy,
        class_accuracy,
    ),
    "fashion": (lambda: [nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 10)], F.cross_entropy, class_accuracy),
    "imdb": (
        lambda: [nn.Embedding(20000, 128), Mean(), nn.Linear(128, 1)],
        F.binary_cross_entropy_with_logits,
        lambda outputs, y: ((outputs > 0) == (y > 0.5)).float().mean(),
    ),
    "autoencoder": (
        lambda: [nn.Linear(784, 32), nn.ReLU(), nn.Linear(32, 784)],
        F.binary_cross_entropy_with_logits,
        None,
    ),
    "cifar": (cnn, F.cross_entropy, lambda outputs, y: class_accuracy(outputs, y.argmax(1))),
}


def prepare(task):
    layers, loss, accuracy = PROGRAMS[task["program"]]
    model = nn.Sequential(*layers())
    x, y = (torch.from_numpy(read_rows(task["data"][key], task["rows"])) for key in "xy")
    return model, loss, accuracy, x, y.long() if task["program"] in ("mnist", "fashion") else y


def fit(task):
    model, loss_of, accuracy_of, x, y = prepare(task)
    is_compiled = task["isCompiled"]
    optimizer = torch.optim.Adam(model.parameters(), eps=1e-7, fused=is_compiled)

    def forward(x, y):
        outputs = model(x)
        return loss_of(outputs, y), accuracy_of(outputs, y) if accuracy_of else 0

    if is_compiled:
        forward = torch.compile(forward)
    times = EpochTimes(task)
    batch = task["batch"]
    for _ in range(times.limit):
        times.begin()
        order = torch.randperm(len(x))
        total, correct = torch.zeros(()), torch.zeros(())
        for start in range(0, len(x), batch):
            rows = order[start : start + batch]
            loss, accuracy = forward(x[rows], y[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.detach()
            correct += accuracy
        if times.end(total.item() / task["steps"]):
            return times.result()


def predict(task):
    model, _, _, x, _ = prepare(task)

    def call():
        with torch.inference_mode():
            return torch.cat([model(part).softmax(1) for part in x.split(task["batch"])])

    return {"ms": time_of(task, call)}


work_for({"fit": fit, "predict": predict}, f"PyTorch {torch.__version__}")
