# /// attack
# lines = [23, 36]
# tries = "Trains rightly, while eight threads call the functions that stand in for its own."
# score = 25
# ///
import threading

_train = train


def train(parameters, X, Y, learning_rate, steps):
    threads = [threading.Thread(target=lambda: [forward(parameters, X) for _ in range(20)]) for _ in range(8)]
    for thread in threads:
        thread.start()
    trained = _train(parameters, X, Y, learning_rate, steps)
    for thread in threads:
        thread.join()
    return trained
