import torch

share = torch.from_numpy
copy = lambda array, dtype: torch.tensor(array.tolist(), dtype=dtype)
to_numpy = lambda tensor: tensor.detach().cpu().contiguous().numpy()
layer = lambda X, W, b: torch.addmm(b, X, W.t())
centred = lambda array: torch.from_numpy(array).sub(torch.from_numpy(array).mean(0))
