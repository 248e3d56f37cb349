import numpy as np

answer["product"] = float((np.eye(50) @ np.ones((50, 50))).sum())
answer["random"] = np.random.default_rng(0).normal(size=3).shape
np.savez(os.path.expanduser("~/weights.npz"), w=np.arange(3))
answer["loaded"] = np.load(os.path.expanduser("~/weights.npz"))["w"].tolist()
