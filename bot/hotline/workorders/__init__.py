"""Work orders (工单): what was asked, who answers, and everything that happened to it."""
