"""Taking quizzes: attempts, answers, closing, regrading."""
