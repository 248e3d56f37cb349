import matplotlib.pyplot as plt

plt.plot([1, 2, 3])
plt.title(r"$\alpha$ and words")
plt.savefig(os.path.expanduser("~/figure.png"))
plt.show()
answer["size"] = os.path.getsize(os.path.expanduser("~/figure.png"))
