"""What the services need from outside, fulfilled: one package a port. Adapters import neither services nor each other."""
