"""What a module of PyTorch takes, forward and backward: `python torch_layers.py TASK`, started by `layers.mjs`."""

import torch
from task import time_of, work_for
from torch import nn


def images(*modules):
    """Of images, with the channels in second place; they may lie last in memory, or second."""
    return [
        (nn.Sequential(*modules), lambda x: x.permute(0, 3, 1, 2)),
        (nn.Sequential(*modules), lambda x: x.permute(0, 3, 1, 2).contiguous()),
    ]


def depthwise(channels, stride=1):
    return nn.Conv2d(channels, channels, 3, stride, padding=1, groups=channels, bias=False)


def separable(channels):
    return images(depthwise(channels), nn.Conv2d(channels, channels, 1, bias=False))


def sequences(module):
    return [(module, lambda x: x)]


class SelfAttention(nn.Module):
    """Without the weights of the heads, which would keep PyTorch from its fused attention."""

    def __init__(self, heads, size):
        super().__init__()
        self.attention = nn.MultiheadAttention(heads * size, heads, batch_first=True)

    def forward(self, x):
        return self.attention(x, x, x, need_weights=False)[0]


# Each gives ways to lay out the memory: pairs of a module and what is done with the input. The fastest counts.
MODULES = {
    "conv2d": lambda: images(nn.Conv2d(64, 64, 3, padding=1)),
    "conv3d": lambda: [(nn.Conv3d(32, 32, 3, padding=1), lambda x: x.permute(0, 4, 1, 2, 3).contiguous())],
    "depthwise-112": lambda: images(depthwise(32)),
    "depthwise-56": lambda: images(depthwise(128)),
    "depthwise-14": lambda: images(depthwise(512)),
    "depthwise-strided": lambda: images(depthwise(128, 2)),
    "separable-56": lambda: separable(128),
    "separable-14": lambda: separable(512),
    "lstm": lambda: sequences(nn.LSTM(128, 128, batch_first=True)),
    "gru": lambda: sequences(nn.GRU(128, 128, batch_first=True)),
    "multi-head-attention": lambda: sequences(SelfAttention(8, 64)),
    "layer-normalization": lambda: sequences(nn.LayerNorm(512)),
    "batch-normalization": lambda: images(nn.BatchNorm2d(64)),
}


def measure(task):
    torch.manual_seed(0)
    times = []
    for module, laid_out in MODULES[task["name"]]():
        x = laid_out(torch.randn(task["input"])).requires_grad_()
        module.train(task.get("training", False))

        def call(module=module, x=x):
            y = module(x)
            return y if torch.is_tensor(y) else y[0]

        dy = torch.randn_like(call())
        wanted = [x, *module.parameters()]
        times.append(time_of(task, lambda call=call, dy=dy, wanted=wanted: torch.autograd.grad(call(), wanted, dy)))
    return {"ms": min(times)}


work_for({"layer": measure}, f"PyTorch {torch.__version__}")
