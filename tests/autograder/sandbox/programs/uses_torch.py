import torch

model = torch.nn.Sequential(torch.nn.Linear(8, 4), torch.nn.ReLU(), torch.nn.Linear(4, 2))
optimizer = torch.optim.Adam(model.parameters())
batches = torch.utils.data.DataLoader(
    torch.utils.data.TensorDataset(torch.ones(16, 8), torch.zeros(16, dtype=torch.long)), batch_size=4
)
for x, y in batches:
    optimizer.zero_grad()
    torch.nn.functional.cross_entropy(model(x), y).backward()
    optimizer.step()
torch.save(model.state_dict(), os.path.expanduser("~/model.pt"))
answer["keys"] = len(torch.load(os.path.expanduser("~/model.pt")))
