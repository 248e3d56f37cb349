import sqlite3

grades = sqlite3.connect("../../../gradebook.db")
cells = "(SELECT id FROM base_cell WHERE name = 'task_2_2')"
grades.execute(f"UPDATE grade SET manual_score = 3 WHERE cell_id IN {cells}")
grades.execute(
    "UPDATE grade SET manual_score = 0 WHERE auto_score = 1 AND notebook_id IN (SELECT n.id FROM "
    "submitted_notebook n JOIN submitted_assignment a ON n.assignment_id = a.id WHERE a.student_id = 'amara')"
)
grades.commit()
