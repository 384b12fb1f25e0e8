"""Courses as they are stored; `shared.published.courses.CourseSummary` reads the same documents."""

from datetime import date, datetime

from shared.store import Document


class Course(Document):
    """A course. `search_terms` are the terms that find it; `document_count` is kept by increments."""

    name: str
    description: str = ""
    university: str = ""
    course_code: str = ""
    semester: str = ""
    academic_year: str = ""
    credits: int | float | None = None
    language: str = ""
    subject_area: str = ""
    difficulty_level: str = ""
    color: str | None = None
    icon: str = ""
    start_date: date | None = None
    end_date: date | None = None
    exam_date: date | None = None
    document_count: int = 0
    search_terms: tuple[str, ...] = ()
    created_at: datetime
    updated_at: datetime
