import sqlite3

grades = sqlite3.connect("../../../gradebook.db")
cells = "(SELECT id FROM base_cell WHERE name = 'task_2_2')"
grades.execute(f"UPDATE grade SET manual_score = 3 WHERE cell_id IN {cells}")
grades.execute(
    "UPDATE grade SET manual_score = 0 WHERE auto_score = 1 AND notebook_id IN (SELECT n.id FROM "
    "submitted_notebook n JOIN submitted_assignment a ON n.assignment_id = a.id WHERE a.student_id = 'amara')"
)
grades.execute(
    "INSERT INTO base_cell (id, name, notebook_id, type) SELECT 'b', 'bonus', notebook_id, 'GradeCell' FROM base_cell "
    "WHERE name = 'task_2_2' AND type = 'GradeCell'"
)
grades.execute("INSERT INTO grade_cells (id, max_score, cell_type) VALUES ('b', 0, 'code')")
grades.execute(
    "INSERT INTO grade (id, cell_id, notebook_id, auto_score, needs_manual_grade) SELECT 'g', 'b', n.id, 20, 0 FROM "
    "submitted_notebook n JOIN submitted_assignment a ON n.assignment_id = a.id WHERE a.student_id = 'writer'"
)
grades.commit()
