"""Who works here, how they are recognised, and what each may do in which organization."""
