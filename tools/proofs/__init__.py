"""Proofs at full size: processes killed, databases and brokers that go, disks that fill (docs/reliability.md)."""
