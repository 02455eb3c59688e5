"""Three SGD steps of a small VGG with batch normalisation in training mode, by PyTorch: writes expected.json."""
import json
import math

import torch
from torch import nn


def wave(count, phase, scale):
    return torch.tensor([scale * math.sin(1.3 * i + phase) for i in range(count)], dtype=torch.float32)


features = nn.Sequential(
    nn.Conv2d(3, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2),
    nn.Conv2d(4, 6, 3, padding=1), nn.BatchNorm2d(6), nn.ReLU(),
)
classifier = nn.Sequential(nn.Linear(24, 5), nn.ReLU(), nn.Identity(), nn.Linear(5, 2))


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.features, self.classifier = features, classifier

    def forward(self, x):
        return self.classifier(torch.flatten(nn.functional.adaptive_avg_pool2d(self.features(x), 2), 1))


def run(frozen):
    net = Net()
    for name, tensor in net.state_dict().items():
        if name.endswith("num_batches_tracked"):
            continue
        scale = 0.5 if tensor.dim() > 1 else 0.1
        offset = 1.0 if name.endswith("running_var") else 0.0
        tensor.copy_((offset + wave(tensor.numel(), len(name), scale)).reshape(tensor.shape))
    for parameter in net.features[1].parameters():
        parameter.requires_grad = not frozen
    optimizer = torch.optim.SGD([p for p in net.parameters() if p.requires_grad], lr=0.1)
    losses = []
    for step in range(3):
        net.train()
        if frozen:
            net.features[1].eval()
        x = wave(4 * 3 * 8 * 8, step, 1.0).reshape(4, 3, 8, 8)
        loss = nn.functional.cross_entropy(net(x), torch.tensor([0, 1, 1, 0]))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    weights = {n: t.flatten().tolist() for n, t in net.state_dict().items() if not n.endswith("num_batches_tracked")}
    return {"losses": losses, "weights": weights}


with open("expected.json", "w") as file:
    json.dump({"trained": run(False), "firstFrozen": run(True)}, file)
    file.write("\n")
