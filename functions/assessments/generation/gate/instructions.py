"""Instructions to a language model within a text for learners.

Passages are data to the model whatever they say; still, an item made from instructions is not worth learning.
"""

import re

from shared.text.folding import fold_text

_LATER = r"\W+(?:\w+\W+){0,5}?"
_THE = (
    r"\W+(?:(?:all|any|every|of|the|your|my|our|its|me|us|these|those|this|that|such|previous|prior|above|earlier"
    r"|preceding|former|other|existing|and|entire|whole|original|given)\W+){0,6}"
)
_RULES = r"(?:instructions?|prompts?|messages?|directives|guidelines)"
_HIDDEN = r"(?:system|hidden|initial|developer)"
_ORDERS = (
    rf"(?:ignore|disregard|forget|override|bypass|overrule){_THE}(?:system )?{_RULES}",
    rf"(?:reveal|print|repeat|output|leak|disclose|expose){_THE}{_HIDDEN}\W+(?:system\W+)?{_RULES}",
    r"you are (?:now|no longer) (?:an? |in |bound |(?-i:[A-Z]))",
    r"(?:you are|as) an? (?:ai|llm|language model)\b",
    r"(?:respond|reply|answer|output) (?:only |exactly |solely )+(?:with|in|as)\b",
    r"(?:new|updated|real) (?:system )?(?:instructions?|prompt)\W*:",
    rf"(?:ignoriere?n?|vergiss|vergessen|missachte){_LATER}(?:anweisung(?:en)?|instruktionen|vorgaben)",
    rf"(?:ignorez|oublie[zr]?|ignore (?:toutes )?(?:les|vos|tes|ces)){_LATER}(?:instructions|consignes)",
    rf"(?:ignora|ignore|olvida|olvide){_LATER}(?:instrucciones|indicaciones)",
    rf"(?:ignora|dimentica){_LATER}istruzioni|(?:ignore|esqueça){_LATER}instruções",
    rf"игнорируй\w*{_LATER}(?:инструкци\w+|указани\w+)",
)
_ORDER = re.compile(rf"\b(?:{'|'.join(_ORDERS)})", re.IGNORECASE)
_MARK = re.compile(
    r"<\|[a-z_]+\|>|\[/?INST\]|<</?SYS>>|</?(?:system|assistant|instructions?)>|(?:忽略|无视).{0,8}(?:指令|指示|说明)"
    r"|(?:指示|命令).{0,4}無視|تجاهل.{0,20}التعليمات|निर्देश.{0,20}अनदेखा",
    re.IGNORECASE,
)


def has_instructions(text: str) -> bool:
    """Return whether the text gives orders to a language model, in one of several languages."""
    plain = fold_text(text)
    return bool(_ORDER.search(plain) or _MARK.search(plain))
