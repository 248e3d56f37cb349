# /// submission
# about = "The network of assignment 05 lacks a colon, so there is nothing to verify."
# outcome = "error in the submission"
#
# [earns]
# "1.1" = 2
# "1.2" = 2
# "1.3" = 3
# "1.4" = 3
# "1.5" = 1
# "2.1" = 2
# "2.2" = 3
# "2.3" = 2
# "2.4" = 2
# "2.5" = 2
# "2.6" = 1
# "2.7" = 2
# "3.1" = 2
# "3.2" = 2
# "3.3" = 2
# "3.4" = 4
# "4.1" = 2
# "4.2" = 2
# "4.3" = 0
# ///
def forward(X, parameters, activations)
    return X, []
