"""What is needed and where: need areas, specification, cohorts, stages, places."""
