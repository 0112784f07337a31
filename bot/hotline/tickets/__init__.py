"""The ticket backend (工单系统) of the city: the seam, what goes out to it, and what comes back."""
