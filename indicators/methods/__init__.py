"""Statistical methods: pure functions, numbers in, numbers out."""
