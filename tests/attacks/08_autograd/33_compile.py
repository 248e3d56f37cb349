# /// attack
# lines = [33]
# tries = "torch.compile, which starts a compiler: it works, or says clearly why not."
# score = 38
# outcomes = { "1.2" = "forbidden" }
# says = "Not allowed here: starting another program."
# ///
neuron = torch.compile(neuron)
