"""Compare what two versions of the code say of every submission of every bank: `make golden BASE=commit`."""
