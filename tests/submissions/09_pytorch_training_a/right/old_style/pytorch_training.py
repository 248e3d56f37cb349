# /// submission
# about = "As programs looked years ago: Variable in mind, .data, explicit loss objects, inlined loops."
# earns = "everything"
# ///
import torch
import torch.nn as nn
import torch.utils.data


def softmax(logits, temperature=1.0):
    if temperature == 0 or temperature < 0:
        raise ValueError("T must be > 0")
    m, _ = torch.max(logits, -1, keepdim=True)
    e = torch.exp((logits - m) / float(temperature))
    return torch.div(e, torch.sum(e, -1, keepdim=True))


def log_softmax(logits):
    return nn.LogSoftmax(dim=-1)(logits)


def cross_entropy(logits, labels):
    picked = torch.gather(log_softmax(logits), 1, labels.view(-1, 1))
    return torch.mean(picked) * -1


def forward_by_hand(X, W1, b1, W2, b2):
    z1 = torch.mm(X, W1.t()) + b1.expand(X.size(0), b1.size(0))
    a1 = torch.where(z1 > 0, z1, torch.zeros_like(z1))
    return a1, torch.addmm(b2, a1, W2.t())


class DigitClassifier(nn.Module):
    def __init__(self, hidden=128):
        super(DigitClassifier, self).__init__()
        self.fc1 = nn.Linear(784, hidden)
        self.relu = nn.ReLU()
        self.fc2 = nn.Linear(hidden, 10)

    def forward(self, images):
        x = images.contiguous().view(-1, 784)
        x = self.fc1(x)
        x = self.relu(x)
        return self.fc2(x)


class DigitsDataset(torch.utils.data.Dataset):
    def __init__(self, images, labels):
        super(DigitsDataset, self).__init__()
        if not images.shape[0] == labels.shape[0]:
            raise ValueError("images and labels")
        self.images, self.labels = images, labels

    def __len__(self):
        return self.labels.shape[0]

    def __getitem__(self, index):
        image = torch.FloatTensor(self.images[index].astype("float32"))
        image = image.div(255).view(1, 28, 28)
        return image, torch.LongTensor([int(self.labels[index])]).squeeze()


def make_loader(dataset, batch_size, shuffle, generator=None):
    if shuffle:
        sampler = torch.utils.data.RandomSampler(dataset, generator=generator)
    else:
        sampler = torch.utils.data.SequentialSampler(dataset)
    return torch.utils.data.DataLoader(dataset, batch_size=batch_size, sampler=sampler)


def overall_mean(means, sizes):
    products = [means[i] * sizes[i] for i in range(len(sizes))]
    return sum(products) / float(sum(sizes))


criterion = nn.CrossEntropyLoss()


def train_step(model, images, labels, optimiser):
    outputs = model(images)
    loss = criterion(outputs, labels)
    model.zero_grad()
    loss.backward()
    optimiser.step()
    return loss.data.item()


def train_epoch(model, loader, optimiser):
    model.train()
    running, seen = 0.0, 0
    for i, (images, labels) in enumerate(loader):
        outputs = model(images)
        loss = criterion(outputs, labels)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        running += loss.item() * images.size(0)
        seen += images.size(0)
    return running / seen


def evaluate(model, loader):
    mode = model.training
    model.eval()
    running, correct, seen = 0.0, 0, 0
    for images, labels in loader:
        with torch.no_grad():
            outputs = model(images)
            _, predicted = torch.max(outputs.data, 1)
            running += criterion(outputs, labels).item() * labels.size(0)
            correct += (predicted == labels).sum().item()
            seen += labels.size(0)
    model.train(mode)
    return running / seen, correct / float(seen)


def fit(model, train_loader, test_loader, optimiser, epochs):
    history = {"train_loss": [], "test_loss": [], "test_accuracy": [], "epochs": []}
    for epoch in range(1, epochs + 1):
        history["train_loss"].append(train_epoch(model, train_loader, optimiser))
        loss, accuracy = evaluate(model, test_loader)
        history["test_loss"].append(loss)
        history["test_accuracy"].append(accuracy)
        history["epochs"].append(epoch)
    return history


def gradient_summary(model):
    result = {}
    for name, p in model.named_parameters():
        result[name] = p.grad.data.norm(2).item() if p.grad is not None else 0.0
    return result


def worst_mistakes(logits, labels, count=10):
    p, predicted = torch.max(softmax(logits), 1)
    order = torch.argsort(p, descending=True)
    order = order[predicted[order] != labels[order]][:count]
    return order, predicted[order], p[order]
