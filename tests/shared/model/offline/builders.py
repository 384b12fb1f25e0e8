"""Requests to the offline model, and its proposals."""

from typing import Any

from shared.model.offline import OfflineModel
from shared.model.protocol import CardDraft, CardRequest, Passage, Usage

BIOLOGY = """# Cell respiration

Cellular respiration is the process by which cells break down glucose to release energy. It happens
in three stages. Adenosine triphosphate (ATP) is a molecule that stores energy for use in the cell.
There are three stages of cellular respiration: glycolysis, the Krebs cycle, and oxidative
phosphorylation. Glycolysis takes place in the cytoplasm and does not require oxygen. Oxidative
phosphorylation produces most of the ATP because the flow of electrons drives a proton pump.

Fermentation is defined as the breakdown of glucose without oxygen. The green pigment that absorbs
light is called chlorophyll. Chloroplasts contain stacks of thylakoids, known as grana, which hold
the chlorophyll. Stomata are small pores in the leaf that allow carbon dioxide to enter. Guard cells
control the opening of the stomata.

## Glossary

- **Osmosis**: the movement of water through a partially permeable membrane
- **Enzyme**: a protein that speeds up a chemical reaction without being used up

Benefits of exercise

- Stronger heart muscle
- Better circulation of blood
"""

HISTORY = """The French Revolution

The French Revolution was a period of political and social upheaval that began in
France in 1789. The Estates-General was an assembly that represented the three
estates of French society. In 1789, the Third Estate formed the National
Assembly. The Bastille was stormed on 14 July 1789. It was a royal prison in
Paris. Bread prices rose sharply because the harvest of 1788 had failed.
Maximilien Robespierre was a lawyer and politician who led the Committee of
Public Safety. The Reign of Terror refers to the period when the revolutionary
government executed thousands of suspected enemies. Robespierre was arrested and
guillotined in July 1794. The Great Fear began in 1789.

Causes of the French Revolution
1. Heavy taxation of the Third Estate
2. The debts of the French crown
3. The ideas of the Enlightenment
"""

ECONOMICS = (
    "Opportunity cost is the value of the next best alternative that is given up when a choice is "
    "made. Inflation is "
    "a sustained rise in the general price level. Inflation reduces the purchasing power of money "
    "because each unit "
    "of currency buys fewer goods. A central bank uses interest rates to control inflation. A tax "
    "on imports is "
    "called a tariff. Tariffs protect domestic producers from foreign competition. Monopolies lead "
    "to higher prices "
    "and lower output. GDP stands for gross domestic product. Adam Smith was a Scottish economist "
    "who wrote about the "
    "division of labour. In economics, a good is an object that satisfies a want. The round() "
    "function can be used to "
    "reduce rounding errors. Complementary goods are goods that are used together, such as printers "
    "and ink.\n\n"
    "Term | Definition | Example\n"
    "Fiscal policy | The use of government spending and taxation to influence the economy | A tax cut\n"
    "range(end) | Generates a sequence of numbers beginning at zero | range(4)\n"
    "math.ceil(x) | The smallest integer greater than or equal to x | 8\n"
)


def passages(*texts: str) -> tuple[Passage, ...]:
    return tuple(
        Passage(chunk_id=f"c{index}", document_id="d1", text=text, page=index + 1)
        for index, text in enumerate(texts)
    )


async def propose_cards(*texts: str, count: int = 30, **changes: Any) -> list[CardDraft]:
    """Return the drafts; assert that exactly one usage ends them."""
    request = CardRequest(passages=passages(*texts), count=count, **changes)
    answers = [answer async for answer in OfflineModel().cards(request)]
    assert answers[-1] == Usage(model="offline")
    drafts = [answer for answer in answers if isinstance(answer, CardDraft)]
    assert len(drafts) == len(answers) - 1
    return drafts


async def propose_answers(*texts: str, **changes: Any) -> dict[str, str]:
    return {draft.question: draft.answer for draft in await propose_cards(*texts, **changes)}
