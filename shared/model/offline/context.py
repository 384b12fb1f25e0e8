"""Signs that an English sentence depends on its surroundings, or is a task and no statement."""

import re

from shared.model.offline.vocabulary import join_patterns, parse_words

_STARTS = parse_words(
    """
    this that these those it they he she we you i his her its their our your my such here then so and but or
    nor however also another other others otherwise instead therefore thus hence moreover furthermore
    additionally similarly likewise conversely consequently accordingly meanwhile nevertheless nonetheless
    finally next afterwards afterward later earlier below above again still yet besides both neither either
    note hint tip ex e.g. example answer solution remember recall consider suppose assume given let
    imagine figure table chapter section exercise question copyright source see first second third lastly
    firstly secondly thirdly notice observe alternatively line what why how where who which whose
    """
)
_IMPERATIVES = parse_words(
    """
    write run add copy complete calculate round use test enter try keep open read print create define identify
    describe explain discuss name list give find compute improve fix modify implement compare draw show state
    evaluate determine choose select answer fill match circle underline convert rewrite reformat prove sketch
    """
)
_OPENINGS = re.compile(
    "^"
    + join_patterns(
        r"in (?:addition|particular|different situations|contrast|other words|fact|turn|short|summary"
        r"|conclusion)\b",
        r"in (?:response|both|either|each|that|this|these|such|our|your)\b",
        r"in the (?:same|table|figure|program|code|example|end|error)\b",
        r"for (?:example|input|instance|this|that|these|more|each)\b",
        r"as (?:a result|such|shown|seen|mentioned|described|discussed|you)\b",
        r"on the other hand|at first|over the next|by the end|several \w+ later|some \w+ say",
        r"because of (?:this|that)|after (?:a|the) \w+ turn|one (?:might|of the operands|line)\b",
        r"(?:if|since) the\b|if (?:true|false|so|not)\b",
    ),
    re.IGNORECASE,
)
_COUNTED_SUBJECT = re.compile(
    r"^The (?:first|second|third|fourth|last|next|other|previous|remaining|same|resulting|two|three|modified"
    r"|expected|updated|provided|actual)\b(?! \w+ (?:of|in)\b)"
)
_POINTERS = re.compile(
    join_patterns(
        r"\b(?:this|these|those|the following|as follows|aforementioned|so far|the former|the latter)\b",
        r"\b(?:chapters?|sections?|textbook|the book|exercises?|homework|learning objectives?)\b",
        r"\b(?:the|an?) (?:previous|above|below|earlier|next) \w+|\bon the (?:right|left)\b",
        r"\bthe (?:examples?|illustration|diagram|screenshot)\b|\b(?:in|from) the (?:table|figure|text"
        r"|input box)\b",
        r"\b(?:table|figure|code|examples?|statement|program|loop|box|equation|graph) (?:above|below|\d)",
        r"\b(?:discussed|covered|introduced|explored|described|explained) (?:later|earlier|above|below|here"
        r"|in more)\b",
        r"\b(?:shown|see|seen|mentioned|listed|given) (?:later|earlier|above|below|here|in detail)\b",
        r"\b(?:i|me|my|we|us|our|ours|you|your|yours|let's|click)\b|\b(?:above|below)[.,]",
    ),
    re.IGNORECASE,
)
_GENERIC_NOUNS = (
    r"(?:program|code|output|example|result|user|error|statement|function|value|number|name|team|task"
    r"|variable|string|list|method|class|object|sequence|approach|answer|solution|author|reader|student"
    r"|teacher|difference|format|table|figure|rest|group|company|idea|word|input|message|line|problem|reason"
    r"|argument|other|percentage|unit|character|expression|quotient|remainder|illustration|book|community"
    r"|amount|experiment|study|condition|process|event|system|law|act|measure|change|effect|policy|plan)s?"
)
_BARE_SUBJECT = re.compile(
    rf"^The {_GENERIC_NOUNS} (?:\w+ly |also |then |now )?(?:is|are|was|were|has|have|had|can|could"
    rf"|will|would|may|might|must|should|does|do|\w+(?:s|ed))\b"
)


def depends_on_context(text: str) -> bool:
    """Return whether the sentence points outside itself or tells the reader to do something."""
    first = text.split(maxsplit=1)[0].strip(",;:.").casefold()
    return first in _STARTS | _IMPERATIVES or any(
        pattern.search(text) for pattern in (_OPENINGS, _COUNTED_SUBJECT, _POINTERS, _BARE_SUBJECT)
    )
