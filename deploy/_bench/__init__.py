"""The parts of deploy/bench: a filled city, the application and a bare page side by side, and the figures."""
