"""Partner firms: who they are, what they answered and agreed to, and what opens to their people."""
