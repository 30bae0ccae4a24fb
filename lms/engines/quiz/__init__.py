"""Quizzes as values: draw questions, read and grade responses, decide attempts, count how items do."""
