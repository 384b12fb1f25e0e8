"""Statistics and forecasts, from counts that are kept up with every change."""
