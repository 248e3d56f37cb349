# /// attack
# lines = [11, 24]
# tries = "Rewrites its own module and fills the folder in which one task may write."
# score = 38.33
# outcomes = { "5.4" = "forbidden" }
# says = "writing more than"
# ///
def save_parameters(*arguments, **named):
    number = 0
    with open(__file__, "a") as file:
        file.write("\nraise SystemExit\n")
    while True:
        number += 1
        with open(f"{number}.bin", "wb") as file:
            file.write(b"x" * 2**20)


