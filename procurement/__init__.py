"""How services are bought: from admission over call-offs to contracts, and the gaps that start it all."""
