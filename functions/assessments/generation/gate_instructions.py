"""Words that speak to a language model, not to a learner. Passages are data to the model whatever they say;
still, nothing that was made of an order to it is worth learning."""

import re

from functions.assessments.generation.gate_folding import folded

_LATER = r"\W+(?:\w+\W+){0,5}?"
_ORDERS = (
    r"(?:ignore|disregard|forget|override|bypass|overrule)"
    + _LATER
    + r"(?:instructions?|prompts?|directives|guidelines)",
    r"(?:reveal|print|repeat|output|leak|disclose|expose)"
    + _LATER
    + r"(?:system|hidden|initial|developer)\W+"
    r"(?:prompt|instructions?|message)",
    r"you are (?:now|no longer) (?:an? |in )?\w+|(?:you are|as) an? (?:ai|llm|language model|ai assistant)\b",
    r"(?:respond|reply|answer|output) (?:only |exactly |solely )+(?:with|in|as)\b",
    r"(?:new|updated|real) (?:system )?(?:instructions?|prompt)\W*:",
    r"(?:ignoriere?n?|vergiss|vergessen|missachte)" + _LATER + r"(?:anweisung(?:en)?|instruktionen|vorgaben)",
    r"(?:ignore[zr]?|oublie[zr]?)" + _LATER + r"(?:instructions|consignes)",
    r"(?:ignora|ignore|olvida|olvide)" + _LATER + r"(?:instrucciones|indicaciones)",
    r"(?:ignora|dimentica)" + _LATER + r"istruzioni|(?:ignore|esqueça)" + _LATER + r"instruções",
    r"игнорируй\w*" + _LATER + r"(?:инструкци\w+|указани\w+)",
)
_ORDER = re.compile(rf"\b(?:{'|'.join(_ORDERS)})", re.IGNORECASE)
_MARK = re.compile(
    r"<\|[a-z_]+\|>|\[/?INST\]|<</?SYS>>|</?(?:system|assistant|instructions?)>|(?:忽略|无视).{0,8}(?:指令|指示|说明)"
    r"|(?:指示|命令).{0,4}無視|تجاهل.{0,20}التعليمات|निर्देश.{0,20}अनदेखा",
    re.IGNORECASE,
)


def speaks_to_the_model(text: str) -> bool:
    plain = folded(text)
    return bool(_ORDER.search(plain) or _MARK.search(plain))
