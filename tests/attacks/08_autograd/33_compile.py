# /// attack
# lines = [33]
# tries = "torch.compile, which starts a compiler: it works, or says clearly why not."
# score = 38
# outcomes = { "1.2" = "forbidden" }
# ///
neuron = torch.compile(neuron)
