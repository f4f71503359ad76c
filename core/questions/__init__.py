"""The one questionnaire engine: questions are data, answers cite a question's version."""
