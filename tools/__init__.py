"""Programs that build, check and run the project; none of them is shipped."""
