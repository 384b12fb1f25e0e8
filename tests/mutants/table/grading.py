"""Faults of the marking of answers: by the key, by the model, and by hand."""

from tests.mutants.mutation import Mutation

_QUIZZES = "functions/assessments/quizzes"
_RULES, _WORDING = f"{_QUIZZES}/grading/rules.py", f"{_QUIZZES}/grading/wording.py"
_NUMBERS, _SLIPS = f"{_QUIZZES}/grading/numbers.py", f"{_QUIZZES}/grading/slips.py"
_SPELLING = f"{_QUIZZES}/grading/spelling.py"
_SERVICE, _WORK = f"{_QUIZZES}/marking/service.py", f"{_QUIZZES}/marking/work.py"
_MODEL = f"{_QUIZZES}/marking/model_grading.py"

_T = "tests/functions/assessments/quizzes"
_KEY, _WORDS = [f"{_T}/grading/test_rules.py"], [f"{_T}/grading/test_wording.py"]
_VALUES = [f"{_T}/grading/test_numbers.py"]
_MARKING = [f"{_T}/marking/test_marking.py"]
_ATTEMPTS = [f"{_T}/attempts/test_attempts.py"]

MUTATIONS = [
    Mutation(
        _RULES,
        "full = share >= 1 - _ROUNDING",
        "full = share >= Fraction(99, 100)",
        "99 % of the points are full marks",
        _KEY,
    ),
    Mutation(
        _RULES,
        "full = share >= 1 - _ROUNDING",
        "full = share >= 1",
        "whoever meets a rubric of thirds has no full marks",
        _KEY,
    ),
    Mutation(
        _RULES,
        "len(chosen & right) - len(chosen - right)",
        "len(chosen & right)",
        "whoever selects every option has full marks",
        _KEY,
    ),
    Mutation(
        _RULES,
        "min(grade.points, point.points)",
        "grade.points",
        "an answer that asks the model for it gets more points than there are",
        _KEY,
    ),
    Mutation(
        _RULES,
        "quote is None or len(quote.split()) < required",
        "quote is None",
        "the model gives points for a word of the answer that says nothing",
        _KEY,
    ),
    Mutation(
        _RULES,
        "find_quote(grade.quote, answer) if grade.points > 0 else None",
        "grade.quote",
        "the model gives points for words that the answer lacks",
        _KEY,
    ),
    Mutation(
        _RULES,
        "(question, *peers)",
        "(question,)",
        "the term of the next question is taken for a slip",
        _KEY,
    ),
    Mutation(
        _RULES,
        "if right or not question.graded_by_model:",
        "if True:",
        "an answer in other words never reaches the model",
        _KEY,
    ),
    Mutation(
        _RULES,
        "round(float(exact), 2)",
        "round(float(exact), 1)",
        "points are rounded to tenths",
        _KEY,
    ),
    Mutation(
        _RULES,
        'if question.question_type in CHOICE_TYPES else "selected_options"',
        'if question.question_type not in CHOICE_TYPES else "selected_options"',
        "the field that counts is ignored, and the other one kept",
        _ATTEMPTS,
    ),
    Mutation(
        _WORDING,
        "_MIN_LETTERS_FOR_TWO_SLIPS = 16",
        "_MIN_LETTERS_FOR_TWO_SLIPS = 15",
        "two slips are forgiven in an answer of fifteen letters",
        _WORDS,
    ),
    Mutation(
        _WORDING,
        ">= _MIN_LETTERS_FOR_TWO_SLIPS else 1)",
        ">= _MIN_LETTERS_FOR_TWO_SLIPS else 2)",
        "two slips are forgiven in short answers",
        _WORDS,
    ),
    Mutation(
        _WORDING,
        "_MIN_LETTERS_FOR_TWO_SLIPS = 16",
        "_MIN_LETTERS_FOR_TWO_SLIPS = 17",
        "two slips are not forgiven in an answer of sixteen letters",
        _WORDS,
    ),
    Mutation(
        _WORDING,
        " or is_term(word)",
        "",
        "a term that is to be told apart is taken for a slip",
        _WORDS,
    ),
    Mutation(
        _WORDING,
        "    if _differs_by_case(typed, accepted, after_number=after_number):\n        return False\n",
        "",
        "CO is taken for Co, and mW for MW",
        _WORDS,
    ),
    Mutation(
        _WORDING,
        "if article in _ARTICLES:",
        "if False:",
        "an article makes an answer wrong",
        [*_WORDS, *_KEY],
    ),
    Mutation(
        _SLIPS,
        "typed[:1] != accepted[:1] or not",
        "not",
        "inorganic is taken for organic",
        _WORDS,
    ),
    Mutation(
        _SLIPS,
        "_MIN_LONG_WORD_LETTERS = 7",
        "_MIN_LONG_WORD_LETTERS = 4",
        "short words that differ by a letter are taken for slips",
        _WORDS,
    ),
    Mutation(
        _SLIPS,
        " and not is_other_word(typed, accepted)",
        "",
        "another word of the dictionary is taken for a slip",
        _WORDS,
    ),
    Mutation(
        _SLIPS,
        "not _changes_affix(typed, accepted) and",
        "",
        "a nitrite is taken for a nitrate",
        _WORDS,
    ),
    Mutation(
        _SPELLING,
        " and not _needs_accent(typed, accepted)",
        "",
        "schon is taken for schön",
        _WORDS,
    ),
    Mutation(
        _NUMBERS,
        "abs(reading - key) <= allowed",
        "abs(reading - key) < allowed",
        "a number at the edge of its tolerance is wrong",
        [*_VALUES, *_KEY],
    ),
    Mutation(
        _NUMBERS,
        " or float(reading) == right",
        "",
        "1/3 is wrong where the key is 0.3333333333333333",
        _VALUES,
    ),
    Mutation(
        _NUMBERS,
        'sign = -1 if parts["sign"] == "-" else 1',
        "sign = 1",
        "-5 is taken for 5",
        _VALUES,
    ),
    Mutation(
        _NUMBERS,
        "for each in (value, value / 100)]",
        "for each in (value,)]",
        "50 % is not 0.5",
        _VALUES,
    ),
    Mutation(
        _WORK,
        "grade.points > mark.points",
        "True",
        "an appeal can lower the points",
        _MARKING,
    ),
    Mutation(
        _WORK,
        'mark.graded_by == "model" and',
        "",
        "an appeal overrules the grade that a teacher gave",
        _MARKING,
    ),
    Mutation(
        _SERVICE,
        "        if record.appeal is not None:\n            raise AlreadyAppealed\n",
        "",
        "a learner appeals until the model gives in",
        _MARKING,
    ),
    Mutation(
        _SERVICE,
        "if points > item.points:",
        "if points > 2 * item.points:",
        "a grade by hand exceeds the points of the question",
        _MARKING,
    ),
    Mutation(
        _SERVICE,
        "        if not item.written:\n            raise GradedByKey\n",
        "",
        "a learner corrects by hand what the key has marked",
        _MARKING,
    ),
    Mutation(
        _MODEL,
        "bool(grade.details) and all(",
        "bool(grade.details) and any(",
        "one point of the rubric makes an answer correct",
        [*_MARKING, *_KEY],
    ),
    Mutation(
        _MODEL,
        '    if mark.pending != "model":\n        return None\n    if grade is None:',
        "    if grade is None:",
        "a task that comes late overrules the grade that a teacher gave",
        _MARKING,
    ),
    Mutation(
        _MODEL,
        "tokens=tokens)",
        "tokens=0)",
        "grading by the model costs no tokens",
        _MARKING,
    ),
]
