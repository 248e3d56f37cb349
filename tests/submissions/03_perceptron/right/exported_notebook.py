#!/usr/bin/env python
# coding: utf-8
# /// submission
# about = "A notebook that Jupyter saved as a script, with what it makes of magics."
# earns = "everything"
# ///

# # The perceptron

# In[1]:


get_ipython().run_line_magic('matplotlib', 'inline')
get_ipython().run_line_magic('config', "InlineBackend.figure_format = 'retina'")


# In[2]:


get_ipython().run_cell_magic('capture', '', 'import numpy as np\nimport matplotlib.pyplot as plt\n')


# In[3]:


get_ipython().run_cell_magic('time', '', 'def step(z):\n    return np.where(np.asarray(z) >= 0, 1, 0)\n\ndef neuron(x, w, b, f):\n    return f(np.dot(w, x) + b)\n')


# In[4]:


class Perceptron:
    def __init__(self, n_inputs):
        self.weights, self.bias = np.zeros(n_inputs), 0.0

    def predict(self, X):
        return step(np.dot(self.weights, X) + self.bias)

    def update(self, x, target):
        error = int(target - self.predict(x))
        self.weights = self.weights + error * x
        self.bias += error
        return error != 0

    def fit(self, X, y, max_epochs):
        history = []
        for _ in range(max_epochs):
            history.append(sum([self.update(x, target) for x, target in zip(X.T, y)]))
            if history[-1] == 0:
                break
        return history


display(Perceptron(2).weights)


# In[5]:


def boundary(weights, bias, x1):
    if weights[1] == 0:
        raise ValueError("vertical")
    return -(weights[0] * x1 + bias) / weights[1]


def mistakes_on_xor(epochs):
    return Perceptron(2).fit(np.array([[0, 0, 1, 1], [0, 1, 0, 1]]), np.array([0, 1, 1, 0]), epochs)


mistakes = mistakes_on_xor(10)
get_ipython().run_line_magic('time', 'mistakes = mistakes_on_xor(10)')
mistakes


# In[6]:


def draw_gate(weights, bias, targets):
    figure, axes = plt.subplots()
    axes.scatter([0, 0, 1, 1], [0, 1, 0, 1], c=targets, cmap="coolwarm", s=100)
    ends = np.array([-0.2, 1.2])
    try:
        axes.plot(ends, boundary(weights, bias, ends))
    except ValueError:
        axes.axvline(-bias / weights[0])
    axes.set(xlabel="x1", ylabel="x2")
    display(figure)
    return figure


files = get_ipython().getoutput('ls')
print(len(list(files)))
