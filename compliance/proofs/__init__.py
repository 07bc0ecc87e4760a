"""The log's proofs: followed from outside, taken out, verified, and the state of its sinks."""
