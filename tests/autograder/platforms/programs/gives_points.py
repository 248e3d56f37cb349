"""What a person does in formgrader: looks at what waits, and gives points."""

import sys

from nbgrader.api import Gradebook

name = sys.argv[1]
with Gradebook("sqlite:///gradebook.db") as book:
    for student in book.students:
        grade = book.find_grade("task_4", name, name, student.id)
        print(student.id, grade.needs_manual_grade, grade.score, grade.max_score)
        if grade.needs_manual_grade:
            grade.manual_score, grade.needs_manual_grade = 3.0, False
    book.db.commit()
