"""VGG in plain PyTorch, layer for layer as torchvision has it."""
from functools import lru_cache

import torch
from torch import nn

LAYERS = {
    11: [64, "M", 128, "M", 256, 256, "M", 512, 512, "M", 512, 512, "M"],
    16: [64, 64, "M", 128, 128, "M", 256, 256, 256, "M", 512, 512, 512, "M", 512, 512, 512, "M"],
}


def build(depth, pool_size, hidden_size, classes):
    layers, channels = [], 3
    for layer in LAYERS[depth]:
        if layer == "M":
            layers.append(nn.MaxPool2d(2, 2))
            continue
        layers += [nn.Conv2d(channels, layer, 3, padding=1), nn.ReLU(inplace=True)]
        channels = layer
    layers += [nn.AdaptiveAvgPool2d(pool_size), nn.Flatten(), nn.Linear(channels * pool_size**2, hidden_size)]
    layers += [nn.ReLU(inplace=True), nn.Dropout(0.5), nn.Linear(hidden_size, hidden_size)]
    layers += [nn.ReLU(inplace=True), nn.Dropout(0.5), nn.Linear(hidden_size, classes)]
    network = nn.Sequential(*layers)
    for module in network:
        if isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
        if isinstance(module, nn.Linear):
            nn.init.normal_(module.weight, 0, 0.01)
    return network


@lru_cache(maxsize=1)
def trained(**config):
    """The network of a configuration with its optimizer; only the latest stays in memory."""
    torch.manual_seed(0)
    network = build(**config)
    return network, torch.optim.SGD(network.parameters(), lr=1e-4, momentum=0.9)


def logits(pixels, *weights, **config):
    """With given weights, in the order of the modules, and dropout off: shows that both sides compute the same."""
    network, _ = trained(**config)
    with torch.no_grad():
        for parameter, array in zip(network.parameters(), weights, strict=True):
            parameter.copy_(torch.from_numpy(array))
        return network.eval()(torch.from_numpy(pixels)).numpy()


def predict(pixels, passes, **config):
    """Baal's way: dropout on, the whole network once per draw. It repeats the batch's rows; passes take less memory, not more time."""
    network, _ = trained(**config)
    network.train()
    with torch.no_grad():
        for _ in range(passes):
            network(torch.from_numpy(pixels))


def step(pixels, **config):
    """Forward, backward, clipping and SGD with momentum, dropout on."""
    network, optimizer = trained(**config)
    targets = torch.arange(len(pixels)) % config["classes"]
    network.train()
    optimizer.zero_grad()
    nn.functional.cross_entropy(network(torch.from_numpy(pixels)), targets).backward()
    nn.utils.clip_grad_norm_(network.parameters(), 1.0)
    optimizer.step()
