"""The shared words of issuer and verifier: pure values and functions over Open Badges."""
